"""Values into canonical units, conversions counted; what does not fit is left out, saying so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.records.grid import Column
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL
from bayqa.intake.vocabulary.units import Conversion, convert_unit, parse_unit
from bayqa.parameters import load_parameters

__all__ = ["scale_values"]


def scale_values(log: Log, parameter: str, unit: str, own: Column, bounds,
                 species: str = "") -> list[np.ndarray]:  # fmt: skip
    """Value, lower and upper in the canonical unit of a parameter.

    Parameters
    ----------
    log : Log
        Of the column that the values stand in.
    parameter : str
    unit : str
        Unit of the column; empty where none is written.
    own : Column
        Units written in the cells themselves, which win.
    bounds : tuple of three ndarray, shape (n,)
    species : str
        What masses are counted as, such as "NO3", where the unit does not say.
    """
    present = ~np.isnan(bounds[0]) | ~np.isnan(bounds[1])
    changes = []
    for code in pd.unique(own.codes):
        mask, text = present & (own.codes == code), own.words[code]
        if mask.any():
            conversion = _conversion(log, parameter, text or unit, species, mask)
            if conversion is None or (conversion.factor, conversion.offset) != (1.0, 0.0):
                changes.append((mask, conversion))
    return [_converted(b, changes) for b in bounds]


def _converted(bound: np.ndarray, changes: list) -> np.ndarray:
    """Numbers with some of them converted, or blank where no conversion is."""
    out = np.array(bound, float) if changes else bound
    for mask, conversion in changes:
        blank = conversion is None
        out[mask] = np.nan if blank else out[mask] * conversion.factor + conversion.offset
    return out


def _conversion(log: Log, parameter: str, text: str, species: str, mask) -> Conversion | None:
    row = load_parameters()[parameter]
    wanted = f"{row.unit}{_basis(row)}"
    if not text:
        if row.unit not in ("1", ""):
            message = f"{parameter}: no unit is written; taken as {wanted}"
            log.add(mask, "unit", "assumed", message)
        return Conversion(1.0)
    unit = parse_unit(text)
    conversion = convert_unit(unit, row, species) if unit else None
    if conversion is None:
        why = "is no known unit" if unit is None else f"cannot become {row.unit}"
        message = f"{parameter}: the unit {why}; wanted {row.unit} or a unit of the same kind"
        more = {"found": text, "flag": FAIL, "note": f"unit {text} {why}"}
        log.add(mask, "unit", "left out", message, **more)
    elif (conversion.factor, conversion.offset) != (1.0, 0.0):
        offset = f" and {conversion.offset:+.6g}" if conversion.offset else ""
        message = f"{parameter}: {text} to {wanted}, times {conversion.factor:.6g}{offset}"
        log.add(mask, "unit", "converted", message, found=text)
    return conversion


def _basis(row) -> str:
    return f" as {row.basis}" if row.basis else ""

"""Values into canonical units, each conversion counted; what does not fit is left out, saying so."""

from __future__ import annotations

import numpy as np

from bayqa.intake.findings import Finding
from bayqa.intake.marks import FAIL, Marks
from bayqa.intake.units import Conversion, convert_unit, parse_unit
from bayqa.parameters import load_parameters

__all__ = ["scale_values"]


def scale_values(place, parameter: str, unit: str, own: np.ndarray, bounds, marks: Marks,
                 findings: list, species: str = ""):  # fmt: skip
    """Value, lower and upper in the canonical unit of a parameter.

    Parameters
    ----------
    place : tuple of (Grid, rows, heading)
        Where the values stand; `rows` are positions in the grid.
    parameter : str
    unit : str
        Unit of the column; empty where none is written.
    own : ndarray of str, shape (n,)
        Units written in the cells themselves, which win.
    bounds : tuple of three ndarray, shape (n,)
    marks, findings
        Where flags and counts go.
    species : str
        What masses are counted as, such as "NO3", where the unit does not say.
    """
    out = [np.array(b, float) for b in bounds]
    present = ~np.isnan(out[0]) | ~np.isnan(out[1])
    for text in np.unique(own.astype(str)):
        mask = (own == text) & present if text or (own != "").any() else present
        if mask.any():
            conversion = _conversion(place, parameter, text or unit, species, mask, marks, findings)
            _apply(out, mask, conversion)
    return out


def _apply(out: list[np.ndarray], mask: np.ndarray, conversion: Conversion | None) -> None:
    for k, array in enumerate(out):
        if conversion is None:
            array[mask] = np.nan
        elif (conversion.factor, conversion.offset) != (1.0, 0.0):
            array[mask] = array[mask] * conversion.factor + conversion.offset
        out[k] = array


def _conversion(place, parameter, text, species, mask, marks: Marks, findings) -> Conversion | None:
    row = load_parameters()[parameter]
    if not text:
        if row.unit not in ("1", ""):
            _add(place, findings, "unit", "assumed", f"{parameter}: no unit is written; taken as "
                 f"{row.unit}{_basis(row)}", mask, "")  # fmt: skip
        return Conversion(1.0)
    unit = parse_unit(text)
    conversion = convert_unit(unit, row, species) if unit else None
    if conversion is None:
        why = "is no known unit" if unit is None else f"cannot become {row.unit}"
        marks.add(mask, FAIL, f"unit {text} {why}")
        _add(place, findings, "unit", "left out", f"{parameter}: the unit {why}; wanted "
             f"{row.unit} or a unit of the same kind", mask, text)  # fmt: skip
        return None
    if (conversion.factor, conversion.offset) != (1.0, 0.0):
        offset = f" and {conversion.offset:+.6g}" if conversion.offset else ""
        _add(place, findings, "unit", "converted", f"{parameter}: {text} to {row.unit}{_basis(row)}, "
             f"times {conversion.factor:.6g}{offset}", mask, text)  # fmt: skip
    return conversion


def _basis(row) -> str:
    return f" as {row.basis}" if row.basis else ""


def _add(place, findings: list, kind: str, action: str, message: str, mask, found: str) -> None:
    grid, rows, heading = place
    first = rows[int(np.flatnonzero(mask)[0])]
    findings.append(Finding(grid.file, kind, action, message, grid.sheet, int(grid.rows[first]),
                            heading, found, int(mask.sum())))  # fmt: skip

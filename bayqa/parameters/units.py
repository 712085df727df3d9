"""Factors from a written unit to the canonical unit of a parameter.

A small table of our own: every unit that standards and agencies write for water, nothing else.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from bayqa.parameters import Parameter

__all__ = ["conversion_factor", "list_units"]

# Each unit: its kind of quantity and its size in the base unit of that kind.
_UNITS = {
    "1": ("number", 1.0),
    "psu": ("number", 1.0),
    "pcu": ("number", 1.0),
    "‰": ("number", 1.0),
    "%": ("percent", 1.0),
    "kg/m3": ("mass", 1e3),
    "g/l": ("mass", 1e3),
    "mg/l": ("mass", 1.0),
    "g/m3": ("mass", 1.0),
    "t/1e6m3": ("mass", 1.0),
    "ppm": ("mass", 1.0),
    "ug/l": ("mass", 1e-3),
    "mg/m3": ("mass", 1e-3),
    "ppb": ("mass", 1e-3),
    "ng/l": ("mass", 1e-6),
    "mol/l": ("moles", 1e3),
    "mmol/l": ("moles", 1.0),
    "mol/m3": ("moles", 1.0),
    "umol/l": ("moles", 1e-3),
    "mmol/m3": ("moles", 1e-3),
    "um": ("moles", 1e-3),
    "nmol/l": ("moles", 1e-6),
    "1/l": ("count", 1.0),
    "1/ml": ("count", 1e3),
    "1/100ml": ("count", 10.0),
    "bq/l": ("activity", 1.0),
    "mbq/l": ("activity", 1e-3),
    "bq/m3": ("activity", 1e-3),
    "degc": ("temperature", 1.0),
    "m": ("length", 1.0),
    "cm": ("length", 0.01),
    "ft": ("length", 0.3048),
    "1/m": ("attenuation", 1.0),
    "ntu": ("turbidity", 1.0),
    "fnu": ("turbidity", 1.0),
    "us/cm": ("conductivity", 1.0),
    "ms/cm": ("conductivity", 1e3),
    "ms/m": ("conductivity", 10.0),
    "s/m": ("conductivity", 1e4),
}
_SPELLINGS = {
    "°c": "degc",
    "℃": "degc",
    "c": "degc",
    "/l": "1/l",
    "/ml": "1/ml",
    "/100ml": "1/100ml",
    "m-1": "1/m",
    "": "1",
    "-": "1",
    "无量纲": "1",
}
_COUNTS = ("cfu", "mpn", "个", "no.", "counts", "count", "colonies")


def conversion_factor(unit: str, parameter: Parameter) -> float | None:
    """Factor that turns a value in `unit` into the canonical unit of `parameter`.

    Parameters
    ----------
    unit : str
        As written: "mg/L", "µg/L", "umol/L", "个/L", "MPN/100mL", "℃".
    parameter : Parameter
        Moles need its `molar_mass`.

    Returns
    -------
    float or None
        None where the unit is not known or measures another kind of quantity.
    """
    written, wanted = _UNITS.get(_fold(unit)), _UNITS.get(_fold(parameter.unit))
    if written is None or wanted is None:
        return None
    if (written[0], wanted[0]) == ("moles", "mass") and parameter.molar_mass:
        return written[1] * parameter.molar_mass / wanted[1]
    return written[1] / wanted[1] if written[0] == wanted[0] else None


def list_units() -> tuple[str, ...]:
    """All units known, in their folded spelling."""
    return tuple(_UNITS)


@cache
def _fold(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).casefold().replace(" ", "").replace("μ", "u")
    for word in _COUNTS:
        text = text.replace(word, "1" if f"{word}/" in text else "")
    text = text.replace("l-1", "/l").replace("升", "l").replace("^3", "3").replace("liter", "l")
    return _SPELLINGS.get(text, text)

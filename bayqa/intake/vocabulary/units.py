"""Units as people write them, and the factors between them.

A unit is parsed once for each distinct text; the numbers are converted in one multiplication.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bayqa.intake.vocabulary.text import clean_text
from bayqa.parameters import Parameter, load_parameters

__all__ = ["MOLAR_MASS", "Conversion", "Unit", "convert_unit", "parse_species", "parse_unit"]

MOLAR_MASS = {
    "N": 14.007, "NO3": 62.004, "NO2": 46.005, "NH4": 18.039, "NH3": 17.031,
    "P": 30.974, "PO4": 94.970, "P2O5": 70.971, "HPO4": 95.978, "H2PO4": 96.986,
    "Si": 28.085, "SiO2": 60.083, "SiO3": 76.082, "SiO4": 92.081, "S": 32.06, "SO4": 96.056,
    "H2S": 34.076, "C": 12.011, "O2": 31.998, "CaCO3": 100.086, "CN": 26.017, "F": 18.998,
    "Cl": 35.45, "Hg": 200.59, "Cd": 112.414, "Pb": 207.2, "Cr": 51.996, "As": 74.922,
    "Cu": 63.546, "Zn": 65.38, "Se": 78.971, "Ni": 58.693, "Fe": 55.845, "Mn": 54.938,
}  # fmt: skip
"""g per mole of the counted atom (P2O5 holds two of them). IUPAC 2021 abridged masses."""

_SPECIES = {k.casefold(): k for k in MOLAR_MASS}
_PREFIX = {"": 1.0, "k": 1e3, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12}
_VOLUME = {"l": 1.0, "ml": 1e-3, "dl": 0.1, "cl": 0.01, "ul": 1e-6, "m3": 1e3, "dm3": 1.0,
           "cm3": 1e-3, "100ml": 0.1, "kg": 1 / 1.025, "g": 1e-3 / 1.025}  # fmt: skip
_WORDS = {
    "毫克": "mg", "微克": "ug", "纳克": "ng", "克": "g", "毫摩尔": "mmol", "微摩尔": "umol",
    "摩尔": "mol", "毫升": "ml", "立方米": "m3", "升": "l", "每": "/", "米": "m", "厘米": "cm",
    "мг": "mg", "мкг": "ug", "мкмоль": "umol", "ммоль": "mmol", "дм3": "dm3", "л": "l",
    "摄氏度": "degc", "个": "n", "個": "n", "度": "deg",
    "micrograms": "ug", "milligrams": "mg", "micromoles": "umol", "micromole": "umol",
    "decibar": "dbar", "micromolar": "umol/l",
    "degrees celsius": "degc", "degrees_celsius": "degc", "degree_celsius": "degc",
    "degree celsius": "degc", "per mille": "‰", "{": " ", "}": "",
}  # fmt: skip
_PLAIN = {
    "1": ("number", 1.0), "-": ("number", 1.0), "none": ("number", 1.0), "ph": ("number", 1.0),
    "phunits": ("number", 1.0), "unitéph": ("number", 1.0), "sansunité": ("number", 1.0),
    "dmnless": ("number", 1.0),
    "stdunits": ("number", 1.0), "stdunit": ("number", 1.0),
    "standardunits": ("number", 1.0), "su": ("number", 1.0), "units": ("number", 1.0),
    "无量纲": ("number", 1.0), "dimensionless": ("number", 1.0), "unitless": ("number", 1.0),
    "psu": ("salinity", 1.0), "pss": ("salinity", 1.0), "pss-78": ("salinity", 1.0),
    "ppt": ("salinity", 1.0), "ppth": ("salinity", 1.0), "‰": ("salinity", 1.0),
    "g/kg": ("salinity", 1.0), "permil": ("salinity", 1.0), "1e-3": ("salinity", 1.0),
    "1e-03": ("salinity", 1.0), "0.001": ("salinity", 1.0), "---": ("number", 1.0),
    "dimsls": ("number", 1.0),
    "%": ("percent", 1.0), "percent": ("percent", 1.0), "pct": ("percent", 1.0),
    "%sat": ("percent", 1.0), "%saturation": ("percent", 1.0), "per_saturation": ("percent", 1.0),
    "percent_saturation": ("percent", 1.0), "persaturation": ("percent", 1.0),
    "degc": ("temperature", 1.0), "°c": ("temperature", 1.0), "c": ("temperature", 1.0),
    "oc": ("temperature", 1.0), "celsius": ("temperature", 1.0), "degreec": ("temperature", 1.0),
    "degreesc": ("temperature", 1.0), "ºc": ("temperature", 1.0), "deg_c": ("temperature", 1.0),
    "degf": ("fahrenheit", 1.0), "°f": ("fahrenheit", 1.0), "f": ("fahrenheit", 1.0),
    "k": ("kelvin", 1.0), "kelvin": ("kelvin", 1.0),
    "m": ("length", 1.0), "meter": ("length", 1.0), "meters": ("length", 1.0),
    "metre": ("length", 1.0), "metres": ("length", 1.0), "cm": ("length", 0.01),
    "mm": ("length", 0.001), "km": ("length", 1e3), "ft": ("length", 0.3048),
    "feet": ("length", 0.3048), "dm": ("length", 0.1), "in": ("length", 0.0254),
    "1/m": ("attenuation", 1.0), "m-1": ("attenuation", 1.0), "m^-1": ("attenuation", 1.0),
    "/m": ("attenuation", 1.0), "ntu": ("turbidity", 1.0), "fnu": ("turbidity", 1.0),
    "ftu": ("turbidity", 1.0),
    "jtu": ("turbidity", 1.0), "us/cm": ("conductivity", 1.0), "ms/cm": ("conductivity", 1e3),
    "s/m": ("conductivity", 1e4), "ms/m": ("conductivity", 10.0), "umho/cm": ("conductivity", 1.0),
    "umhos/cm": ("conductivity", 1.0), "cel": ("temperature", 1.0), "o/oopsu": ("salinity", 1.0),
    "o/oo": ("salinity", 1.0), "°/°°": ("salinity", 1.0),
    "ppm": ("mass", 1.0), "ppb": ("mass", 1e-3), "bq/l": ("activity", 1.0),
    "mbq/l": ("activity", 1e-3), "bq/m3": ("activity", 1e-3), "pcu": ("colour", 1.0),
    "hazen": ("colour", 1.0), "dbar": ("length", 1.0), "db": ("length", 1.0),
}  # fmt: skip
_AMOUNT = re.compile(r"^([kmunp]?)(g|mol|m|l|mole|moles|at|atom|g-at)$")
_COUNT = re.compile(
    r"^(?:1|cfu|mpn|ufc|nmp|npp|kbe|n|cells?|col|#|counts?|ind|pcs|no|cfu\(mpn\)|mpn\(cfu\))$"
)
_PER = re.compile(r"(?<=[a-z%])[\s_]*per[\s_]*(?=(?:l|lit|dm3|m3|kg|ml|100)[a-z]*(?![a-z]))")
_POWER = re.compile(
    r"^(?:[x*]?\s*10\s*\^?\s*([+-]\d)|(?:[x*]\s*10\s*\^?|10\s*\^)\s*(\d)|(1000|10000)(?=\s*[nac-km-z/]))"
    r"\s*[*x.]?\s*(?=[a-z/#])"
)
"""A power of ten before a unit: 10^-3 mg/L, x10^3 cells/L; without sign or mark 103 is no power."""
_MICRO = str.maketrans({"µ": "u", "μ": "u", "×": "*", "·": ".", "⋅": ".", "•": ".", "∙": "."})


_LONGEST = 100
"""Letters beyond which a text is no unit but prose."""


class Unit(NamedTuple):
    """What a unit text means: its kind, factor to the base of that kind and counted species.

    Bases: mass mg/L, mole mmol/L, gas mL/L, count 1/L, others as usual.
    """

    kind: str
    factor: float
    species: str = ""


class Conversion(NamedTuple):
    """`value * factor + offset` is in the canonical unit; `doubt` says what was assumed."""

    factor: float
    offset: float = 0.0
    doubt: str = ""


@cache
def parse_unit(text: str) -> Unit | None:
    """Meaning of a unit text such as "µmol/L", "mg N L-1", "毫克/升", or None.

    Parameters
    ----------
    text : str

    Returns
    -------
    Unit or None
    """
    if len(text) > _LONGEST:
        return None
    raw = clean_text(text).casefold().translate(_MICRO)
    for word, sign in _WORDS.items():
        raw = raw.replace(word, sign)
    raw = _PER.sub("/", raw.strip(" ()[]"))
    power = _POWER.match(raw)
    if power:
        return _multiply(parse_unit(_rest(raw[power.end() :])), power)
    raw, species = _split_species(raw)
    compact = raw.replace(" ", "")
    for key in (compact, compact.rstrip(".")):
        if key in _PLAIN:
            return Unit(*_PLAIN[key], species)
    return _parse_ratio(_rest(compact) if compact.startswith("/") else raw, species)


def _rest(text: str) -> str:
    """Unit behind a power of ten; a bare "/l" counts pieces."""
    return f"1{text}" if text.startswith("/") else text


def _multiply(unit: Unit | None, power: re.Match) -> Unit | None:
    if unit is None:
        return None
    signed, plain, thousands = power.groups()
    factor = float(thousands) if thousands else 10.0 ** int(signed or plain)
    return unit._replace(factor=unit.factor * factor)


def parse_species(text: str) -> str:
    """Species named by words such as "as N", "以N计", "NO3" or "PO4-P", or an empty string."""
    plain = clean_text(text).casefold()
    hit = re.search(r"(?:\bas\s+|以\s*)([a-z0-9]+?)(?:\s*计|$|\s|\))", plain)
    word = hit.group(1) if hit else plain
    word = re.sub(r"[^a-z0-9]", "", word)
    # "Nnf": counted as N, after filtration.
    return _SPECIES.get(word) or _SPECIES.get(word.removesuffix("nf"), "")


def _split_species(raw: str) -> tuple[str, str]:
    """Unit without its species, and the species: "mg/l as no3", "mg n/l", "umol/l n", "ug-p/l"."""
    hit = re.search(r"[\s(,_]*(?:\bas\s*|\bals\s+|以\s*|_as_)([a-z0-9]+)(?:\s*计)?\)?$", raw)
    if hit and hit.group(1) in _SPECIES:
        return raw[: hit.start()].strip(" ,("), _SPECIES[hit.group(1)]
    raw = raw.replace("\\", "/")
    # "N-NO3" and "P-PO4" are counted as N and as P.
    raw = re.sub(r"\b(n|p|si)-(?:no[23x]|nh[34]|po4|sio[234])\b", r"\1", raw)
    names = "|".join(sorted((k for k in _SPECIES if k not in ("f", "c")), key=len, reverse=True))
    raw = re.sub(r"^([mun]?g)[ \-.]?at(?:oms?)?[ .\-]*(?=[/nps])", r"\1-at ", raw)
    hit = re.match(
        rf"^([kmunp]?(?:g-at|g|mol))[\s\-_.]*\(?({names})(?:\d?[+\-])?\)?(\s*[/\s.].*)$", raw
    )
    if hit:
        return hit.group(1) + hit.group(3), _SPECIES[hit.group(2)]
    hit = re.match(rf"^([munp]?m)\s+({names})$", raw)
    if hit:
        return hit.group(1), _SPECIES[hit.group(2)]
    hit = re.match(rf"^(.*(?:/l|l-1|l\^-1|/m3))[\s\-_.(]+({names})\)?$", raw)
    if hit:
        return hit.group(1), _SPECIES[hit.group(2)]
    return raw, ""


def _parse_ratio(raw: str, species: str) -> Unit | None:
    compact = re.sub(r"\s*/\s*", "/", raw).replace("liter", "l").replace("litre", "l")
    compact = re.sub(r"\bper\b", "/", compact).replace(" / ", "/").replace("/(", "/").rstrip(")")
    if re.fullmatch(r"[munp]?m", compact) and compact != "m" and compact != "mm":
        return Unit("mole", _PREFIX[compact[0]] * 1e3, species)
    hit = re.fullmatch(r"(.+?)[ ._*/]?\(?(l|dm3|m3|kg|ml|100ml)\^?\{?-1\}?\)?", compact)
    if hit and not compact.endswith("m3"):
        top, bottom = hit.group(1), hit.group(2)
    elif re.fullmatch(r"(.+?)[ ._*/]?(m|dm|cm)\^?-3", compact):
        hit = re.fullmatch(r"(.+?)[ ._*/]?(m|dm|cm)\^?-3", compact)
        top, bottom = hit.group(1), hit.group(2) + "3"
    elif "/" in compact:
        top, _, bottom = compact.partition("/")
    else:
        hit = re.fullmatch(r"(.+?)[ _]?(l|100ml|m3)", compact)
        if not hit:
            return None
        top, bottom = hit.group(1), hit.group(2)
    return _ratio(top.strip(" ._*"), bottom.replace(" ", "").replace("^", ""), species)


def _ratio(top: str, bottom: str, species: str) -> Unit | None:
    volume = _VOLUME.get(bottom)
    if volume is None:
        return None
    if _COUNT.match(top):
        return Unit("count", 1 / volume, species)
    hit = _AMOUNT.match(top)
    if not hit:
        return None
    prefix, what = _PREFIX[hit.group(1)], hit.group(2)
    if what == "g":
        return Unit("mass", prefix * 1e3 / volume, species)
    if what in ("mol", "m", "mole", "moles", "at", "atom", "g-at"):
        return Unit("mole", prefix * 1e3 / volume, species) if what != "m" else None
    return Unit("gas", prefix * 1e3 / volume, species) if hit.group(1) else None


def convert_unit(unit: Unit, parameter: Parameter | str, species: str = "") -> Conversion | None:
    """Conversion of a unit to the canonical unit of a parameter, or None where there is none.

    Parameters
    ----------
    unit : Unit
    parameter : Parameter or str
    species : str
        What the mass is counted as where the unit does not say, such as "NO3".

    Returns
    -------
    Conversion or None
        None: the kinds do not fit, such as percent for a concentration.

    Source
    ------
    Volume of one mole of oxygen 22.391 L (Garcia and Gordon 1992); others are definitions.
    """
    row = load_parameters()[parameter] if isinstance(parameter, str) else parameter
    target = parse_unit(row.unit)
    species = unit.species or species
    if target is None:
        return Conversion(1.0) if unit.kind == "number" else None
    offset = _offset(unit.kind, target.kind)
    if offset is not None:
        return offset
    mass = _mass_per_mole(row)
    factor = _bridge(unit, target, mass, MOLAR_MASS.get(species), row)
    return None if factor is None else Conversion(factor, 0.0, "")


def _offset(kind: str, target: str) -> Conversion | None:
    if target != "temperature":
        return None
    table = {"fahrenheit": Conversion(5 / 9, -160 / 9), "kelvin": Conversion(1.0, -273.15)}
    return table.get(kind)


def _mass_per_mole(row: Parameter) -> float | None:
    if row.molar_mass:
        return row.molar_mass
    if row.id == "do":
        return MOLAR_MASS["O2"]
    return MOLAR_MASS.get(row.basis)


def _bridge(unit: Unit, target: Unit, mass: float | None, species: float | None, row: Parameter):
    if unit.kind == target.kind:
        ratio = unit.factor / target.factor
        if unit.kind == "mass" and species and mass and row.basis:
            return ratio * mass / species
        return ratio
    if (unit.kind, target.kind) == ("mole", "mass") and mass:
        return unit.factor * mass / target.factor
    if (unit.kind, target.kind) == ("mass", "mole") and (species or mass):
        return unit.factor / (species or mass) / target.factor
    if unit.kind == "gas" and target.kind == "mass" and row.id == "do":
        return unit.factor * MOLAR_MASS["O2"] / 22.391 / target.factor
    if {unit.kind, target.kind} == {"salinity", "number"}:
        return 1.0
    if unit.kind == "number" and target.kind == "turbidity":
        return 1.0
    return None

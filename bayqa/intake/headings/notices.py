"""Units that a title or a note at the foot states for a whole table: "单位 mg/L，pH 无量纲"."""

from __future__ import annotations

import re
from functools import cache

from bayqa.intake.records.grid import Grid
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_unit

__all__ = ["foot_notices", "stated_units"]

_LAST_ROWS = 30
_UNIT_WORD = re.compile(
    r"(?:计量|浓度)?(?:单位|單位|単位|단위|\bunits?\b)|"
    r"\b(?:all )?(?:concentrations?|values|results|data) (?:are |is )?"
    r"(?:given |reported |expressed )?(?=in\b)",
    re.I,
)
_EDGES = re.compile(r"[,;。、()\[\]\s]+")
_LEAD = re.compile(r"^(?:(?:注|备注|说明|note)\d*[:：.]?)?(?:除(?!外))?", re.I)
_VERB = re.compile(
    r"^(.*?)(?:的)?(?:(?:计量|浓度)?(?:单位|單位|単位|단위)|\bunits?\b)?(?:均|都)?(?:为|是|以|are|in|:|=)(.+)$",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:其余|其它|其他|余|未注明|各项|所有|浓度|含量|others?|rest|all|concentrations?|values?)",
    re.I,
)
_FILLER = re.compile(r"are|is|in|for|the|of|均|都|为|是", re.I)
_UNKNOWN = "?"
_KINDS = ("mass", "mole", "count", "number", "gas", "percent", "salinity", "temperature",
          "turbidity", "conductivity", "activity")  # fmt: skip


def foot_notices(grid: Grid) -> tuple[str, ...]:
    """Texts of the last rows of a table that speak of units."""
    rows = range(max(0, grid.n_rows - _LAST_ROWS), grid.n_rows)
    texts = []
    for i in rows:
        cells = dict.fromkeys(clean_text(c.cell(i)) for c in grid.columns)
        text = " ".join(c for c in cells if c)
        if _UNIT_WORD.search(text) and stated_units(text):
            texts.append(text)
    return tuple(texts)


@cache
def stated_units(text: str) -> dict[str, str]:
    """Unit of each parameter that a text names; "" is the unit of all others.

    Parameters
    ----------
    text : str
        Such as "注:单位 mg/L,pH 无量纲,粪大肠菌群 个/L" or "Units: ug/L".

    Returns
    -------
    dict of str
        Empty where the text does not speak of units.
    """
    plain = clean_text(text)
    if not _UNIT_WORD.search(plain):
        return {}
    units: dict[str, str] = {}
    pending: list[str] = []
    for clause in filter(None, (_LEAD.sub("", c) for c in _EDGES.split(plain))):
        names, unit = _read_clause(clause)
        pending = names if names == [""] else pending + names if names or unit else []
        if unit:
            known = [name for name in pending if name != _UNKNOWN]
            for name in known or pending or [""]:
                units.setdefault(name, unit)
            pending = []
    if units.pop(_UNKNOWN, ""):
        units.pop("", None)  # a unit of others says nothing where one of them could not be read
    return units


def _read_clause(clause: str) -> tuple[list[str], str]:
    """Parameters that a clause names ("" for all others) and its unit."""
    if _is_unit(clause):
        return [], clause
    hit = _VERB.match(clause)
    name, unit = (hit.group(1), hit.group(2).removesuffix("外")) if hit else (clause, "")
    if not _is_unit(unit):
        name, unit = clause, ""
    bare = _UNIT_WORD.sub("", name).strip(": =")
    if not bare or _FILLER.fullmatch(bare):
        return [""] if unit else [], unit
    if _OTHERS.match(bare):
        rest = _OTHERS.sub("", bare).lstrip("均为是:")
        return [""], unit or (rest if _is_unit(rest) else "")
    if not unit and _is_unit(bare):
        return [""], bare
    heading = parse_heading(bare)
    metals = [parse_heading(c).parameter for c in bare]
    names = [heading.parameter] if heading.parameter else metals if all(metals) else [_UNKNOWN]
    return names, unit or heading.unit


def _is_unit(text: str) -> bool:
    unit = parse_unit(text) if len(text) > 1 and not _UNIT_WORD.fullmatch(text) else None
    return unit is not None and unit.kind in _KINDS and not parse_heading(text).parameter

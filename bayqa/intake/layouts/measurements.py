"""Measured values of a table: wide or long, parsed, with marks, in canonical units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from bayqa.intake.headings.columns import Layout, Measured
from bayqa.intake.headings.companions import holds_values
from bayqa.intake.headings.notices import stated_units
from bayqa.intake.layouts.absent import drop_absent
from bayqa.intake.layouts.limits import fill_limit
from bayqa.intake.layouts.quality import heed_codes, quality_signs
from bayqa.intake.layouts.rows import filled
from bayqa.intake.layouts.scaling import scale_values
from bayqa.intake.records.cells import choose_cells, convert_words
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL, MISSING_VALUE, NOT_EVALUATED, Marks, make_marks
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.remarks import remark_message
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import convert_unit, parse_species, parse_unit
from bayqa.intake.vocabulary.values import KINDS, decimal_comma, parse_words
from bayqa.parameters import load_parameters

__all__ = ["NO", "YES", "Pieces", "Values", "apply_signs", "heading_unit", "mark_values",
           "read_wide", "say_below", "uses_comma"]  # fmt: skip

_BELOW_SIGNS = {"<", "<=", "lt", "le", "l", "u", "nd", "n.d.", "未检出", "below", "left", "≤",
                "<mdl", "not detected", "less than", "mdl, less than or equal to", "*non-detect",
                "present below quantification limit", "bdl", "<lod",
                "below detection limit"}  # fmt: skip
_ENDS = ("below", "above")
YES = frozenset({"true", "1", "yes", "是", "y", "t"})
NO = frozenset({"false", "0", "no", "否", "n", "f", "nein", "non", "não"})
_ENDS_FOUND = re.compile(r"(?:detect(?:ed|ion)?(?: flag)?|检出(?:情况|与否)?)\??$", re.I)
"""Heading of a column that says yes or no to whether a substance was detected."""
_ENDS_BELOW = re.compile(
    r"(?:bdl|nd|below|cens(?:ored)?|(?:non?|not|un)[- _]?detect(?:ed|s)?|未检出)$", re.I
)
"""Heading of a column that says yes or no to whether a value is below detection."""
_SAYS_BELOW = re.compile(
    r"^(?:below|less than|under)\b.*(?:detect|limit|quanti|lo[dq]|mdl|rl)|^[低小]于.*限"
)
_ABOVE_SIGNS = {">", ">=", "gt", "ge", "above", "right", "≥"}
_KIND_TEXTS = {
    "blank": (MISSING_VALUE, "", "not measured", "read", "the cell is blank"),
    "missing": (MISSING_VALUE, "not measured", "not measured", "read", "a mark for missing"),
    "unreadable": (FAIL, "is no value", "unreadable", "flagged", "is no number and no known mark; "
                   "the value is left out"),
    "below": (NOT_EVALUATED, "below detection", "censored", "read", "below a stated limit: an "
              "interval from 0 to the limit"),
    "above": (NOT_EVALUATED, "above range", "censored", "read", "above a stated limit: an interval "
              "without end"),
    "interval": (NOT_EVALUATED, "interval", "censored", "read", "an interval"),
}  # fmt: skip
_IONS = {
    word: ion
    for ion, words in {
        "NO3": "nitrat nitrates nitrato nitratos nitrati azotany nitraat нитраты нитрат",
        "NO2": "nitrit nitrites nitrito nitritos nitriti azotyny nitriet нитриты нитрит",
        "NH4": "ammonium amonio amônio ammonio",
        "PO4": "phosphat phosphates fosfato fosfatos fosfati fosforany fosfaat фосфаты фосфат "
        "fosfat fosfaatti",
    }.items()
    for word in words.split()
}
"""Names under which European laboratories mostly report the mass of the whole ion."""
_NOT_DETECTED_KIND = KINDS.index("not detected")
_WITHOUT_NUMBER = [KINDS.index(k) for k in ("blank", "missing", "not detected", "unreadable")]


class Values(NamedTuple):
    """Measured values of one parameter; `row` is the row of the table that each one stands in."""

    row: np.ndarray
    parameter: str
    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    layer: str
    """Layer that the heading names; empty where the row tells it."""
    undetected: np.ndarray
    """Mask: below a limit that the text did not state; `upper` is NaN until one is found."""
    marks: Marks


class Pieces(NamedTuple):
    """Values of a table, one parameter after another, read when they are asked for.

    `rows` are known before: the rows of the table of each piece. `findings` are whole when the
    last piece was read.
    """

    rows: list[np.ndarray]
    values: Iterator[Values]
    findings: list[Finding]


def _value_columns(layout: Layout) -> list[int]:
    """Columns that hold values."""
    if layout.is_long:
        return [layout.fields[f] for f in ("value", "lower", "upper") if f in layout.fields]
    return [m.index for m in layout.measured]


def uses_comma(grid: Grid, layout: Layout) -> bool:
    """Whether the comma is the decimal sign of the table; every column of numbers is heard."""
    columns = _value_columns(layout)
    columns += [layout.fields[f] for f in ("lon", "lat", "x", "y") if f in layout.fields]
    answers = {decimal_comma(grid.columns[j].words[:2000]) for j in columns}
    return True in answers and False not in answers


def read_wide(grid: Grid, layout: Layout, water: Column, comma: bool, keep=None):
    """Values of a table with a column for each parameter.

    Parameters
    ----------
    grid, layout : Grid, Layout
    water : Column
        Kind of water of each row.
    comma : bool
    keep : set of str, optional
        Parameters wanted; all when None.

    Returns
    -------
    Pieces
    """
    sea = water.holds("sea")
    wanted = [
        (column, parameter, rows)
        for column in layout.measured
        for parameter, rows in _parameters_of(column, _own_rows(grid, layout, column), sea)
        if (keep is None or parameter in keep) and filled(grid.columns[column.index])[rows].any()
    ]
    findings: list[Finding] = []
    values = (_read_column(grid, layout, *one, comma, findings) for one in wanted)
    return Pieces([rows for _, _, rows in wanted], values, findings)


def _own_rows(grid: Grid, layout: Layout, column: Measured) -> np.ndarray:
    """Rows of a column, without those where another one in another unit has the value."""
    rows = np.arange(grid.n_rows, dtype=np.int32)
    pairs = [(m.index, m.instead) for m in layout.measured if m.instead >= 0]
    for index, instead in (p for p in pairs if column.index in p):
        lent = holds_values(grid.columns[index]) & ~holds_values(grid.columns[instead])
        rows = rows[lent[rows]] if column.index == index else rows[~lent[rows]]
    return rows


def _parameters_of(column: Measured, everything: np.ndarray, sea: np.ndarray):
    """Rows of each parameter that one column means: "COD" differs between sea and fresh water."""
    if not column.fresh_parameter:
        return [(column.parameter, everything)]
    sea = sea[everything]
    pairs = [(column.parameter, everything[sea]), (column.fresh_parameter, everything[~sea])]
    return [p for p in pairs if len(p[1])]


def _read_column(grid: Grid, layout: Layout, column: Measured, parameter, rows, comma, findings):
    cells = grid.columns[column.index]
    missing = frozenset(
        str(m).casefold() for m in layout.mapping.get("values", {}).get("missing", ())
    )
    # A column of texts such as "0,31" in a sheet of numbers has a decimal sign of its own.
    comma = comma or decimal_comma(cells.words[:2000]) is True
    kind, bounds, units, notes = parse_words(cells.words, missing=missing, comma=comma)
    codes = cells.codes[rows]
    kinds = kind[codes]
    value, lower, upper = (b[codes] for b in bounds)
    marked = _with_marks(grid, layout, column, rows, (kinds, value, lower, upper))
    kinds, value, lower, upper = marked
    bare = (kinds == _NOT_DETECTED_KIND) & np.isnan(upper)
    upper = np.where(bare, _limits_beside(grid, layout, column, rows, comma), upper)
    value = np.where(bare, upper / 2, value)
    log = Log(grid, make_marks(len(rows)), findings, rows, column.heading)
    if column.quality >= 0:
        kinds = heed_codes(layout, column, rows, log, kinds)
    kinds, lower = drop_absent(grid, layout, parameter, log, kinds, lower)
    mark_values(log, kinds, convert_words(Column(codes, notes), str), cells)
    unit = column.unit or layout.mapping.get("units", {}).get(parameter, "")
    unit = unit or _title_unit(layout, parameter, log)
    own = _row_units(grid, layout, column, Column(codes, units), rows)
    check_basis(log, column.heading, unit, parameter)
    value, lower, upper = scale_values(log, parameter, unit, own, (value, lower, upper))
    undetected = (kinds == _NOT_DETECTED_KIND) & np.isnan(upper)
    limit = column.limit or layout.limits.get(parameter, "")
    limit = limit.replace(",", ".") if comma else limit
    fill_limit(log, parameter, limit, unit, undetected, (value, lower, upper))
    undetected &= np.isnan(upper)
    return Values(rows, parameter, value, lower, upper, column.layer, undetected, log.marks)


def _limits_beside(grid: Grid, layout: Layout, column: Measured, rows, comma: bool):
    """Limits of a column of their own for some rows, NaN where there is none."""
    alone = layout.fields.get("limit", -1) if len(layout.measured) == 1 else -1
    beside = column.limit_column if column.limit_column >= 0 else alone
    if beside < 0:
        return np.nan
    limits = grid.columns[beside]
    return parse_words(limits.words, comma=comma)[1][2][limits.codes[rows]]


def _with_marks(grid: Grid, layout: Layout, column: Measured, rows, values: tuple) -> tuple:
    """Kinds and bounds with the signs that the columns beside the values give them."""
    if column.qualifier >= 0:
        marks = grid.columns[column.qualifier]
        signs = Column(marks.codes[rows], marks.words)
        below, above = own_signs(layout)
        below |= say_below(layout.headings[column.qualifier].text)
        values = apply_signs(signs, *values, (below, above))
    if column.quality >= 0:
        codes = grid.columns[column.quality]
        said = quality_signs(layout, codes, layout.headings[column.quality].text)
        signs = Column(codes.codes[rows], codes.words)
        values = apply_signs(signs, *values, (said["below"], said["above"]), usual=False)
    return values


def say_below(heading: str) -> frozenset[str]:
    """Answers of a column beside values that mean "below detection"."""
    if _ENDS_BELOW.search(heading):
        return YES
    return NO if _ENDS_FOUND.search(heading) else frozenset()


def _title_unit(layout: Layout, parameter: str, log: Log) -> str:
    """Unit that a title or a note states for the table, where the parameter can have it."""
    row = load_parameters()[parameter]
    for text in (*layout.titles, *layout.notices):
        units = stated_units(text)
        word = units.get(parameter, "" if row.unit in ("1", "") else units.get("", ""))
        unit = parse_unit(word) if word else None
        named = parameter in units
        if unit is None or not (named or unit.kind in ("mass", "mole")):
            continue
        if convert_unit(unit, row) is not None:
            message = f"{parameter}: the unit is taken from the title or a note"
            log.add(np.ones(len(log.rows), bool), "unit", "assumed", message, found=word)
            return word
    return ""


def _row_units(grid: Grid, layout: Layout, column: Measured, own: Column, rows) -> Column:
    """Units of the cells: their own, or those of a column of units beside a lone value column."""
    own = convert_words(own, str)
    alone = sum(not m.unit for m in layout.measured) == 1
    if "unit" not in layout.fields or column.unit or not alone:
        return own
    units = convert_words(grid.columns[layout.fields["unit"]], clean_text)
    return choose_cells(own.holds(""), units._replace(codes=units.codes[rows]), own)


def check_basis(log: Log, name: str, unit: str, parameter: str) -> None:
    """A doubt where a mass is headed by an ion, such as "NO3 (mg/L)", and not by N or P."""
    word = re.split(r"[\s(\[/,（]", clean_text(name).casefold())[0]
    ion = parse_species(word) or _IONS.get(word, "")
    basis = load_parameters()[parameter].basis
    parsed = parse_unit(unit) if unit else None
    if ion and basis and ion != basis and parsed and parsed.kind == "mass" and not parsed.species:
        text = f"{parameter}: {name} does not say as what it is counted; taken as {basis}"
        log.add(np.ones(len(log.rows), bool), "basis", "doubtful", text, found=name)


def apply_signs(signs: Column, kinds, value, lower, upper, own=(frozenset(), frozenset()),
                *, usual: bool = True):  # fmt: skip
    """Values with the marks of a companion column: "<", "U", "未检出" before a number.

    `own` are two sets of marks, for below and above a limit, which win over the `usual` ones.
    """
    words = [clean_text(w).casefold() for w in signs.words]
    low, high = (_BELOW_SIGNS, _ABOVE_SIGNS) if usual else (frozenset(), frozenset())
    low, high = own[0] | (low - own[1]), own[1] | (high - own[0])
    low |= {w for w in words if usual and w not in high and _SAYS_BELOW.search(w[:100])}
    below = np.array([w in low for w in words], bool)[signs.codes]
    above = np.array([w in high for w in words], bool)[signs.codes]
    exact = kinds == KINDS.index("exact")
    blank = np.isin(kinds, [KINDS.index("blank"), KINDS.index("missing")])
    # A negative number that is marked so is a limit, written with a minus by some databases.
    value = np.where(below & exact, np.abs(value), value)
    cut, open_end = below & exact, above & exact
    kinds = np.where(cut, KINDS.index("below"), np.where(open_end, KINDS.index("above"), kinds))
    kinds = np.where(below & blank, _NOT_DETECTED_KIND, kinds).astype(np.uint8)
    lower = np.where(cut | (below & blank), 0.0, lower)
    upper = np.where(cut, value, upper)
    upper = np.where(open_end, np.inf, upper)
    return kinds, np.where(cut, value / 2, value), lower, upper


def mark_values(log: Log, kinds: np.ndarray, notes: Column, cells: Column) -> None:
    """Flag missing and unreadable cells, and count the marks of censoring."""
    for name, (flag, note, kind, action, message) in _KIND_TEXTS.items():
        mask = kinds == KINDS.index(name)
        log.add(mask, kind, action, message, flag=flag, note=note, found=cells.cell)
    noted = ~notes.holds("") & ~np.isin(kinds, _WITHOUT_NUMBER)
    for code in pd.unique(notes.codes[noted]):
        action, text = remark_message(notes.words[code])
        more = {"flag": NOT_EVALUATED, "note": text, "found": cells.cell}
        log.add(noted & (notes.codes == code), "remark", action, text, **more)


def own_signs(layout: Layout) -> tuple[frozenset[str], frozenset[str]]:
    """Further marks of a mapping for below and above a limit, such as the U of a laboratory."""
    words = layout.mapping.get("words", {})
    below, above = (frozenset(str(w).casefold() for w in words.get(k, ())) for k in _ENDS)
    return below, above


def heading_unit(layout: Layout, field: str) -> str:
    """Unit written in the heading of a field."""
    return parse_heading(layout.heading(field)).unit if field in layout.fields else ""

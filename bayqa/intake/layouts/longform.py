"""Measured values of a long table: one value of a named parameter in each row."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.layouts.absent import drop_absent
from bayqa.intake.layouts.limits import fill_limit
from bayqa.intake.layouts.measurements import (
    NO,
    YES,
    Pieces,
    Values,
    apply_signs,
    heading_unit,
    mark_values,
    own_signs,
    say_below,
)
from bayqa.intake.layouts.quality import quality_signs
from bayqa.intake.layouts.scaling import scale_values
from bayqa.intake.records.cells import choose_cells, convert_words
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import make_marks
from bayqa.intake.vocabulary.fractions import find_part, name_part, read_fraction
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.text import clean_text, fold_text, is_blank
from bayqa.intake.vocabulary.units import parse_species, parse_unit
from bayqa.intake.vocabulary.values import KINDS, parse_words
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["read_long"]

_SPLITTING = ("unit", "species", "fraction")
"""Columns that part the rows of one name: each combination is read by itself."""


def read_long(grid: Grid, layout: Layout, water: Column, comma: bool, keep=None):
    """Values of a table with columns parameter and value.

    Returns
    -------
    Pieces
    """
    findings: list[Finding] = []
    names = _names(grid, layout)
    groups = _groups(grid, layout, names, water, findings)
    groups = [g for g in groups if keep is None or g[0][0] in keep]
    values = _read_groups(grid, layout, groups, comma, findings)
    return Pieces([rows for _, rows in groups], values, findings)


def _names(grid: Grid, layout: Layout) -> Column:
    """Names of parameters; where one is blank, that of the quantity, such as salinity."""
    names, more = (_column_or_none(grid, layout, f) for f in ("parameter", "quantity"))
    if more is None:
        return names
    blank = word_mask(names, is_blank)
    count = len(names.words)
    codes = np.where(blank, more.codes.astype(np.int64) + count, names.codes)
    return Column(codes.astype(np.int32), (*names.words, *more.words))


def _read_groups(grid: Grid, layout: Layout, groups: list, comma: bool, findings: list):
    """Values of each group of rows that have one parameter and unit."""
    kinds, value, lower, upper, units, notes = _read_numbers(grid, layout, comma)
    cells = grid.columns[layout.fields.get("value", layout.fields.get("lower"))]
    for (parameter, unit, species), rows in groups:
        log = Log(grid, make_marks(len(rows)), findings, rows, layout.heading("value"))
        kind, low = drop_absent(grid, layout, parameter, log, kinds[rows], lower[rows])
        mark_values(log, kind, notes._replace(codes=notes.codes[rows]), cells)
        bounds = (value[rows], low, upper[rows])
        own = units._replace(codes=units.codes[rows])
        bounds = scale_values(log, parameter, unit, own, bounds, species)
        undetected = (kind == KINDS.index("not detected")) & np.isnan(bounds[2])
        fill_limit(log, parameter, layout.limits.get(parameter, ""), unit, undetected, bounds)
        undetected &= np.isnan(bounds[2])
        yield Values(rows, parameter, *bounds, "", undetected, log.marks)


def _read_numbers(grid: Grid, layout: Layout, comma: bool):
    fields = layout.fields
    cells = grid.columns[fields.get("value", fields.get("lower"))]
    missing = frozenset(
        str(m).casefold() for m in layout.mapping.get("values", {}).get("missing", ())
    )
    kind, bounds, units, notes = parse_words(cells.words, missing=missing, comma=comma)
    kinds, (value, lower, upper) = kind[cells.codes], (b[cells.codes] for b in bounds)
    none = frozenset()
    signs = {"qualifier": own_signs(layout), "censored": (YES, none), "detected": (NO, none)}
    for field, more in signs.items():
        if field in fields:
            marks = grid.columns[fields[field]]
            more = (more[0] | say_below(layout.heading(field)), more[1])
            kinds, value, lower, upper = apply_signs(marks, kinds, value, lower, upper, more)
    if "quality" in fields:
        codes = grid.columns[fields["quality"]]
        said = quality_signs(layout, codes, layout.heading("quality"))
        more = said["below"], said["above"]
        values = kinds, value, lower, upper
        kinds, value, lower, upper = apply_signs(codes, *values, more, usual=False)
    kinds, lower, upper = _own_bounds(grid, layout, kinds, value, lower, upper, comma)
    stated = _own_limits(grid, layout, kinds, upper, comma)
    own = convert_words(Column(cells.codes, units), str)
    if stated.any():
        upper = np.where(stated, _limits(grid, layout, comma), upper)
        value = np.where(stated, upper / 2, value)
        own = _limit_units(grid, layout, stated, own)
    return kinds, value, lower, upper, own, convert_words(Column(cells.codes, notes), str)


def _own_bounds(grid: Grid, layout: Layout, kinds, value, lower, upper, comma: bool):
    """Intervals given by two columns of their own."""
    if not {"lower", "upper"} <= set(layout.fields):
        return kinds, lower, upper
    ends = []
    for field in ("lower", "upper"):
        column = grid.columns[layout.fields[field]]
        ends.append(parse_words(column.words, comma=comma)[1][0][column.codes])
    low, high = ends
    given = np.isfinite(low) & np.isfinite(high) & (low <= high)
    lower, upper = np.where(given, low, lower), np.where(given, high, upper)
    wide = given & (low < high) & np.isin(kinds, [KINDS.index("exact"), KINDS.index("below")])
    return np.where(wide, KINDS.index("interval"), kinds).astype(np.uint8), lower, upper


def _own_limits(grid: Grid, layout: Layout, kinds, upper, comma: bool) -> np.ndarray:
    """Mask of bare "not detected" marks whose row states a detection limit."""
    bare = (kinds == KINDS.index("not detected")) & np.isnan(upper)
    if "limit" not in layout.fields or not bare.any():
        return np.zeros(len(bare), bool)
    return bare & np.isfinite(_limits(grid, layout, comma))


def _limits(grid: Grid, layout: Layout, comma: bool) -> np.ndarray:
    column = grid.columns[layout.fields["limit"]]
    return parse_words(column.words, comma=comma)[1][2][column.codes]


def _limit_units(grid: Grid, layout: Layout, stated: np.ndarray, own: Column) -> Column:
    """Units of the cells, with those of the detection limits where these stand for values."""
    column = _column_or_none(grid, layout, "limit_unit")
    if column is None:
        return own
    given = convert_words(column, clean_text)
    return choose_cells(stated & ~given.holds(""), given, own)


def _groups(grid: Grid, layout: Layout, names: Column, water: Column, findings: list):
    """Rows of each (parameter, unit, species) of the table."""
    mapping = layout.mapping
    fresh = ~water.holds("sea")
    unit, species, part = (_column_or_none(grid, layout, f) for f in _SPLITTING)
    key = names.codes.astype(np.int64) * 2 + fresh
    for column in (unit, species, part):
        if column is not None:
            key = key * (len(column.words) + 1) + column.codes
    order = np.argsort(key, kind="stable").astype(np.int32)
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    groups = []
    for rows in np.split(order, starts[1:]) if len(order) else []:
        i = rows[0]
        name = clean_text(names.cell(i))
        text = clean_text(unit.cell(i)) if unit is not None else ""
        counted = parse_species(species.cell(i)) if species is not None else ""
        fraction = read_fraction(part.cell(i)) if part is not None else ""
        name = _whole_name(name) if fraction else name
        parameter, text = _meaning(name, text, fresh[i], mapping, layout)
        if parameter is not None and find_part(parameter, fraction) is None:
            _unused_part(grid, rows, f"{name}, {part.cell(i)}", layout, findings)
            continue
        parameter = find_part(parameter, fraction)
        if parameter is None:
            _unknown(grid, rows, name, text, layout, findings)
        else:
            groups.append(((parameter, text, counted), rows))
    return groups


def _whole_name(name: str) -> str:
    """Name of an element such as "Phosphorus" as the total of which a fraction is given."""
    known = parse_heading(name).parameter or name_part(name)[0]
    return f"total {name}" if not known and find_parameter(f"total {name}") else name


def _column_or_none(grid: Grid, layout: Layout, field: str) -> Column | None:
    return grid.columns[layout.fields[field]] if field in layout.fields else None


def _meaning(name: str, unit: str, fresh: bool, mapping, layout: Layout):
    """Parameter and unit of a row of a long table."""
    named = {fold_text(k): v for k, v in mapping.get("parameters", {}).items()}
    target = named.get(fold_text(name))
    if target is not None:
        row = {"parameter": target} if isinstance(target, str) else target
        parameter = row.get("parameter", name)
        parameter = parameter if parameter in load_parameters() else find_parameter(parameter)
        return parameter, unit or row.get("unit", "")
    heading = parse_heading(name)
    parameter = find_parameter(name, "river") if fresh else None
    parameter = parameter or heading.parameter or None
    counted = ""
    if parameter is None:
        parameter, counted = name_part(name)
    unit = unit or heading.unit or heading_unit(layout, "value")
    unit = unit or mapping.get("units", {}).get(parameter, "")
    parsed = parse_unit(unit) if unit else None
    if parameter == "do" and parsed is not None and parsed.kind == "percent":
        parameter = "do_sat"
    if counted and parsed is not None and not parsed.species:
        unit = f"{unit} as {counted}"
    return parameter, unit


def _unused_part(grid: Grid, rows, name: str, layout: Layout, findings: list) -> None:
    text = "a part of the sample that is no parameter of its own; its rows are not used"
    row, heading = int(grid.rows[rows[0]]), layout.heading("fraction")
    where = (grid.sheet, row, heading, name, len(rows))
    findings.append(Finding(grid.file, "parameter", "ignored", text, *where))


def _unknown(grid: Grid, rows, name: str, unit: str, layout: Layout, findings: list) -> None:
    known = [*load_parameters(), *(p.name_zh for p in load_parameters().values())]
    close = get_close_matches(name.casefold(), known, 1, 0.75)
    hint = f"; the nearest known is {close[0]!r}" if close else ""
    findings.append(
        Finding(
            grid.file,
            "parameter",
            "doubtful" if close else "ignored",
            f"the parameter is not known, its rows are not used{hint}",
            grid.sheet,
            int(grid.rows[rows[0]]),
            layout.heading("parameter"),
            name,
            len(rows),
        )
    )

"""Columns of a table: which heading holds what, by mapping, preset and alias tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bayqa.errors import InputError
from bayqa.intake.headings.clocks import part_clocks, release_clock
from bayqa.intake.headings.companions import (
    carry_units,
    find_limits,
    find_signs,
    join_signs,
    settle_units,
)
from bayqa.intake.headings.flags import find_flags
from bayqa.intake.headings.guesses import guess_fields
from bayqa.intake.headings.headers import Header
from bayqa.intake.headings.leftovers import is_hollow, list_leftovers, name_column, note_column
from bayqa.intake.headings.mapping import FIELDS, name_parameter
from bayqa.intake.headings.notices import foot_notices
from bayqa.intake.records.findings import Finding
from bayqa.intake.vocabulary.names import PART_RANK, Heading, find_extra, is_ignored, parse_heading
from bayqa.intake.vocabulary.text import fold_text

__all__ = ["Layout", "Measured", "find_columns"]

_COMPANIONS = ("q", "qualifier", "remark", "标记", "flag", "mark", "censored", "检出标志", "sign",
               "bdl", "nd", "below", "qual", "code", "detected", "detect",
               "是否检出", "检出")  # fmt: skip


class Measured(NamedTuple):
    """One column of values of a wide table."""

    index: int
    parameter: str
    fresh_parameter: str = ""
    unit: str = ""
    layer: str = ""
    qualifier: int = -1
    quality: int = -1
    """Column of codes of quality that belongs to the values."""
    limit: str = ""
    heading: str = ""
    limit_column: int = -1
    """Column that holds a limit for each row, such as "DIN_MDL"."""
    instead: int = -1
    """Column of the same parameter in another unit, whose blank cells this one fills."""


class Layout(NamedTuple):
    """Where everything is: fields by column index, wide columns, extras, what was not used."""

    fields: Mapping[str, int]
    measured: tuple[Measured, ...]
    extras: Mapping[str, int]
    mapping: Mapping
    headings: tuple[Heading, ...]
    findings: tuple[Finding, ...] = ()
    titles: tuple[str, ...] = ()
    """Texts above the headings, which may tell the year or the month."""
    above: tuple[tuple[str, ...], ...] = ()
    """Cells above the headings, which may state a station or a date for the whole table."""
    notices: tuple[str, ...] = ()
    """Texts at the foot of the table that speak of units."""
    limits: Mapping[str, str] = {}
    """Detection limit of each parameter, with its unit, that a note or another sheet states."""

    @property
    def is_long(self) -> bool:
        """Whether each row holds one value of a named parameter."""
        return "parameter" in self.fields and bool({"value", "lower"} & set(self.fields))

    def heading(self, field: str) -> str:
        """Heading of the column of a field."""
        return self.headings[self.fields[field]].text if field in self.fields else field


def find_columns(header: Header, mapping: Mapping) -> Layout:
    """Layout of a table.

    Parameters
    ----------
    header : Header
    mapping : mapping
        As `read_mapping` gives it.

    Raises
    ------
    InputError
        When one field or parameter is named by two columns, or no value column is found.
    """
    grid = header.body
    place = f"{grid.file}, sheet {grid.sheet!r}" if grid.sheet else grid.file
    fields, notes = _find_fields(header, mapping, place)
    named = [j for j, h in enumerate(header.headings) if h.extra == "name"]
    if "station" not in fields and named:
        fields["station"] = named[0]
    measured = ()
    if not _has_long(fields):
        measured, more = _find_measured(header, mapping, fields, place)
        notes += more
    else:
        notes += find_signs(header, fields)
    extras = _find_extras(header, mapping, set(fields.values()) | {m.index for m in measured})
    used = set(fields.values()) | set(extras.values())
    used |= {j for m in measured for j in (m.index, m.qualifier, m.quality, m.limit_column)}
    used |= {j for j, h in enumerate(header.headings) if h.text in {n.column for n in notes}}
    if not measured and not _has_long(fields):
        raise InputError(
            f"{place}: no column of values recognised in row {header.row} "
            f"({', '.join(h.text for h in header.headings if h.text)[:100]}); wanted parameters "
            "such as DIN or 无机氮, or columns parameter and value; name them in mapping="
        )
    notes += list_leftovers(header, used, fields)
    told = (header.titles, header.above, foot_notices(grid))
    return Layout(fields, measured, extras, mapping, header.headings, tuple(notes), *told)


def _has_long(fields: Mapping[str, int]) -> bool:
    return "parameter" in fields and bool({"value", "lower"} & set(fields))


def _find_fields(header: Header, mapping: Mapping, place: str):
    """Column of each field: the mapping first, then the best alias."""
    folded = [fold_text(h.text) for h in header.headings]
    fields: dict[str, int] = {}
    for field, wanted in mapping.get("columns", {}).items():
        for name in [wanted] if isinstance(wanted, str) else wanted:
            hits = [j for j, f in enumerate(folded) if f == fold_text(name)]
            if len(hits) > 1:
                raise InputError(_twice(place, header, hits))
            if hits:
                fields.setdefault(field, hits[0])
    notes, taken = [], set(fields.values()) | _mapped(mapping, folded)
    for field in FIELDS:
        hits = [
            (h.rank, j)
            for j, h in enumerate(header.headings)
            if h.field == field and j not in taken
        ]
        if field in fields or not hits:
            continue
        hits.sort()
        if field == "time":
            hits = part_clocks(header, hits, fields)
        same = [j for _, j in hits if folded[j] == folded[hits[0][1]]]
        if len(same) > 1 and field == "quality":
            continue
        if len(same) > 1 and field != "note":
            raise InputError(_twice(place, header, same))
        fields[field] = hits[0][1]
        text = f"the {field} is taken from {header.headings[hits[0][1]].text!r}"
        notes += [note_column(header, j, text) for _, j in hits[1:]]
    release_clock(header, fields)
    return fields, notes + _guessed(header, mapping, fields, folded)


def _guessed(header: Header, mapping: Mapping, fields: dict[str, int], folded) -> list[Finding]:
    """Add the fields that only the words of an unknown heading tell, and a finding for each."""
    taken = set(fields.values()) | _mapped(mapping, folded)
    unknown = [
        (j, h.text)
        for j, h in enumerate(header.headings)
        if j not in taken and h.text and not (h.field or h.parameter or h.extra)
        and not is_ignored(h.text) and not is_hollow(header, j)
    ]  # fmt: skip
    have = set(fields)
    missing = [] if "station" in have else ["station"]
    missing += [] if have & {"lon", "x", "position"} else ["lon", "lat"]
    missing += [] if have & {"time", "year", "month"} else ["time"]
    if not any(h.parameter for h in header.headings):
        missing += [f for f in ("parameter", "value", "unit") if f not in have]
    found = guess_fields(unknown, missing)
    if ("lon" in found) != ("lat" in found):
        found = {f: j for f, j in found.items() if f not in ("lon", "lat")}
    fields.update(found)
    text = "no known heading; by its words taken for the {}"
    return [note_column(header, j, text.format(f), "assumed") for f, j in found.items()]


def _mapped(mapping: Mapping, folded: list[str]) -> set[int]:
    names = {fold_text(n) for n in mapping.get("parameters", {})}
    return {j for j, f in enumerate(folded) if f in names}


def _twice(place: str, header: Header, columns: list[int]) -> str:
    names = " and ".join(f"{name_column(j)} {header.headings[j].text!r}" for j in columns[:3])
    return (
        f"{place}: row {header.row} has the same heading twice: columns {names}; rename or remove "
        "one, or name the right one in mapping="
    )


def _find_measured(header: Header, mapping: Mapping, fields, place: str):
    """Columns of values and findings about them."""
    named = {fold_text(k): (k, v) for k, v in mapping.get("parameters", {}).items()}
    columns: list[Measured] = []
    taken = set(fields.values())
    for j, heading in enumerate(header.headings):
        folded = fold_text(heading.text)
        if j in taken or not folded:
            continue
        if folded in named:
            columns.append(_mapped_column(j, heading, *named[folded]))
        elif heading.parameter:
            told = heading.parameter, heading.fresh_parameter, heading.unit, heading.layer
            columns.append(Measured(j, *told, heading=heading.text))
    columns = _prefer_mapped(columns, set(named))
    columns, carried = carry_units(columns, header)
    columns, notes = settle_units(columns, header)
    notes += carried
    columns, doubts = _part_twins(columns, header)
    notes += doubts
    _refuse_twins(columns, header, place)
    columns = [c._replace(limit=header.limits.get(c.index, "")) for c in columns]
    columns = [_with_qualifier(c, header, mapping) for c in columns]
    columns = [c._replace(limit_column=find_limits(c, header)) for c in columns]
    columns = find_flags(columns, header, taken)
    codes = {c.quality for c in columns}
    columns = _with_answers(columns, fields)
    columns, strays = join_signs(columns, header, (taken | codes) - {fields.get("qualifier", -1)})
    return tuple(columns), [*notes, *strays]


def _with_answers(columns: list[Measured], fields: Mapping[str, int]) -> list[Measured]:
    """Lone column of values with the column that says yes or no to whether it was detected."""
    answers = [fields[f] for f in ("detected", "censored", "qualifier") if f in fields]
    if len(columns) != 1 or columns[0].qualifier >= 0 or not answers:
        return columns
    return [columns[0]._replace(qualifier=answers[0])]


def _mapped_column(index: int, heading: Heading, name: str, target) -> Measured:
    row = {"parameter": target} if isinstance(target, str) else dict(target)
    wanted = name_parameter(row.get("parameter", name), "mapping")
    parsed = parse_heading(heading.text)
    unit = row.get("unit") or heading.unit or parsed.unit
    return Measured(index, wanted, "", unit, row.get("layer", heading.layer), heading=heading.text)


def _prefer_mapped(columns: list[Measured], named: set[str]) -> list[Measured]:
    """Columns without those that only an alias takes for what the mapping finds elsewhere."""
    mapped = {(c.parameter, c.layer or "surface") for c in columns if fold_text(c.heading) in named}
    return [
        c
        for c in columns
        if fold_text(c.heading) in named or (c.parameter, c.layer or "surface") not in mapped
    ]


def _part_twins(columns: list[Measured], header: Header) -> tuple[list[Measured], list[Finding]]:
    """Columns without parts ("Dissolved Zinc") that stand beside another column of the same."""
    derived = {c.index for c in columns if header.headings[c.index].rank == PART_RANK}
    keys = [(c.parameter, c.layer) for c in columns]
    lost = [
        c for c, k in zip(columns, keys, strict=True) if c.index in derived and keys.count(k) > 1
    ]
    text = "another column is read as the same parameter; name the one to use in mapping="
    notes = [note_column(header, c.index, text, "doubtful") for c in lost]
    return [c for c in columns if c not in lost], notes


def _refuse_twins(columns: list[Measured], header: Header, place: str) -> None:
    seen: dict[tuple, Measured] = {}
    for column in columns:
        key = (column.parameter, column.layer, column.instead)
        if key in seen:
            raise InputError(
                _twice(place, header, [seen[key].index, column.index])
                + f" (both read as {column.parameter})"
            )
        seen[key] = column


def _with_qualifier(column: Measured, header: Header, mapping: Mapping) -> Measured:
    """Column with the index of its companion of marks, such as "DIN_Q" or "QV:DIN"."""
    own = mapping.get("parameters", {}).get(column.heading)
    wanted = [own["qualifier"]] if isinstance(own, Mapping) and "qualifier" in own else []
    base = fold_text(column.heading)
    short = fold_text(column.heading.split("_")[0].split("(")[0])
    wanted = {fold_text(w) for w in wanted} | {
        f"{b}{end}" for b in (base, short, column.parameter.replace("_", ""))
        for end in _COMPANIONS
    }  # fmt: skip
    for j, heading in enumerate(header.headings):
        if fold_text(heading.text) in wanted and j != column.index:
            return column._replace(qualifier=j)
    return column


def _find_extras(header: Header, mapping: Mapping, taken: set[int]) -> dict[str, int]:
    extras: dict[str, int] = {}
    names = {
        fold_text(v): k
        for k, wanted in mapping.get("extra", {}).items()
        for v in ([wanted] if isinstance(wanted, str) else wanted)
    }
    for j, heading in enumerate(header.headings):
        name = names.get(fold_text(heading.text)) or heading.extra or find_extra(heading.text)
        if name and j not in taken:
            extras.setdefault(name, j)
    if "river_name" in extras and "river" not in extras:
        extras["river"] = extras.pop("river_name")
    return extras

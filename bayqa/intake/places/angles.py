"""Angles in columns of their own for degrees, minutes and seconds, joined into one."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.headers import Header
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, make_column
from bayqa.intake.vocabulary.names import Heading, find_field
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["join_angles", "join_sides"]

_PART = re.compile(
    r"^(.*?)[\s_(\[]*(度|分|秒|°|′′|′|''|'|\"|deg(?:rees?)?|min(?:utes?)?|sec(?:onds?)?|d|m|s)[)\]]?$",
    re.I,
)
_LONGEST = 100
_SIDES = {
    "lon": {"e", "w", "east", "west", "东", "西", "东经", "西经", "東經", "西經"},
    "lat": {"n", "s", "north", "south", "北", "南", "北纬", "南纬", "北緯", "南緯"},
}
_MARKS = ("°", "′", "″")


def join_angles(header: Header) -> Header:
    """Header and body with longitudes and latitudes of two or three columns joined in the first.

    The columns are headed alike with their unit, or only the first one is headed.
    """
    for field in ("lon", "lat"):
        columns = _columns_of(header, field)
        if len(columns) > 1 and _are_parts(header, columns):
            header = _joined(header, columns)
    return header


def join_sides(header: Header) -> Header:
    """Header and body with E, W, N or S of a column of its own written behind the numbers."""
    for field in ("lon", "lat"):
        places = [j for j, h in enumerate(header.headings) if h.field == field]
        beside = _side_beside(header, places[0], field) if len(places) == 1 else None
        if beside is not None:
            header = _sided(header, places[0], beside)
    return header


def _side_beside(header: Header, j: int, field: str) -> int | None:
    """Neighbour of a column whose cells are only letters of the sides of its field."""
    for near in (j + 1, j - 1):
        if not 0 <= near < len(header.body.columns) or _is_field(header, near):
            continue
        column = header.body.columns[near]
        words = {clean_text(column.words[c]).casefold() for c in np.unique(column.codes)} - {""}
        if words and words <= _SIDES[field]:
            return near
    return None


def _is_field(header: Header, j: int) -> bool:
    """Whether a column is a longitude or latitude whose heading is more than a sign of its side."""
    heading = header.headings[j] if j < len(header.headings) else Heading("")
    return heading.field in ("lon", "lat") and clean_text(heading.text).casefold() not in "ewns"


def _sided(header: Header, j: int, side: int) -> Header:
    body = header.body
    pairs = zip(*(c.words[c.codes] for c in (body.columns[j], body.columns[side])), strict=True)
    texts = [f"{clean_text(v)} {clean_text(s)}" if clean_text(v) else "" for v, s in pairs]
    new, headings = list(body.columns), list(header.headings)
    new[j] = make_column(texts)
    new[side] = Column(np.zeros(body.n_rows, np.int32), np.array([""], object))
    if side < len(headings):
        headings[side] = Heading("")
    text = "the side of the globe stands in a column of its own; joined"
    note = Finding(body.file, "position", "converted", text, body.sheet, header.row,
                   headings[j].text, texts[0] if texts else "")  # fmt: skip
    body = body._replace(columns=tuple(new), findings=(*body.findings, note))
    return header._replace(headings=tuple(headings), body=body)


def _field_of(heading: Heading) -> str:
    if heading.field in ("lon", "lat"):
        return heading.field
    hit = _PART.match(heading.text[:_LONGEST])
    return find_field(hit.group(1))[0] if hit and hit.group(1) else ""


def _columns_of(header: Header, field: str) -> list[int]:
    """Neighbouring columns of degrees, minutes and perhaps seconds of a field."""
    start = next((j for j, h in enumerate(header.headings) if _field_of(h) == field), None)
    columns: list[int] = [] if start is None else [start]
    while columns and len(columns) < 3 and columns[-1] + 1 < len(header.body.columns):
        j = columns[-1] + 1
        heading = header.headings[j] if j < len(header.headings) else Heading("")
        if heading.text and _field_of(heading) != field:
            break
        columns.append(j)
    return columns


def _are_parts(header: Header, columns: list[int]) -> bool:
    """Whether cells are whole degrees, then minutes and seconds below sixty."""
    for k, j in enumerate(columns):
        cells = header.body.columns[j]
        words = [clean_text(cells.words[c]) for c in np.unique(cells.codes)]
        readings = [parse_value(w) for w in words if w]
        numbers = [r.value for r in readings if r.kind == "exact"]
        if not numbers or len(numbers) < 0.8 * len(readings):
            return False
        low, high = (0, 60) if k else (-180, 180.5)
        last = k == len(columns) - 1
        whole = last or all(float(n).is_integer() for n in numbers)
        if not whole or not all(low <= n < high for n in numbers):
            return False
    return True


def _joined(header: Header, columns: list[int]) -> Header:
    body = header.body
    cells = [body.columns[j].words[body.columns[j].codes] for j in columns]
    texts = [
        " ".join(f"{clean_text(c)}{m}" for c, m in zip(row, _MARKS, strict=False) if clean_text(c))
        for row in zip(*cells, strict=True)
    ]
    new, headings = list(body.columns), list(header.headings)
    new[columns[0]] = make_column(texts)
    headings[columns[0]] = headings[columns[0]]._replace(field=_field_of(headings[columns[0]]))
    for j in columns[1:]:
        new[j] = Column(np.zeros(body.n_rows, np.int32), np.array([""], object))
        if j < len(headings):
            headings[j] = Heading("")
    text = "degrees, minutes and seconds stand in columns of their own; joined"
    head = headings[columns[0]].text
    note = Finding(body.file, "position", "converted", text, body.sheet, header.row, head, texts[0])
    body = body._replace(columns=tuple(new), findings=(*body.findings, note))
    return header._replace(headings=tuple(headings), body=body)

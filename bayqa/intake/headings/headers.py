"""Headings of a grid: title rows above, unit rows below, levels put together."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.headings.guesses import guess_fields
from bayqa.intake.headings.layered import name_layers
from bayqa.intake.records.grid import Grid, take_rows
from bayqa.intake.vocabulary.limits import is_limit_label
from bayqa.intake.vocabulary.names import Heading, find_layer, parse_heading
from bayqa.intake.vocabulary.text import clean_text, fold_text
from bayqa.intake.vocabulary.units import parse_unit
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["Header", "find_header"]

_SEARCHED = 60
_PROSE = 40
"""Letters of a lone cell above the headings from which on it is a note, not a level of them."""
_DERIVED = re.compile(
    r"类别|等级|级别$|指数$|倍数|超标率|评价|达标|占标率|污染分担率|^pi$|^si$|^index|^class$|^category|^rank$"
)
"""What stands beside a value below the heading of its parameter and is no value."""
_GROUP_UNIT = re.compile(
    r"[(\[]\s*(?:(?:计量)?单位\s*[:：]?\s*|units?\s*:?\s*)?([^()\[\]]+)[)\]]$", re.I
)
_UNIT_LABELS = ("单位", "计量单位", "unit", "units")
"""Labels at the left of a row of units; they say nothing of the column they stand in."""
_WIDTH = re.compile(r"^\d+[sdn]$")
"""Width and kind of a column, in the second row of rdb files: 5s, 20d, 14n."""


class Header(NamedTuple):
    """Headings of the columns of a grid and the rows that hold its body."""

    headings: tuple[Heading, ...]
    limits: dict[int, str]
    """Detection limit written under a heading, by column."""
    body: Grid
    row: int
    """Row number of the lowest heading row."""
    titles: tuple[str, ...]
    """Texts above the headings."""
    above: tuple[tuple[str, ...], ...] = ()
    """Cells above the headings."""


def find_header(grid: Grid, known: set[str] = frozenset()) -> Header:
    """Header of a grid and its body.

    Parameters
    ----------
    grid : Grid
    known : set of str
        Folded headings that a mapping names, which count as recognised.

    Raises
    ------
    InputError
        When no row of the first 60 looks like headings, or nothing lies below them.
    """
    rows = [[clean_text(c) for c in row] for row in grid.head(_SEARCHED)]
    scores = [_score(row, known) for row in rows]
    best = int(np.argmax(scores)) if scores else 0
    if not scores or scores[best] < 2:
        raise InputError(_no_header(grid, rows))
    top = best
    while top > 0 and best - top < 3 and _is_level(rows[top - 1], rows[best]):
        top -= 1
    rows[best] = _without_row_names(rows[best], rows[best + 1 :])
    levels, limits, end = list(rows[top : best + 1]), {}, best + 1
    while end < len(rows) and end - best <= 4:
        kind = _below_kind(rows[end])
        if kind == "limit":
            new = {j: c for j, c in enumerate(rows[end]) if c and not is_limit_label(c)}
            limits = new | limits
        elif kind == "level":
            levels.append(rows[end])
        elif kind != "blank":
            break
        end += 1
    titles = tuple(" ".join(dict.fromkeys(c for c in row if c)) for row in rows[:top])
    body = take_rows(grid, slice(end, None))
    headings = name_layers(tuple(_headings(levels, known)))
    limits = {j: h.limit for j, h in enumerate(headings) if h.limit} | limits
    if not body.n_rows:
        raise InputError(
            f"{_place(grid)}: only headings, no rows below them; export the data again"
        )
    above = tuple(map(tuple, rows[:top]))
    titles = tuple(t for t in titles if t)
    return Header(headings, limits, body, int(grid.rows[best]), titles, above)


def _without_row_names(head: list[str], body: list[list[str]]) -> list[str]:
    """Headings moved by one where the rows begin with their number, which has no heading."""
    if len(head) < 4 or head[-1] or not all(head[:-1]) or len(body) < 2:
        return head
    numbered = all(row[0] == str(i) and row[-1] for i, row in enumerate(body[:20], 1) if any(row))
    return ["", *head[:-1]] if numbered else head


def _place(grid: Grid) -> str:
    return f"{grid.file}, sheet {grid.sheet!r}" if grid.sheet else grid.file


def _no_header(grid: Grid, rows: list[list[str]]) -> str:
    first = next((", ".join(c for c in row if c) for row in rows if any(row)), "nothing")
    return (
        f"{_place(grid)}: no row of headings found (row {int(grid.rows[0])} reads {first[:80]!r}); "
        "wanted names such as station, lon, lat, month, DIN, or give mapping="
    )


def _known(cell: str, known: set[str]) -> bool:
    if not cell:
        return False
    heading = parse_heading(cell)
    return bool(heading.field or heading.parameter or heading.extra or fold_text(cell) in known)


def _score(row: list[str], known: set[str]) -> int:
    """Number of distinct recognised headings; rows that hold numbers are no headings."""
    cells = {c for c in row if c}
    numbers = sum(parse_value(c).kind in ("exact", "below", "interval") for c in cells)
    if numbers > 0.2 * len(cells):
        return 0
    found = sum(_known(c, known) for c in cells)
    if found != 1:
        return found
    rest = [(j, c) for j, c in enumerate(cells) if not _known(c, known)]
    return 1 + bool(guess_fields(rest, ("station", "lon", "lat", "time", "parameter", "value")))


def _is_level(upper: list[str], lower: list[str]) -> bool:
    """Whether a row is a heading level above another one and no title."""
    cells = [c for c in upper if c]
    if len(cells) > 1 and all(_is_unit(c) for c in cells if c not in ("-", "/")):
        return True
    if len(set(cells)) < 2 and not (
        cells
        and len(cells[0]) < _PROSE
        and (find_layer(cells[0]) or parse_heading(cells[0]).parameter)
    ):
        return False
    if any(parse_value(c).kind in ("exact", "below", "interval") for c in cells):
        return False
    gaps = sum(1 for u, low in zip(upper, lower, strict=False) if not u or u == low)
    named = sum(_known(c, set()) or bool(find_layer(c)) for c in set(cells))
    return named >= 1 and (gaps > 0 or named >= len(set(cells)) / 2)


def _below_kind(row: list[str]) -> str:
    """What a row under the headings is: blank, limit, level (units, layers, names) or body."""
    cells = [c for c in row if c and c not in ("-", "--", "/")]
    if not cells:
        return "blank" if not any(row) else "body"
    if any(map(is_limit_label, cells[:2])):
        return "limit"
    if all(_WIDTH.match(c) for c in cells):
        return "blank"
    units = sum(_is_unit(c) for c in cells)
    layers = sum(bool(find_layer(c)) for c in cells)
    names = sum(_is_name(c) for c in cells)
    if layers >= 2 and len(cells) > layers and _no_numbers(cells):
        # Merged headings of the other columns come again beside the layers.
        return "level" if layers + names >= 0.6 * len(cells) else "body"
    if max(units, layers, names) >= max(1, 0.6 * len(cells)) and _no_numbers(cells):
        return "level" if max(units, names) >= layers or layers >= 2 else "body"
    return "body"


def _is_name(cell: str) -> bool:
    heading = parse_heading(cell)
    return bool(heading.parameter or heading.field or _DERIVED.search(fold_text(cell)))


def _is_unit(cell: str) -> bool:
    plain = cell.strip("()[]")
    words = (*_UNIT_LABELS, "°", "º", "度", "deg", "degrees", "°e", "°n", "dd", "utc",
             "degrees_north", "degrees_east")  # fmt: skip
    return cell.casefold() in words or parse_unit(plain) is not None


def _no_numbers(cells: list[str]) -> bool:
    numbers = [c for c in cells if c not in ("1e-3", "0.001") or not _is_unit(c)]
    return sum(parse_value(c).kind in ("exact", "below") for c in numbers) <= 0.1 * len(cells)


def _headings(levels: list[list[str]], known: set[str]):
    """Heading of each column, from the cells of its levels, top to bottom."""
    width = max(len(level) for level in levels)
    levels = [level + [""] * (width - len(level)) for level in levels]
    filled = [_fill_right(level, levels[k + 1 :]) for k, level in enumerate(levels)]
    for j in range(width):
        parts = list(dict.fromkeys(level[j] for level in filled if level[j]))
        yield _merge(parts, known)


def _fill_right(level: list[str], below: list[list[str]]) -> list[str]:
    """Level with merged headings repeated over the columns that have a heading below."""
    out, last = list(level), ""
    for j, cell in enumerate(level):
        if cell:
            last = cell
        elif last and any(low[j] and not _is_unit(low[j]) for low in below):
            heading = parse_heading(last)
            if heading.parameter or find_layer(last) or not heading.field:
                out[j] = last
    return out


def _group_unit(part: str) -> str:
    """Unit behind the name of a group of columns: "营养盐(μg/L)"."""
    hit = _GROUP_UNIT.search(part)
    word = hit.group(1) if hit else part.rpartition(" ")[2] if " " in part else ""
    unit = parse_unit(word) if word else None
    return word if unit and (hit or "/" in word) else ""


def _merge(parts: list[str], known: set[str]) -> Heading:
    if len(parts) <= 1:
        return parse_heading(parts[0]) if parts else Heading("")
    text = " ".join(parts)
    if fold_text(text) in known:
        return Heading(text)
    if len(parts) > 1 and _DERIVED.search(fold_text(parts[-1])):
        return Heading(text)
    found = [parse_heading(p) for p in parts]
    main = next((h for h in reversed(found) if h.parameter), None)
    named = [h for h in found if h.field and h.text.casefold() not in _UNIT_LABELS]
    main = main or next((h for h in reversed(named) if not find_layer(h.text)), None)
    main = main or next(reversed(named), None)
    main = main or next((h for h in reversed(found) if h.field), None) or found[-1]
    units = [p.strip("()[]") for p in parts if p != main.text and _is_unit(p)]
    layers = [
        h.layer or find_layer(h.text)
        for h in found
        if h.layer or (find_layer(h.text) and h.text != main.text)
    ]
    unit = main.unit or next((u for u in units if u.casefold() not in _UNIT_LABELS), "")
    unit = unit or next((u for p in parts if p != main.text and (u := _group_unit(p))), "")
    layer = main.layer or next(iter(layers), "")
    if main.parameter == "do" and unit == "%":
        main = main._replace(parameter="do_sat")
    return main._replace(text=text, unit=unit, layer=layer)

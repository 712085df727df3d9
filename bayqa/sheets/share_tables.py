"""The tables at the back of the atlas: shares of the categories of every bay and campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from bayqa.assess.areas.totals import total_areas
from bayqa.sheets.context import name_season
from bayqa.sheets.drawing.canvas import Canvas, draw_line
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.typography import MM_PER_POINT, fit_line, measure, write
from bayqa.sheets.leaves import book_subject, open_leaf
from bayqa.sheets.numbers import format_area, format_share
from bayqa.sheets.words import say

__all__ = ["draw_tables"]

_GREY = "#5A5A5A"


class Row(NamedTuple):
    """A line of the table."""

    cells: tuple[str, ...]
    """Bay, period, area, shares."""
    is_year: bool


def draw_tables(plan, chapters: Sequence, first_page: int) -> list[Figure]:
    """Pages of the tables of shares; a bay stays on one page where it can."""
    subject = book_subject(plan, chapters)
    standard = subject.result.standard
    labels = [*(c.id for c in standard.categories), "not assessed"]
    pitch = plan.layout.sizes["body"] * MM_PER_POINT * 1.65
    probe = open_leaf(plan, subject, "atlas.tables")[1]
    n_rows = max(int((probe.height - 14) / pitch), 1)
    blocks = [[*_rows(plan, chapter, labels)] for chapter in chapters]
    figures = []
    for rows in _paginate(blocks, n_rows):
        canvas, box = open_leaf(plan, subject, "atlas.share_table", first_page + len(figures))
        _set_table(canvas, box, [_heads(code, standard) for code in plan.language], rows)
        figures.append(canvas.figure)
    return figures


def _heads(code: str, standard) -> list[str]:
    names = ("bay", "campaign", "area")
    categories = (c.label_zh if code == "zh" else c.label_en for c in standard.categories)
    return [
        *(say(code, f"atlas.{name}") for name in names),
        *categories,
        say(code, "legend.not_assessed"),
    ]


def _rows(plan, chapter, labels: list[str]) -> Iterator[Row]:
    shares = chapter.shares[chapter.shares["parameter"] == "overall"]
    totals = total_areas(shares).set_index(["year", "campaign"])["area_km2"]
    code = plan.language[0]
    for (year, campaign), rows in shares.groupby(["year", "campaign"], sort=False):
        rows = rows.set_index("category").reindex(labels)
        total = float(totals[year, campaign])
        season = str(campaign).removeprefix(f"{year}-")
        name = say(code, "atlas.annual") if season == "annual" else name_season(season, code)
        cells = (
            chapter.names[code],
            f"{int(year)} {name}",
            format_area(total, total),
            *(format_share(float(v)) for v in rows["share"]),
        )
        yield Row(cells, season == "annual")


def _paginate(blocks: list[list[Row]], n_rows: int) -> list[list[Row]]:
    """Rows of each page: a block goes to the next page where it fits only there."""
    pages: list[list[Row]] = [[]]
    for block in blocks:
        if pages[-1] and len(pages[-1]) + len(block) > n_rows >= len(block):
            pages.append([])
        for row in block:
            if len(pages[-1]) == n_rows:
                pages.append([])
            pages[-1].append(row)
    return [page for page in pages if page]


def _set_table(canvas: Canvas, box: Box, heads: list[list[str]], rows: Sequence[Row]) -> None:
    size = canvas.layout.sizes["body"]
    pitch = size * MM_PER_POINT * 1.65
    first, second = box.width * 0.2, box.width * 0.17
    step = (box.width - first - second) / (len(heads[0]) - 2)
    edges = [box.left, box.left + first]
    edges += [box.left + first + second + step * (k + 1) for k in range(len(heads[0]) - 2)]
    y = _set_heads(canvas, box.top, heads, (edges, step))
    before = None
    for row in rows:
        y -= pitch
        if before is not None and row.cells[0] != before:
            line = [(box.left, y + pitch * 0.72), (box.right, y + pitch * 0.72)]
            draw_line(canvas.page, line, ec="#BDBDBD", lw=0.3)
        for k, (cell, x) in enumerate(zip(row.cells, edges, strict=True)):
            if k == 0 and cell == before:
                continue
            weight = "bold" if row.is_year and k else "regular"
            room = (first, second, step)[min(k, 2)] - 1.5
            cell, own = fit_line(cell, room, size, weight)
            write(canvas.page, (x, y), cell, own, ha="left" if k < 2 else "right", weight=weight)
        before = row.cells[0]


def _set_heads(canvas: Canvas, top: float, heads: list[list[str]], place: tuple) -> float:
    """Headings, the second language below the first; returns where they end."""
    edges, step = place
    size, y = canvas.layout.sizes["body"], top
    for line, texts in enumerate(heads):
        y -= size * MM_PER_POINT * (1.65 if line == 0 else 1.25)
        weight, color = ("bold", "#1B1B1B") if line == 0 else ("regular", _GREY)
        for k, (text, x) in enumerate(zip(texts, edges, strict=True)):
            room = (step - 1.5) / measure(text, size, weight)
            shrunk = size * (min(1.0, room) if k > 1 else 1.0) * (1.0 if line == 0 else 0.85)
            style = {"weight": weight, "color": color, "ha": "left" if k < 2 else "right"}
            write(canvas.page, (x, y), text, shrunk, **style)
    draw_line(canvas.page, [(edges[0], y - 1.2), (edges[-1], y - 1.2)], lw=0.6)
    return y

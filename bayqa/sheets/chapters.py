"""Pages of the atlas around its maps: cover, contents, index map, tables, colophon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure

from bayqa.assess.assessment import Assessment
from bayqa.assess.totals import total_areas
from bayqa.sheets.canvas import Canvas, add_map, draw_box, draw_line, draw_shape, open_canvas
from bayqa.sheets.context import build_context, name_season
from bayqa.sheets.frame import draw_frame, draw_graticule, graticule_step
from bayqa.sheets.furniture import draw_scale_bar, scale_bar_size
from bayqa.sheets.labels import Label, draw_labels, place_labels
from bayqa.sheets.layout import Box
from bayqa.sheets.mapping import draw_ground, prepare_ground
from bayqa.sheets.numbers import format_area, format_share
from bayqa.sheets.outline import Link
from bayqa.sheets.picture import Drawing, Legend
from bayqa.sheets.shapes import find_cuts, project
from bayqa.sheets.subject import Subject, choose_subject
from bayqa.sheets.titles import draw_stamp, list_notes
from bayqa.sheets.typography import MM_PER_POINT, measure, wrap, write
from bayqa.sheets.view import View, fit_view, region_crs, slide_view
from bayqa.sheets.words import say

__all__ = [
    "Chapter",
    "draw_colophon",
    "draw_contents",
    "draw_cover",
    "draw_index_map",
    "draw_tables",
]

_GREY = "#5A5A5A"


class Chapter(NamedTuple):
    """What the book remembers of a bay after its pages are drawn."""

    bay_id: str
    names: Mapping[str, str]
    bays: gpd.GeoDataFrame
    """The one bay."""
    shares: pd.DataFrame
    pages: tuple
    """(campaign, period in each language) of each page."""
    sample: Assessment | None
    """The assessment; kept of the first chapter only, so that memory does not grow."""


def draw_cover(plan, chapters: Sequence[Chapter]) -> Figure:
    """Title above a map of the region without any names, imprint below it."""
    width, height = plan.layout.page
    border = plan.layout.boxes["border"]
    band = Box(border.left, height * 0.17, border.width, height * 0.52)
    subject, view = _region(plan, chapters, band, margin=0.06)
    canvas = open_canvas(plan.layout)
    _draw_region(canvas, subject, view, graticule=False)
    draw_box(canvas.page, band, ec="#222222", lw=0.6, zorder=12)
    plate = Box(width * 0.08, height * 0.70, width * 0.84, height * 0.21)
    y = plate.top - plate.height * 0.36
    for k, code in enumerate(plan.language):
        title = _title(plan, subject, code)
        size = plan.layout.sizes["title"] * (1.7 if k == 0 else 1.0)
        size *= min(1.0, (plate.width - 10) / measure(title, size, "bold"))
        write(canvas.page, (width / 2, y), title, size, weight="bold", ha="center")
        y -= size * MM_PER_POINT * (1.05 if k == 0 else 1.25)
    years = sorted({int(v) for c in chapters for v in c.shares["year"]})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else f"{years[0]}" if years else ""
    write(
        canvas.page,
        (width / 2, plate.bottom + plate.height * 0.1),
        span,
        plan.layout.sizes["title"],
        ha="center",
        color=_GREY,
    )
    _draw_imprint(canvas, subject)
    draw_box(canvas.page, plan.layout.boxes["border"], ec="#222222", lw=1.0, zorder=12)
    return canvas.figure


def draw_index_map(plan, chapters: Sequence[Chapter]) -> Figure:
    """Region with the name and first page of each bay."""
    canvas, box = _plain_page(plan, "atlas.index")
    inner = Box(box.left + 6, box.bottom + 6, box.width - 12, box.height - 8)
    subject, view = _region(plan, chapters, inner, margin=0.06)
    _draw_region(canvas, subject, view)
    bar = Box(view.box.left + 2.5, view.box.bottom + 2.5, *scale_bar_size(canvas, view))
    draw_scale_bar(canvas, view, bar, subject.palette)
    draw_frame(canvas, view, subject.palette)
    page, labels = 1, []
    for chapter in chapters:
        shape = project(chapter.bays, view.crs)[0]
        x, y = view.on_paper(*shapely.get_coordinates(shape.representative_point())[0])
        text = f"{chapter.names[plan.language[0]]}  {page}"
        labels.append(
            Label(
                ((text, plan.layout.sizes["body"] * 1.1, "bold"),),
                x,
                y,
                0.5,
                1,
                subject.palette.ground["water_label"],
            )
        )
        page += len(chapter.pages)
    draw_labels(canvas.page, place_labels(labels, view.box, blocked=[bar]))
    return canvas.figure


def draw_contents(
    plan, chapters: Sequence[Chapter], counts: tuple[int, int]
) -> tuple[list[Figure], list[Link]]:
    """Pages of the contents, and links from each line to its page.

    Returns
    -------
    figures : list of Figure
    links : list of Link
        `page` counts within the contents, `target` within the maps and tables.
    """
    code, n_body = plan.language[0], counts[0]
    rows, page = [], 0
    for chapter in chapters:
        name = "  ".join(dict.fromkeys(chapter.names.values()))
        rows.append((name, page, True))
        rows += [(texts[code], page + k, False) for k, (_, texts) in enumerate(chapter.pages)]
        page += len(chapter.pages)
    if counts[1] > 1:
        rows.append((say(code, "atlas.tables"), n_body, True))
    rows.append((say(code, "atlas.colophon"), n_body + counts[1] - 1, True))
    return _set_contents(plan, rows)


def draw_tables(plan, chapters: Sequence[Chapter], first_page: int) -> list[Figure]:
    """Shares of the categories of every bay and campaign, as in the tables of shares."""
    standard = chapters[0].sample.standard
    labels = [*(c.id for c in standard.categories), "not assessed"]
    rows = [row for chapter in chapters for row in _table_rows(plan, chapter, labels)]
    code = plan.language[0]
    heads = [
        say(code, "atlas.bay"),
        say(code, "atlas.campaign"),
        say(code, "atlas.area"),
        *((c.label_zh if code == "zh" else c.label_en) for c in standard.categories),
        say(code, "legend.not_assessed"),
    ]
    size = plan.layout.sizes["body"]
    pitch = size * MM_PER_POINT * 1.65
    probe = _plain_page(plan, "atlas.tables")[1]
    n_rows = max(int((probe.height - 10) / pitch), 1)
    figures = []
    for start in range(0, len(rows), n_rows):
        canvas, box = _plain_page(plan, "atlas.share_table", first_page + len(figures))
        _set_table(canvas, box, heads, rows[start : start + n_rows])
        figures.append(canvas.figure)
    return figures


def draw_colophon(plan, chapters: Sequence[Chapter], failures: Sequence[str], page: int) -> Figure:
    """Data, standard, method, colours, type, and what could not be drawn."""
    canvas, box = _plain_page(plan, "atlas.colophon", page)
    subject = _subject(plan, chapters)
    contexts = {
        code: build_context(subject, code, drawing="", scale="", n_stations=0)
        for code in plan.language
    }
    notes = list_notes(subject, Drawing((), Legend({})), contexts)
    palette = subject.palette
    notes += [
        f"{palette.title_zh} / {palette.title_en}: {palette.source}",
        "Noto Sans SC, SIL Open Font License 1.1",
        *(say(code, "atlas.made_by", contexts[code]) for code in plan.language),
    ]
    if failures:
        notes += [" / ".join(say(code, "atlas.failures") for code in plan.language), *failures]
    size, y = plan.layout.sizes["body"] * 1.15, box.top - 4
    for note in notes:
        for line in wrap(note, box.width * 0.8, size):
            y -= size * MM_PER_POINT * 1.5
            write(canvas.page, (box.left + box.width * 0.1, y), line, size)
        y -= size * MM_PER_POINT * 0.5
    return canvas.figure


def _title(plan, subject: Subject, code: str) -> str:
    region = plan.options.get(f"region_{code}", "")
    return say(code, "title.atlas", {"region": region}).strip(", ")


def _subject(plan, chapters: Sequence[Chapter]) -> Subject:
    first = chapters[0].sample
    return choose_subject(
        first,
        theme="category",
        parameter=None,
        campaign=None,
        bay=None,
        language=plan.language,
        palette=plan.palette,
        options=plan.options,
    )


def _region(plan, chapters: Sequence[Chapter], box: Box, *, margin: float) -> tuple[Subject, View]:
    frames = [chapter.bays.copy(deep=False) for chapter in chapters]
    for frame in frames:
        # concat compares attrs, and the reports that ride there have no single truth value.
        frame.attrs = {}
    bays = pd.concat(frames)
    subject = _subject(plan, chapters)._replace(bays=bays)
    crs = region_crs(bays.total_bounds)
    bounds = shapely.total_bounds(project(bays, crs))
    view = fit_view(bounds, crs, box, margin=margin)
    reach = margin * (view.x1 - view.x0) * np.array([-1, -1, 1, 1])
    return subject, slide_view(view, bounds + reach, find_cuts(subject.result.land, crs))


def _draw_region(canvas: Canvas, subject: Subject, view: View, *, graticule: bool = True) -> None:
    palette = subject.palette
    ax = add_map(canvas, view, ground=palette.ground["sea"])
    ground = prepare_ground(subject, view)
    draw_ground(ax, ground, palette)
    draw_shape(ax, ground.bays, fc=palette.ground["river"], zorder=2)
    draw_shape(ax, ground.land.boundary, ec=palette.ground["coast"], lw=0.45, zorder=5)
    if graticule:
        draw_graticule(ax, view, graticule_step(view), palette.ground["line"])


def _draw_imprint(canvas: Canvas, subject: Subject) -> None:
    sizes, (width, height) = canvas.layout.sizes, canvas.layout.page
    lines = [str(subject.options.get(f"organisation_{code}", "")) for code in subject.languages]
    context = build_context(subject, subject.languages[0])
    lines.append(f"{context['standard']}  {context['date']}")
    if subject.options.get("review_number"):
        lines.append(say(subject.languages[0], "footer.review", context))
    lines = [line for line in dict.fromkeys(lines) if line.strip()]
    pitch = sizes["heading"] * MM_PER_POINT * 1.5
    wide = max(measure(line, sizes["heading"]) for line in lines) + 12
    plate = Box((width - wide) / 2, height * 0.04, wide, height * 0.12)
    for k, line in enumerate(lines):
        write(
            canvas.page,
            (width / 2, plate.top - pitch * (k + 0.75)),
            line,
            sizes["heading"],
            ha="center",
        )
    draw_stamp(canvas, subject)


def _plain_page(plan, key: str, page: int | None = None) -> tuple[Canvas, Box]:
    canvas, sizes = open_canvas(plan.layout), plan.layout.sizes
    border, title = plan.layout.boxes["border"], plan.layout.boxes["title"]
    draw_box(canvas.page, border, ec="#222222", lw=1.0, zorder=12)
    x = title.left + title.width / 2
    text = "  ".join(say(code, key) for code in plan.language)
    write(
        canvas.page,
        (x, title.top - sizes["title"] * MM_PER_POINT),
        text,
        sizes["title"],
        weight="bold",
        ha="center",
    )
    footer = plan.layout.boxes["footer"]
    if page is not None:
        write(
            canvas.page, (footer.right, footer.bottom + 0.8), str(page), sizes["small"], ha="right"
        )
    bottom = footer.top + 3
    return canvas, Box(title.left + 4, bottom, title.width - 8, title.bottom - 2 - bottom)


def _set_contents(plan, rows: Sequence[tuple]) -> tuple[list[Figure], list[Link]]:
    figures, links = [], []
    size = plan.layout.sizes["body"] * 1.1
    pitch = size * MM_PER_POINT * 1.55
    box = _plain_page(plan, "atlas.contents")[1]
    n_lines = max(int(box.height / pitch), 1)
    n_columns = 3 if box.width > box.height else 2
    wide = (box.width - 8 * (n_columns - 1)) / n_columns
    for k, (text, target, is_head) in enumerate(rows):
        place = k % (n_lines * n_columns)
        if place == 0:
            canvas, _ = _plain_page(plan, "atlas.contents")
            figures.append(canvas.figure)
        left = box.left + (place // n_lines) * (wide + 8)
        y = box.top - (place % n_lines + 1) * pitch
        weight = "bold" if is_head else "regular"
        indent = 0 if is_head else 4
        write(canvas.page, (left + indent, y), text, size, weight=weight)
        write(canvas.page, (left + wide, y), str(target + 1), size, ha="right", weight=weight)
        start = left + indent + measure(text, size, weight) + 1.5
        end = left + wide - measure("0000", size)
        if end > start:
            draw_line(
                canvas.page,
                [(start, y + 0.3), (end, y + 0.3)],
                ec="#9A9A9A",
                lw=0.4,
                ls=(0, (1, 3)),
            )
        links.append(Link(len(figures) - 1, left, y - 0.8, left + wide, y + pitch - 0.8, target))
    return figures, links


def _table_rows(plan, chapter: Chapter, labels: list[str]):
    shares = chapter.shares[chapter.shares["parameter"] == "overall"]
    totals = total_areas(shares).set_index(["year", "campaign"])["area_km2"]
    code = plan.language[0]
    for (year, campaign), rows in shares.groupby(["year", "campaign"], sort=False):
        rows = rows.set_index("category").reindex(labels)
        total = float(totals[year, campaign])
        season = str(campaign).removeprefix(f"{year}-")
        name = say(code, "atlas.annual") if season == "annual" else name_season(season, code)
        yield (
            chapter.names[code],
            f"{int(year)} {name}",
            format_area(total, total),
            *(format_share(float(v)) for v in rows["share"]),
        )


def _set_table(canvas: Canvas, box: Box, heads: Sequence[str], rows: Sequence[tuple]) -> None:
    size = canvas.layout.sizes["body"]
    pitch = size * MM_PER_POINT * 1.65
    first, second = box.width * 0.2, box.width * 0.17
    step = (box.width - first - second) / (len(heads) - 2)
    edges = [box.left, box.left + first] + [
        box.left + first + second + step * (k + 1) for k in range(len(heads) - 2)
    ]
    y = box.top - pitch
    for head, x, k in zip(heads, edges, range(len(heads)), strict=True):
        shrunk = size * min(1.0, (step - 1.5) / measure(head, size, "bold")) if k > 1 else size
        write(canvas.page, (x, y), head, shrunk, weight="bold", ha="left" if k < 2 else "right")
    draw_line(canvas.page, [(box.left, y - 1.2), (box.right, y - 1.2)], lw=0.6)
    before = None
    for row in rows:
        y -= pitch
        if before is not None and row[0] != before:
            draw_line(
                canvas.page,
                [(box.left, y + pitch * 0.72), (box.right, y + pitch * 0.72)],
                ec="#BDBDBD",
                lw=0.3,
            )
        for k, (cell, x) in enumerate(zip(row, edges, strict=True)):
            if k == 0 and cell == before:
                continue
            write(canvas.page, (x, y), cell, size, ha="left" if k < 2 else "right")
        before = row[0]

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
from bayqa.sheets.context import build_context
from bayqa.sheets.drawing.canvas import (
    Canvas,
    add_map,
    draw_box,
    draw_line,
    draw_shape,
    open_canvas,
)
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Drawing, Legend
from bayqa.sheets.drawing.shapes import find_cuts, project
from bayqa.sheets.drawing.typography import MM_PER_POINT, fit_line, measure, wrap, write
from bayqa.sheets.drawing.view import View, fit_view, region_crs, slide_view
from bayqa.sheets.frame import draw_frame, draw_graticule, graticule_step
from bayqa.sheets.furniture import draw_scale_bar, scale_bar_size
from bayqa.sheets.labels import Label, draw_labels, place_labels
from bayqa.sheets.leaves import book_subject, open_leaf
from bayqa.sheets.mapping import draw_ground, prepare_ground
from bayqa.sheets.outline import Link
from bayqa.sheets.subject import Subject
from bayqa.sheets.titles import draw_stamp, list_notes
from bayqa.sheets.words import say

__all__ = [
    "Chapter",
    "draw_colophon",
    "draw_contents",
    "draw_cover",
    "draw_index_map",
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
    canvas, box = open_leaf(plan, book_subject(plan, chapters), "atlas.index")
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
    n_body, rows, page = counts[0], [], 0
    for chapter in chapters:
        name = "  ".join(dict.fromkeys(chapter.names.values()))
        rows.append((name, page, True))
        names = ("  ".join(dict.fromkeys(texts.values())) for _, texts in chapter.pages)
        rows += [(name, page + k, False) for k, name in enumerate(names)]
        page += len(chapter.pages)
    if counts[1] > 1:
        rows.append((_in_all(plan, "atlas.tables"), n_body, True))
    rows.append((_in_all(plan, "atlas.colophon"), n_body + counts[1] - 1, True))
    return _set_contents(plan, book_subject(plan, chapters), rows)


def draw_colophon(plan, chapters: Sequence[Chapter], failures: Sequence[str], page: int) -> Figure:
    """Data, standard, method, colours, type, and what could not be drawn."""
    subject = book_subject(plan, chapters)
    canvas, box = open_leaf(plan, subject, "atlas.colophon", page)
    contexts = {
        code: build_context(subject, code, drawing="", scale="", n_stations=0)
        for code in plan.language
    }
    # Each sheet names its own projection.
    notes = list_notes(subject, Drawing((), Legend({}), silent=("crs",)), contexts)
    palette = subject.palette
    notes += [
        f"{palette.title_zh} / {palette.title_en}: {palette.source}",
        "Noto Sans SC, Noto Sans KR, Source Sans 3: SIL Open Font License 1.1",
        *(say(code, "atlas.made_by", contexts[code]) for code in plan.language),
    ]
    if failures:
        notes += [" / ".join(say(code, "atlas.failures") for code in plan.language), *failures]
    size, y = plan.layout.sizes["body"] * 1.15, box.top - 4
    pitch = size * MM_PER_POINT * 1.5
    for note in notes:
        for line in wrap(note, box.width * 0.8, size):
            y -= pitch
            last = y - pitch < box.bottom
            write(canvas.page, (box.left + box.width * 0.1, y), "…" if last else line, size)
            if last:
                return canvas.figure
        y -= size * MM_PER_POINT * 0.5
    return canvas.figure


def _in_all(plan, key: str) -> str:
    return "  ".join(dict.fromkeys(say(code, key) for code in plan.language))


def _title(plan, subject: Subject, code: str) -> str:
    region = plan.options.get(f"region_{code}", "")
    return say(code, "title.atlas", {"region": region}).strip(", ")


def _region(plan, chapters: Sequence[Chapter], box: Box, *, margin: float) -> tuple[Subject, View]:
    frames = [chapter.bays.copy(deep=False) for chapter in chapters]
    for frame in frames:
        # concat compares attrs, and the reports that ride there have no single truth value.
        frame.attrs = {}
    bays = pd.concat(frames)
    subject = book_subject(plan, chapters)._replace(bays=bays)
    crs = region_crs(bays)
    bounds = shapely.total_bounds(project(bays, crs))
    view = fit_view(bounds, crs, box, scale="auto", margin=margin)
    reach = margin * (view.x1 - view.x0) * np.array([-1, -1, 1, 1])
    return subject, slide_view(view, bounds + reach, find_cuts(subject.result.land, crs))


def _draw_region(canvas: Canvas, subject: Subject, view: View, *, graticule: bool = True) -> None:
    palette = subject.palette
    ax = add_map(canvas, view, ground=palette.ground["sea"])
    ground = prepare_ground(subject, view, small=True)
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


def _set_contents(plan, subject: Subject, rows: Sequence[tuple]) -> tuple[list[Figure], list[Link]]:
    figures, links = [], []
    size = plan.layout.sizes["body"] * 1.1
    pitch = size * MM_PER_POINT * 1.55
    box = open_leaf(plan, subject, "atlas.contents")[1]
    n_lines = max(int(box.height / pitch), 1)
    n_columns = 3 if box.width > box.height else 2
    wide = (box.width - 8 * (n_columns - 1)) / n_columns
    for k, (text, target, is_head) in enumerate(rows):
        place = k % (n_lines * n_columns)
        if place == 0:
            canvas, _ = open_leaf(plan, subject, "atlas.contents")
            figures.append(canvas.figure)
        left = box.left + (place // n_lines) * (wide + 8)
        y = box.top - (place % n_lines + 1) * pitch
        weight = "bold" if is_head else "regular"
        indent = 0 if is_head else 4
        end = left + wide - measure("0000", size)
        text, own = fit_line(text, end - left - indent - 1.0, size, weight)
        write(canvas.page, (left + indent, y), text, own, weight=weight)
        write(canvas.page, (left + wide, y), str(target + 1), size, ha="right", weight=weight)
        start = left + indent + measure(text, own, weight) + 1.5
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

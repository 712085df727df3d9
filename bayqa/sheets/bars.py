"""Shares of the campaigns of a year as bars, for the free corner of an annual sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import shapely

from bayqa.sheets.context import name_period
from bayqa.sheets.drawing.canvas import Canvas, draw_box, draw_line, draw_shape
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.palettes import pick_category_colors, pick_ink
from bayqa.sheets.drawing.shapes import hatch
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.numbers import round_figure
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import shares_of
from bayqa.sheets.words import say

__all__ = ["draw_share_bars"]

_LEAST_PITCH, _LARGEST_PITCH = 2.9, 13.0
_GAP = 6.0


def draw_share_bars(canvas: Canvas, subject: Subject, box: Box) -> None:
    """One bar a campaign and one for the year, parted by category; nothing without shares.

    Water that was not assessed stays in its bar, with the sign of the map. Percent are written
    where a part has room for them. Many campaigns stand in several columns.

    Parameters
    ----------
    canvas : Canvas
    subject : Subject
    box : Box
    """
    table = shares_of(subject)
    if table is None:
        return
    sizes = canvas.layout.sizes
    heading = sizes["heading"] * MM_PER_POINT
    title = "  ".join(say(code, "legend.bars") for code in subject.languages)
    size = sizes["heading"] * min(1.0, box.width / measure(title, sizes["heading"], "bold"))
    write(canvas.page, (box.left, box.top - heading), title, size, weight="bold")
    rows = [*subject.drawn, "annual"]
    room = box.height - heading * 2.0 - _GAP
    n_columns = math.ceil(len(rows) * _LEAST_PITCH / room)
    n_rows = math.ceil(len(rows) / n_columns)
    wide = (box.width - (n_columns - 1) * _GAP) / n_columns
    for k in range(n_columns):
        part = Box(box.left + k * (wide + _GAP), box.bottom, wide, box.height - heading * 2.0)
        pitch = min((part.height - _GAP) / n_rows, _LARGEST_PITCH)
        _draw_column(canvas, subject, table, rows[k * n_rows : (k + 1) * n_rows], (part, pitch))


def _draw_column(
    canvas: Canvas, subject: Subject, table: pd.DataFrame, rows: Sequence[str], place: tuple
) -> None:
    box, pitch = place
    size = min(canvas.layout.sizes["body"], pitch / MM_PER_POINT * 0.8)
    left = box.left + max(measure(_name(subject, r), size, "bold") for r in rows) + 2.5
    for k, name in enumerate(rows):
        bar = Box(left, box.top - (k + 1) * pitch + pitch * 0.2, box.right - left - 3, pitch * 0.66)
        middle = bar.bottom + bar.height / 2 - size * MM_PER_POINT * 0.34
        weight = "bold" if name == "annual" else "regular"
        text = _name(subject, name)
        write(canvas.page, (left - 1.6, middle), text, size, ha="right", weight=weight)
        _draw_bar(canvas, subject, table[table["campaign"].astype(str) == name], bar)
    high = len(rows) * pitch
    _draw_percents(canvas, Box(left, box.top - high, box.right - left - 3, high))


def _name(subject: Subject, campaign: str) -> str:
    return name_period(subject, campaign, subject.languages[0])


def _draw_bar(canvas: Canvas, subject: Subject, rows: pd.DataFrame, bar: Box) -> None:
    standard = subject.result.standard
    colors = dict(
        zip(
            (category.id for category in standard.categories),
            pick_category_colors(subject.palette, standard),
            strict=True,
        )
    )
    shares = rows.set_index("category")["share"]
    x = bar.left
    for category, color in (colors | {"not assessed": subject.palette.not_assessed}).items():
        share = float(shares.get(category, float("nan")))
        if share > 0:
            part = Box(x, bar.bottom, share * bar.width, bar.height)
            _draw_part(canvas, part, color, share, blank=category == "not assessed")
            x = part.right


def _draw_part(canvas: Canvas, part: Box, color: str, share: float, *, blank: bool) -> None:
    page = canvas.page
    draw_box(page, part, fc=color, ec="#3A3A3A", lw=0.35, zorder=12)
    if blank:
        shape = shapely.box(part.left, part.bottom, part.right, part.top)
        draw_shape(page, hatch(shape, 0.9, angle=0), ec="#B5B5B5", lw=0.3, zorder=12.5)
        return
    size = min(canvas.layout.sizes["small"], part.height / MM_PER_POINT * 0.85)
    text = round_figure(share * 100, 0)
    if size >= canvas.layout.sizes["small"] * 0.85 and measure(text, size) + 1.4 < part.width:
        spot = (
            part.left + part.width / 2,
            part.bottom + part.height / 2 - size * MM_PER_POINT * 0.35,
        )
        write(page, spot, text, size, ha="center", color=pick_ink(color))


def _draw_percents(canvas: Canvas, box: Box) -> None:
    size = canvas.layout.sizes["degree"]
    for percent in (0, 50, 100) if box.width < 45 else (0, 25, 50, 75, 100):
        x = box.left + box.width * percent / 100
        draw_line(canvas.page, [(x, box.bottom), (x, box.bottom - 1.0)], lw=0.4, zorder=12)
        write(
            canvas.page,
            (x, box.bottom - 1.4 - size * MM_PER_POINT * 0.75),
            f"{percent}%",
            size,
            ha="center",
        )
    draw_line(canvas.page, [(box.left, box.bottom), (box.right, box.bottom)], lw=0.4, zorder=12)

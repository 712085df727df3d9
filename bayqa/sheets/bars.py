"""Shares of the campaigns of a year as bars, for the free corner of an annual sheet."""

from __future__ import annotations

from bayqa.sheets.context import name_period
from bayqa.sheets.drawing.canvas import Canvas, draw_box, draw_line
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.palettes import pick_category_colors
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import shares_of
from bayqa.sheets.words import say

__all__ = ["draw_share_bars"]


def draw_share_bars(canvas: Canvas, subject: Subject, box: Box) -> None:
    """One bar a campaign and one for the year, parted by category; nothing without shares.

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
    left = box.left + max(measure(_name(subject, r), sizes["body"]) for r in rows) + 2.5
    pitch = min((box.height - heading * 2.2 - 6) / len(rows), 13.0)
    top = box.top - heading * 2.0
    for k, name in enumerate(rows):
        bar = Box(left, top - (k + 1) * pitch + pitch * 0.22, box.right - left - 3, pitch * 0.62)
        middle = bar.bottom + bar.height / 2 - sizes["body"] * MM_PER_POINT * 0.34
        write(
            canvas.page,
            (left - 1.6, middle),
            _name(subject, name),
            sizes["body"],
            ha="right",
            weight="bold" if name == "annual" else "regular",
        )
        _draw_bar(canvas, subject, table[table["campaign"].astype(str) == name], bar)
    _draw_percents(
        canvas, Box(left, top - len(rows) * pitch, box.right - left - 3, len(rows) * pitch)
    )


def _name(subject: Subject, campaign: str) -> str:
    return name_period(subject, campaign, subject.languages[0])


def _draw_bar(canvas: Canvas, subject: Subject, rows, bar: Box) -> None:
    standard = subject.result.standard
    colors = pick_category_colors(subject.palette, standard)
    shares = rows.set_index("category")["share"]
    x = bar.left
    for category, color in zip(standard.categories, colors, strict=True):
        share = float(shares.get(category.id, float("nan")))
        if share > 0:
            draw_box(
                canvas.page,
                Box(x, bar.bottom, share * bar.width, bar.height),
                fc=color,
                ec="#3A3A3A",
                lw=0.35,
                zorder=12,
            )
            x += share * bar.width


def _draw_percents(canvas: Canvas, box: Box) -> None:
    size = canvas.layout.sizes["degree"]
    for percent in (0, 25, 50, 75, 100):
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

"""The plain leaf of a book: frame, heading, stamp and page number, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from bayqa.sheets.drawing.canvas import Canvas, draw_box, open_canvas
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.typography import MM_PER_POINT, write
from bayqa.sheets.subject import Subject, choose_subject
from bayqa.sheets.titles import draw_stamp, stamp_texts
from bayqa.sheets.words import say

__all__ = ["book_subject", "open_leaf"]


def book_subject(plan, chapters: Sequence) -> Subject:
    """Subject of the book as a whole, from the assessment kept of the first chapter."""
    return choose_subject(
        chapters[0].sample,
        theme="category",
        parameter=None,
        campaign=None,
        bay=None,
        language=plan.language,
        palette=plan.palette,
        options=plan.options,
    )


def open_leaf(plan, subject: Subject, key: str, page: int | None = None) -> tuple[Canvas, Box]:
    """Empty leaf with its heading, and the box that is left to fill."""
    canvas, sizes = open_canvas(plan.layout), plan.layout.sizes
    boxes = plan.layout.boxes
    title, footer = boxes["title"], boxes["footer"]
    draw_box(canvas.page, boxes["border"], ec="#222222", lw=1.0, zorder=12)
    draw_stamp(canvas, subject)
    x = title.left + title.width / 2
    text = "  ".join(say(code, key) for code in plan.language)
    y = title.top - sizes["title"] * MM_PER_POINT
    write(canvas.page, (x, y), text, sizes["title"], weight="bold", ha="center")
    if page is not None:
        place = (footer.right, footer.bottom + 0.8)
        write(canvas.page, place, str(page), sizes["small"], ha="right")
    bottom = footer.top + 3
    top = min(title.bottom, boxes["stamp"].bottom if stamp_texts(subject) else title.bottom) - 2
    return canvas, Box(title.left + 4, bottom, title.width - 8, top - bottom)

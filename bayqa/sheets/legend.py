"""Around the table of the legend: headings, signs, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from bayqa.sheets.drawing.canvas import Canvas, draw_box, draw_line, draw_shape
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Entry
from bayqa.sheets.drawing.shapes import hatch
from bayqa.sheets.drawing.typography import MM_PER_POINT, READABLE, measure, wrap, write
from bayqa.sheets.subject import Subject
from bayqa.sheets.words import say

__all__ = [
    "different",
    "draw_heading",
    "draw_keys",
    "draw_notes",
    "draw_swatch",
    "measure_notes",
]

_LINES = {
    "line": {"lw": 0.5},
    "dashed": {"lw": 0.8, "ls": (0, (3, 1.6))},
    "river": {"lw": 0.9},
    "limit": {"lw": 1.0},
    "rated": {"lw": 2.2},
}
_NOTE_PITCH = MM_PER_POINT * 1.24


def draw_heading(canvas: Canvas, subject: Subject, key: str, box: Box, top: float) -> float:
    """A bold heading in all languages; returns the new top."""
    size = canvas.layout.sizes["heading"]
    x, y = box.left, top - size * MM_PER_POINT * 0.9
    for k, code in enumerate(subject.languages):
        text = say(code, key)
        write(canvas.page, (x, y), text, size if k == 0 else size * 0.85, weight="bold")
        x += measure(text, size, "bold") + 1.5
    return y - size * MM_PER_POINT * 0.55


def draw_keys(
    canvas: Canvas, subject: Subject, keys: Sequence[Entry], box: Box, top: float
) -> float:
    """Further signs, one below the other; returns where they end."""
    for entry in keys:
        top = _draw_key(canvas, subject, entry, box, top)
    return top - 1.2


def draw_notes(canvas: Canvas, notes: Sequence[str], box: Box, top: float) -> float:
    """Notes in the largest type that fits; what does not is cut off. Returns where they end."""
    lines, size = _set_notes(canvas, notes, box.width, top - box.bottom)
    pitch = size * _NOTE_PITCH
    room = max(int((top - box.bottom) / pitch + 1e-6), 0)
    if len(lines) > room:
        lines = [*lines[: max(room - 1, 0)], "…"]
    for line in lines:
        top -= pitch
        write(canvas.page, (box.left, top + pitch * 0.25), line, size, color="#3A3A3A")
    return top


def measure_notes(canvas: Canvas, notes: Sequence[str], width: float) -> float:
    """Height of notes in the smallest type that is readable, mm."""
    lines, size = _set_notes(canvas, notes, width, 0.0)
    return len(lines) * size * _NOTE_PITCH


def _set_notes(
    canvas: Canvas, notes: Sequence[str], width: float, room: float
) -> tuple[list[str], float]:
    """Lines, and the points of the largest type in which they fit; else of the smallest."""
    sizes = canvas.layout.sizes
    for size in (sizes["small"], sizes["tiny"], min(sizes["tiny"], READABLE)):
        lines = [line for note in notes for line in wrap(note, width, size)]
        if len(lines) * size * _NOTE_PITCH <= room:
            break
    return lines, size


def draw_swatch(canvas: Canvas, entry: Entry, box: Box, hatch_color: str) -> None:
    """The sign of a legend row within a box."""
    page, middle = canvas.page, box.bottom + box.height / 2
    if entry.kind in ("area", "blank", "doubt", "land"):
        face = "#FFFFFF" if entry.kind == "doubt" else entry.color
        draw_box(page, box, fc=face, ec="#3A3A3A", lw=0.35, zorder=12)
        rectangle = shapely.box(box.left, box.bottom, box.right, box.top)
        if entry.kind == "doubt":
            draw_shape(page, hatch(rectangle, 1.1), ec=hatch_color, lw=0.35, zorder=12.5)
        if entry.kind == "blank":
            draw_shape(page, hatch(rectangle, 0.9, angle=0), ec="#B5B5B5", lw=0.3, zorder=12.5)
    elif entry.kind in _LINES:
        style = _LINES[entry.kind] | {"ec": entry.color, "zorder": 12}
        draw_line(page, [(box.left, middle), (box.right, middle)], **style)
    elif entry.kind in ("station", "graded", "section"):
        marker = "^" if entry.kind == "section" else "o"
        page.scatter(
            [box.left + box.width / 2],
            [middle],
            s=_marker_area(canvas) * {"station": 1.0, "graded": 3.2}.get(entry.kind, 2.0),
            marker=marker,
            c=[entry.color],
            edgecolors="#000000",
            linewidths=0.7,
            zorder=12,
        )


def different(labels: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    """Texts in the order of the languages, each once."""
    return list(dict.fromkeys(labels[code] for code in languages))


def _marker_area(canvas: Canvas) -> float:
    return (canvas.layout.sizes["label"] * 0.66) ** 2


def _draw_key(canvas: Canvas, subject: Subject, entry: Entry, box: Box, top: float) -> float:
    sizes = canvas.layout.sizes
    wide, size = sizes["body"], sizes["small"] * 1.06
    pitch = size * MM_PER_POINT * 1.3
    texts = different(entry.labels, subject.languages)
    lines = wrap(" ".join(texts), box.width - wide - 1.8, size)
    if len(lines) > 1:
        lines = [line for text in texts for line in wrap(text, box.width - wide - 1.8, size)]
    swatch_high = min(2.6, pitch * 0.95)
    swatch = Box(box.left, top - pitch * 0.5 - swatch_high / 2 - 0.15, wide, swatch_high)
    draw_swatch(canvas, entry, swatch, subject.palette.ground["hatch"])
    for line in lines:
        top -= pitch
        write(canvas.page, (box.left + wide + 1.8, top + pitch * 0.26), line, size)
    return top - pitch * 0.28

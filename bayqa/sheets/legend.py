"""The legend: a table that keeps empty categories, further signs, and the notes below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from bayqa.sheets.canvas import Canvas, draw_box, draw_line, draw_shape
from bayqa.sheets.layout import Box
from bayqa.sheets.picture import Entry, Legend
from bayqa.sheets.shapes import hatch
from bayqa.sheets.subject import Subject
from bayqa.sheets.typography import MM_PER_POINT, measure, wrap, write
from bayqa.sheets.words import say

__all__ = ["draw_heading", "draw_keys", "draw_legend", "draw_notes", "draw_swatch"]

_GREY = "#6B6B6B"


def draw_heading(canvas: Canvas, subject: Subject, key: str, box: Box, top: float) -> float:
    """A bold heading in all languages; returns the new top."""
    size = canvas.layout.sizes["heading"]
    x, y = box.left, top - size * MM_PER_POINT * 0.9
    for k, code in enumerate(subject.languages):
        text = say(code, key)
        write(canvas.page, (x, y), text, size if k == 0 else size * 0.85, weight="bold")
        x += measure(text, size, "bold") + 1.5
    return y - size * MM_PER_POINT * 0.55


def draw_legend(canvas: Canvas, subject: Subject, legend: Legend, box: Box, top: float) -> float:
    """Table of the legend from `top` downwards; returns where it ends."""
    top = draw_heading(canvas, subject, "title.legend", box, top)
    rights = _column_edges(canvas, subject, legend, box)
    top = _draw_head(canvas, subject, legend, box, (top, rights))
    first = rights[0] - _column_width(canvas, subject, legend, 0) if rights else box.right
    for entry in legend.entries:
        top = _draw_row(canvas, subject, entry, (box.left, top, first - 1.0), rights)
    if legend.total is not None:
        draw_line(canvas.page, [(box.left, top - 0.4), (box.right, top - 0.4)], lw=0.4, zorder=12)
        top = _draw_row(canvas, subject, legend.total, (box.left, top - 0.6, first - 1.0), rights)
    return top - 1.5


def draw_keys(
    canvas: Canvas, subject: Subject, keys: Sequence[Entry], box: Box, top: float
) -> float:
    """Further signs, one below the other; returns where they end."""
    for entry in keys:
        top = _draw_key(canvas, subject, entry, box, top)
    return top - 1.2


def draw_notes(canvas: Canvas, notes: Sequence[str], box: Box, top: float) -> float:
    """Notes in the smallest type that fits; returns where they end."""
    tiny = canvas.layout.sizes["tiny"]
    for size in (tiny, tiny * 0.95, tiny * 0.9, tiny * 0.85):
        lines = [line for note in notes for line in wrap(note, box.width, size)]
        pitch = size * MM_PER_POINT * 1.32
        if top - len(lines) * pitch >= box.bottom:
            break
    for line in lines:
        top -= pitch
        write(canvas.page, (box.left, top + pitch * 0.25), line, size, color="#3A3A3A")
    return top


def draw_swatch(canvas: Canvas, entry: Entry, box: Box, hatch_color: str) -> None:
    """The sign of a legend row within a box."""
    page, middle = canvas.page, box.bottom + box.height / 2
    if entry.kind in ("area", "blank", "doubt"):
        face = "#FFFFFF" if entry.kind == "doubt" else entry.color
        draw_box(page, box, fc=face, ec="#3A3A3A", lw=0.35, zorder=12)
        rectangle = shapely.box(box.left, box.bottom, box.right, box.top)
        if entry.kind == "doubt":
            draw_shape(page, hatch(rectangle, 1.1), ec=hatch_color, lw=0.35, zorder=12.5)
        if entry.kind == "blank":
            draw_shape(page, hatch(rectangle, 0.9, angle=0), ec="#B5B5B5", lw=0.3, zorder=12.5)
    elif entry.kind in ("line", "dashed", "coast", "river", "limit"):
        style = {
            "line": {"lw": 0.5},
            "dashed": {"lw": 0.8, "ls": (0, (3, 1.6))},
            "coast": {"lw": 0.5},
            "river": {"lw": 0.9},
            "limit": {"lw": 1.0},
        }[entry.kind]
        draw_line(
            page, [(box.left, middle), (box.right, middle)], ec=entry.color, zorder=12, **style
        )
    elif entry.kind in ("station", "section"):
        marker = "o" if entry.kind == "station" else "^"
        page.scatter(
            [box.left + box.width / 2],
            [middle],
            s=_marker_area(canvas),
            marker=marker,
            c=[entry.color],
            edgecolors="#000000",
            linewidths=0.7,
            zorder=12,
        )


def _marker_area(canvas: Canvas) -> float:
    return (canvas.layout.sizes["label"] * 0.66) ** 2


def _row_height(canvas: Canvas, n_languages: int) -> float:
    sizes = canvas.layout.sizes
    body, small = sizes["body"] * MM_PER_POINT, sizes["small"] * MM_PER_POINT
    return body * 1.15 + (small * 1.1 if n_languages > 1 else 0) + body * 0.32


def _swatch_width(canvas: Canvas) -> float:
    return canvas.layout.sizes["body"] * 1.0


def _draw_row(
    canvas: Canvas, subject: Subject, entry: Entry, place: tuple, rights: Sequence[float]
) -> float:
    left, top, limit = place
    sizes, high = canvas.layout.sizes, _row_height(canvas, len(subject.languages))
    wide = _swatch_width(canvas)
    text_left = left if entry.kind == "sum" else left + wide + 1.8
    if entry.kind != "sum":
        box = Box(left, top - high * 0.86, wide, high * 0.72)
        draw_swatch(canvas, entry, box, subject.palette.ground["hatch"])
    y = top - sizes["body"] * MM_PER_POINT * 1.0
    for k, text in enumerate(_different(entry.labels, subject.languages)):
        size = sizes["body"] if k == 0 else sizes["small"]
        size = _shrunk(text, size, limit - text_left)
        write(canvas.page, (text_left, y), text, size, color="#111111" if k == 0 else _GREY)
        y -= sizes["small"] * MM_PER_POINT * 1.18
    base = top - high * 0.5 - sizes["body"] * MM_PER_POINT * 0.34
    for right, cell in zip(rights, entry.cells, strict=False):
        write(
            canvas.page,
            (right, base),
            cell,
            sizes["body"],
            ha="right",
            weight="bold" if entry.kind == "sum" else "regular",
        )
    return top - high


def _different(labels: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(labels[code] for code in languages))


def _draw_key(canvas: Canvas, subject: Subject, entry: Entry, box: Box, top: float) -> float:
    sizes = canvas.layout.sizes
    wide, size = _swatch_width(canvas), sizes["small"] * 1.06
    pitch = size * MM_PER_POINT * 1.3
    text = " ".join(_different(entry.labels, subject.languages))
    lines = wrap(text, box.width - wide - 1.8, size)
    swatch_high = min(2.6, pitch * 0.95)
    swatch = Box(box.left, top - pitch * 0.5 - swatch_high / 2 - 0.15, wide, swatch_high)
    draw_swatch(canvas, entry, swatch, subject.palette.ground["hatch"])
    for line in lines:
        top -= pitch
        write(canvas.page, (box.left + wide + 1.8, top + pitch * 0.26), line, size)
    return top - pitch * 0.28


def _draw_head(canvas: Canvas, subject: Subject, legend: Legend, box: Box, place: tuple) -> float:
    top, rights = place
    size = canvas.layout.sizes["small"]
    pitch = size * MM_PER_POINT * 1.15
    limit = box.right if not rights else rights[0] - _column_width(canvas, subject, legend, 0) - 1
    heads = [(legend.heading, box.left, "left", limit - box.left)]
    heads += [
        (head, right, "right", 99.0) for head, right in zip(legend.columns, rights, strict=True)
    ]
    n_lines = 1
    for head, x, ha, room in heads:
        lines = [
            line for text in _different(head, subject.languages) for line in wrap(text, room, size)
        ]
        n_lines = max(n_lines, len(lines))
        for k, line in enumerate(lines):
            write(canvas.page, (x, top - pitch * (k + 0.85)), line, size, ha=ha, color=_GREY)
    top -= pitch * n_lines + 0.6
    draw_line(canvas.page, [(box.left, top), (box.right, top)], lw=0.4, zorder=12)
    return top - 0.6


def _column_edges(canvas: Canvas, subject: Subject, legend: Legend, box: Box) -> list[float]:
    edges, right = [], box.right
    for k in reversed(range(len(legend.columns))):
        edges.append(right)
        right -= _column_width(canvas, subject, legend, k) + 2.0
    return edges[::-1]


def _column_width(canvas: Canvas, subject: Subject, legend: Legend, k: int) -> float:
    sizes = canvas.layout.sizes
    rows = [*legend.entries, *([legend.total] if legend.total else [])]
    cells = [
        measure(row.cells[k], sizes["body"], "bold" if row.kind == "sum" else "regular")
        for row in rows
        if len(row.cells) > k
    ]
    heads = [measure(legend.columns[k][code], sizes["small"]) for code in subject.languages]
    return max(cells + heads)


def _shrunk(text: str, size: float, room: float) -> float:
    wide = measure(text, size)
    return size if wide <= room else max(size * room / wide, size * 0.6)

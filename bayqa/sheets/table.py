"""The table of the legend: every category keeps its row, also without any area."""

from __future__ import annotations

from typing import NamedTuple

from bayqa.sheets.drawing.canvas import Canvas, draw_line
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Entry, Legend
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, wrap, write
from bayqa.sheets.legend import different, draw_heading, draw_swatch
from bayqa.sheets.subject import Subject

__all__ = ["draw_legend"]

_GREY = "#6B6B6B"


class _Table(NamedTuple):
    """Measures of one table, millimetres and points."""

    canvas: Canvas
    subject: Subject
    legend: Legend
    box: Box
    head: float
    cell: float
    swatch: float
    rights: list[float]
    """Right edges of the columns."""
    text_right: float
    """Where the labels must end."""
    label_sizes: list[float]
    """Points of the labels in the first and in further languages."""


def draw_legend(canvas: Canvas, subject: Subject, legend: Legend, box: Box, top: float) -> float:
    """Table of the legend from `top` downwards; returns where it ends, mm."""
    top = draw_heading(canvas, subject, "title.legend", box, top)
    top = _draw_table(canvas, subject, legend, box, top)
    return top if legend.second is None else _draw_table(canvas, subject, legend.second, box, top)


def _draw_table(canvas: Canvas, subject: Subject, legend: Legend, box: Box, top: float) -> float:
    table = _measure_table(canvas, subject, legend, box)
    top = _draw_head(table, top)
    for entry in legend.entries:
        top = _draw_row(table, entry, top)
    if legend.total is not None:
        draw_line(canvas.page, [(box.left, top - 0.4), (box.right, top - 0.4)], lw=0.4, zorder=12)
        top = _draw_row(table, legend.total, top - 0.6)
    return top - 1.5


def _measure_table(canvas: Canvas, subject: Subject, legend: Legend, box: Box) -> _Table:
    sizes = canvas.layout.sizes
    dense = len(legend.columns) > 3
    head, cell = (
        (sizes["tiny"] * 0.94, sizes["small"] * 1.03) if dense else (sizes["small"], sizes["body"])
    )
    rights, edge = [], box.right
    for k in reversed(range(len(legend.columns))):
        rights.append(edge)
        edge -= _column_width(subject, legend, k, (head, cell)) + (1.1 if dense else 1.6)
    swatch = sizes["body"] * (0.62 if dense else 0.85)
    room = edge - box.left - swatch - 1.8
    return _Table(
        canvas,
        subject,
        legend,
        box,
        head,
        cell,
        swatch,
        rights[::-1],
        edge,
        _label_sizes(canvas, subject, legend, room),
    )


def _label_sizes(canvas: Canvas, subject: Subject, legend: Legend, room: float) -> list[float]:
    """Points of the first and the second language: one for all rows."""
    sizes = canvas.layout.sizes
    found = []
    for k, size in enumerate((sizes["body"], sizes["small"])):
        texts = [different(row.labels, subject.languages) for row in legend.entries]
        wide = max((measure(t[k], size) for t in texts if len(t) > k), default=0.0)
        found.append(size * min(1.0, max(room / wide, 0.6)) if wide else size)
    return found


def _column_width(subject: Subject, legend: Legend, k: int, sizes: tuple[float, float]) -> float:
    rows = [*legend.entries, *([legend.total] if legend.total else [])]
    cells = [
        measure(row.cells[k], sizes[1], "bold" if row.kind == "sum" else "regular")
        for row in rows
        if len(row.cells) > k
    ]
    heads = [measure(legend.columns[k][code], sizes[0]) for code in subject.languages]
    return max(cells + heads)


def _draw_head(table: _Table, top: float) -> float:
    size, box = table.head, table.box
    pitch = size * MM_PER_POINT * 1.15
    heads = [(table.legend.heading, box.left, "left", table.text_right - box.left)]
    heads += [
        (head, right, "right", 99.0)
        for head, right in zip(table.legend.columns, table.rights, strict=True)
    ]
    n_lines = 1
    for head, x, ha, room in heads:
        lines = [
            line
            for text in different(head, table.subject.languages)
            for line in wrap(text, room, size)
        ]
        n_lines = max(n_lines, len(lines))
        for k, line in enumerate(lines):
            write(table.canvas.page, (x, top - pitch * (k + 0.85)), line, size, ha=ha, color=_GREY)
    top -= pitch * n_lines + 0.6
    draw_line(table.canvas.page, [(box.left, top), (box.right, top)], lw=0.4, zorder=12)
    return top - 0.6


def _draw_row(table: _Table, entry: Entry, top: float) -> float:
    page, sizes, left = table.canvas.page, table.canvas.layout.sizes, table.box.left
    body = sizes["body"] * MM_PER_POINT
    texts = different(entry.labels, table.subject.languages)
    high = _row_height(table)
    if entry.kind not in ("sum", "plain"):
        box = Box(left, top - high * 0.86, table.swatch, high * 0.72)
        draw_swatch(table.canvas, entry, box, table.subject.palette.ground["hatch"])
        left += table.swatch + 1.8
    y = top - body if len(texts) > 1 else top - high * 0.5 - body * 0.34
    for k, text in enumerate(texts):
        size = table.label_sizes[min(k, 1)]
        write(page, (left, y), text, size, color="#111111" if k == 0 else _GREY)
        y -= sizes["small"] * MM_PER_POINT * 1.18
    base = top - high * 0.5 - table.cell * MM_PER_POINT * 0.34
    for right, cell in zip(table.rights, entry.cells, strict=False):
        write(
            page,
            (right, base),
            cell,
            table.cell,
            ha="right",
            weight="bold" if entry.kind == "sum" else "regular",
        )
    return top - high


def _row_height(table: _Table) -> float:
    sizes = table.canvas.layout.sizes
    rows = [*table.legend.entries, *([table.legend.total] if table.legend.total else [])]
    bilingual = any(len(different(row.labels, table.subject.languages)) > 1 for row in rows)
    body, small = sizes["body"] * MM_PER_POINT, sizes["small"] * MM_PER_POINT
    return body * 1.47 + (small * 1.1 if bilingual else 0)

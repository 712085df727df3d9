"""The table of the legend: every category keeps its row, also without any area."""

from __future__ import annotations

from typing import NamedTuple

from bayqa.sheets.drawing.canvas import Canvas, draw_line
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Entry, Legend
from bayqa.sheets.drawing.typography import MM_PER_POINT, READABLE, measure, wrap, write
from bayqa.sheets.legend import different, draw_heading, draw_swatch
from bayqa.sheets.subject import Subject

__all__ = ["draw_legend"]

_GREY = "#6B6B6B"
_DENSE = 0.86
"""Type of a dense table, by that of a roomy one."""
_BETWEEN = 1.4
"""Millimetres between two languages on one line."""


class _Table(NamedTuple):
    """Measures of one table, millimetres and points."""

    canvas: Canvas
    subject: Subject
    legend: Legend
    box: Box
    dense: bool
    head: float
    cell: float
    swatch: float
    rights: list[float]
    """Right edges of the columns."""
    text_right: float
    """Where the labels must end."""
    label_sizes: list[float]
    """Points of the labels in the first and in further languages."""


class _Run(NamedTuple):
    """A piece of a line in one type."""

    text: str
    size: float
    color: str


def draw_legend(
    canvas: Canvas,
    subject: Subject,
    legend: Legend,
    place: tuple[Box, float],
    *,
    dense: bool = False,
) -> float:
    """Table of the legend; returns where it ends, mm.

    Parameters
    ----------
    canvas : Canvas
    subject : Subject
    legend : Legend
    place : (Box, float)
        The column, and the height from which to go downwards.
    dense : bool
        Both languages of a row on one line, where they fit.

    Returns
    -------
    float
    """
    box, top = place
    top = draw_heading(canvas, subject, "title.legend", box, top)
    top = _draw_table(_measure_table(canvas, subject, legend, box, dense), top)
    if legend.second is None:
        return top
    return _draw_table(_measure_table(canvas, subject, legend.second, box, dense), top)


def _draw_table(table: _Table, top: float) -> float:
    legend, box = table.legend, table.box
    top = _draw_head(table, top)
    for entry in legend.entries:
        top = _draw_row(table, entry, top)
    if legend.total is not None:
        line = [(box.left, top - 0.4), (box.right, top - 0.4)]
        draw_line(table.canvas.page, line, lw=0.4, zorder=12)
        top = _draw_row(table, legend.total, top - 0.6)
    return top - 1.5


def _measure_table(
    canvas: Canvas, subject: Subject, legend: Legend, box: Box, dense: bool
) -> _Table:
    sizes = canvas.layout.sizes
    many = len(legend.columns) > 3
    head, cell = (
        (sizes["tiny"] * 0.96, sizes["small"] * 1.03) if many else (sizes["small"], sizes["body"])
    )
    rights, edge = [], box.right
    for k in reversed(range(len(legend.columns))):
        rights.append(edge)
        edge -= _column_width(subject, legend, k, (head, cell)) + (1.1 if many else 1.6)
    swatch = sizes["body"] * (0.62 if many else 0.85)
    table = _Table(canvas, subject, legend, box, dense, head, cell, swatch, rights[::-1], edge, [])
    return table._replace(label_sizes=_label_sizes(table))


def _label_sizes(table: _Table) -> list[float]:
    """Points of the first and the second language: one for all rows, and never too small."""
    sizes = table.canvas.layout.sizes
    room = _label_room(table)
    found = []
    for k, size in enumerate((sizes["body"], sizes["small"])):
        size *= _DENSE if table.dense else 1.0
        texts = [different(row.labels, table.subject.languages) for row in table.legend.entries]
        wide = max((measure(t[k], size) for t in texts if len(t) > k), default=0.0)
        found.append(max(size * min(1.0, room / wide), min(size, READABLE)) if wide else size)
    return found


def _label_room(table: _Table) -> float:
    # Less than this is no label at all; the columns of a theme are chosen so that it is there.
    return max(table.text_right - table.box.left - table.swatch - 1.8, 4.0)


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
    page, left = table.canvas.page, table.box.left
    lines = _set_label(table, entry)
    high = max(_row_height(table), _label_height(table, len(lines)))
    if _has_swatch(entry):
        swatch_high = min(high, _row_height(table)) * 0.72
        box = Box(left, top - high / 2 - swatch_high / 2, table.swatch, swatch_high)
        draw_swatch(table.canvas, entry, box, table.subject.palette.ground["hatch"])
        left += table.swatch + 1.8
    _draw_label(table, lines, left, (top, high))
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


def _set_label(table: _Table, entry: Entry) -> list[list[_Run]]:
    """Lines of a label; a line of a dense table holds both languages if they fit."""
    texts = different(entry.labels, table.subject.languages)
    runs = [
        _Run(text, table.label_sizes[min(k, 1)], _GREY if k else "#111111")
        for k, text in enumerate(texts)
    ]
    room = _label_room(table) + (0 if _has_swatch(entry) else table.swatch + 1.8)
    if table.dense and sum(measure(run.text, run.size) + _BETWEEN for run in runs) <= room:
        return [runs]
    return [
        [run._replace(text=line)]
        for run in runs
        # A label that was shrunk to the room must not break for a rounding error.
        for line in wrap(run.text, room + 0.05, run.size)
    ]


def _draw_label(table: _Table, lines: list[list[_Run]], left: float, place: tuple) -> None:
    top, high = place
    body = table.canvas.layout.sizes["body"] * MM_PER_POINT * (_DENSE if table.dense else 1.0)
    spare = (high - _label_height(table, len(lines))) / 2
    y = top - body - spare if len(lines) > 1 else top - high * 0.5 - body * 0.34
    for line in lines:
        x = left
        for run in line:
            write(table.canvas.page, (x, y), run.text, run.size, color=run.color)
            x += measure(run.text, run.size) + _BETWEEN
        y -= _line_height(table) * 1.18


def _row_height(table: _Table) -> float:
    """Height of all rows whose label is not longer than usual."""
    rows = [*table.legend.entries, *([table.legend.total] if table.legend.total else [])]
    bilingual = any(len(different(row.labels, table.subject.languages)) > 1 for row in rows)
    return _label_height(table, 1 + (bilingual and not table.dense))


def _label_height(table: _Table, n_lines: int) -> float:
    body = table.canvas.layout.sizes["body"] * MM_PER_POINT * (_DENSE if table.dense else 1.0)
    return body * 1.47 + (n_lines - 1) * _line_height(table) * 1.1


def _line_height(table: _Table) -> float:
    """Of a further line of a label."""
    return table.canvas.layout.sizes["small"] * MM_PER_POINT * (_DENSE if table.dense else 1.0)


def _has_swatch(entry: Entry) -> bool:
    return entry.kind not in ("sum", "plain")

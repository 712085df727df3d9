"""Names placed beside points and in areas so that nothing overlaps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from matplotlib.axes import Axes
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.canvas import draw_box, draw_line
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write

__all__ = ["Label", "Placed", "draw_labels", "label_size", "overlaps", "place_labels"]

_ASCENT, _DESCENT, _LEADING = 0.80, 0.16, 1.08
_GAP_MM = 0.35
_APART_MM = 0.5
"""Between two names on one line, which else read as one."""
_DIRECTIONS = ((1, 0.45), (1, -0.45), (-1, 0.45), (-1, -0.45), (0, 1), (0, -1), (1, 0), (-1, 0))
_COST_LINE, _COST_FAR = 6.0, 5.0


class Label(NamedTuple):
    """A name to be placed; millimetres on the page."""

    lines: tuple[tuple[str, float, str], ...]
    """(text, size in points, weight) from top to bottom."""
    x: float
    y: float
    radius: float = 1.0
    """Half size of the symbol that must stay clear."""
    priority: int = 1
    """Larger goes first."""
    color: str = "#1B1B1B"
    spots: tuple[tuple[float, float], ...] = ()
    """Centres to try for the name of an area; empty for a point."""
    leader: bool = True
    """A point's name may stand farther off, joined by a thin line."""
    plate: bool = False
    """On a plate, so that the line that it names does not run through it."""


class Placed(NamedTuple):
    """Where a label stands: its box, and the end of its leader or None."""

    label: Label
    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None


def place_labels(
    labels: Sequence[Label],
    frame: Box,
    *,
    blocked: Sequence[Box] = (),
    avoid: BaseGeometry | None = None,
) -> list[Placed | None]:
    """Places for all labels that have one.

    Boxes of placed labels never overlap each other, a blocked box or a symbol of a point label,
    and lie within the frame. Order of preference: upper right first; across a line of `avoid`
    only if there is no better place; with a leader last. Deterministic.

    Parameters
    ----------
    labels : sequence of Label
    frame : Box
    blocked : sequence of Box
        Furniture and other things that must stay clear.
    avoid : lines in millimetres, optional
        Coasts and limits that a name should not cross.

    Returns
    -------
    list of Placed or None, one a label
    """
    symbols = [
        Box(p.x - p.radius, p.y - p.radius, 2 * p.radius, 2 * p.radius)
        for p in labels
        if not p.spots
    ]
    fixed = np.array([*blocked, *symbols], dtype=float).reshape(-1, 4)
    choices = [_choices(label, frame, fixed, avoid) for label in labels]
    order = sorted(
        range(len(labels)),
        key=lambda k: (-labels[k].priority, len(choices[k]), -labels[k].y, labels[k].x),
    )
    chosen: list[int | None] = [None] * len(labels)
    for _ in range(4):
        before = list(chosen)
        for k in order:
            chosen[k] = _best(k, choices, chosen)
        if chosen == before:
            break
    for k in order:
        if chosen[k] is None:
            _make_room(k, choices, chosen)
    return [None if c is None else _placed(labels[k], choices[k][c]) for k, c in enumerate(chosen)]


def label_size(lines: Sequence[tuple[str, float, str]]) -> tuple[float, float]:
    """Width and height in millimetres of the lines of a label."""
    width = max(measure(*line) for line in lines)
    height = sum(size * MM_PER_POINT * _LEADING for _, size, _ in lines[:-1])
    return width, height + lines[-1][1] * MM_PER_POINT * (_ASCENT + _DESCENT)


def overlaps(a: Box, b: Box) -> bool:
    """True if two boxes share area."""
    return (
        a.left < b.right - 1e-9
        and b.left < a.right - 1e-9
        and a.bottom < b.top - 1e-9
        and b.bottom < a.top - 1e-9
    )


def draw_labels(ax: Axes, placed: Sequence[Placed | None], *, halo: str | None = "#FFFFFF") -> None:
    """Write placed labels, centred by line when there are several."""
    for item in placed:
        if item is None:
            continue
        if item.leader is not None:
            draw_line(ax, item.leader, ec=item.label.color, lw=0.3, zorder=14)
        if item.label.plate:
            draw_box(ax, item.box, fc=halo or "#FFFFFF", ec="none", lw=0, zorder=14.5)
        y = item.box.top
        for text, size, weight in item.label.lines:
            y -= size * MM_PER_POINT * _ASCENT
            write(
                ax,
                (item.box.left + item.box.width / 2, y),
                text,
                size,
                weight=weight,
                ha="center",
                color=item.label.color,
                halo=halo,
                zorder=16,
            )
            y -= size * MM_PER_POINT * (_LEADING - _ASCENT)


class _Choice(NamedTuple):
    box: Box
    cost: float
    leader: bool


def _choices(label: Label, frame: Box, fixed: np.ndarray, avoid) -> list[_Choice]:
    found = [
        c
        for c in _candidates(label)
        if c.box.left >= frame.left
        and c.box.right <= frame.right
        and c.box.bottom >= frame.bottom
        and c.box.top <= frame.top
    ]
    found = [c for c in found if not _hits(c.box, fixed)]
    if avoid is not None and found:
        boxes = shapely.box(
            *np.array([(c.box.left, c.box.bottom, c.box.right, c.box.top) for c in found]).T
        )
        shapely.prepare(avoid)
        crossed = shapely.intersects(avoid, boxes)
        found = [
            c._replace(cost=c.cost + _COST_LINE * float(hit))
            for c, hit in zip(found, crossed, strict=True)
        ]
    return sorted(found, key=lambda c: c.cost)


def _candidates(label: Label):
    width, height = label_size(label.lines)
    if label.spots:
        for k, (x, y) in enumerate(label.spots):
            yield _Choice(Box(x - width / 2, y - height / 2, width, height), 0.1 * k, False)
        return
    for far, reach in enumerate((0.0, 2.2, 4.5, 7.5) if label.leader else (0.0, 0.8)):
        off = label.radius + _GAP_MM + reach
        for k, (east, north) in enumerate(_DIRECTIONS):
            x = label.x + east * off - width * (0.5 - 0.5 * east)
            y = (
                label.y
                + north * (off if east == 0 or far else label.radius)
                - height * (0.5 - 0.5 * north)
            )
            cost = 0.4 * k + _COST_FAR * far
            yield _Choice(Box(x, y, width, height), cost, label.leader and far > 0)


def _best(k: int, choices: list, chosen: list) -> int | None:
    others = _boxes(choices, chosen, k)
    for c, choice in enumerate(choices[k]):
        if not _hits(choice.box, others, _APART_MM):
            return c
    return None


def _make_room(k: int, choices: list, chosen: list) -> None:
    """Take a place that one neighbour can leave for another of its own."""
    for c, choice in enumerate(choices[k]):
        rivals = [
            j
            for j, d in enumerate(chosen)
            if d is not None and j != k and overlaps(_widen(choice.box), choices[j][d].box)
        ]
        if len(rivals) != 1:
            continue
        rival, old = rivals[0], chosen[rivals[0]]
        chosen[k], chosen[rival] = c, None
        moved = _best(rival, choices, chosen)
        if moved is not None:
            chosen[rival] = moved
            return
        chosen[k], chosen[rival] = None, old


def _widen(box: Box) -> Box:
    return box._replace(left=box.left - _APART_MM, width=box.width + 2 * _APART_MM)


def _boxes(choices: list, chosen: list, k: int) -> np.ndarray:
    return np.array(
        [choices[j][c].box for j, c in enumerate(chosen) if c is not None and j != k], dtype=float
    ).reshape(-1, 4)


def _hits(box: Box, others: np.ndarray, apart: float = 0.0) -> bool:
    if not len(others):
        return False
    left, bottom, width, height = others.T
    return bool(
        np.any(
            (box.left < left + width + apart - 1e-9)
            & (left - apart < box.right - 1e-9)
            & (box.bottom < bottom + height - 1e-9)
            & (bottom < box.top - 1e-9)
        )
    )


def _placed(label: Label, choice: _Choice) -> Placed:
    if not choice.leader:
        return Placed(label, choice.box, None)
    box = choice.box
    end = (min(max(label.x, box.left), box.right), min(max(label.y, box.bottom), box.top))
    length = math.dist(end, (label.x, label.y)) or 1.0
    start = (
        label.x + (end[0] - label.x) / length * label.radius,
        label.y + (end[1] - label.y) / length * label.radius,
    )
    return Placed(label, box, (start, end))

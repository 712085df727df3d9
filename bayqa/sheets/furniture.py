"""Scale bar, north arrow and location inset."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.patches import Polygon
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.canvas import Canvas, draw_box
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.palettes import Palette
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.drawing.view import View, to_lonlat, to_metres

__all__ = [
    "arrow_size",
    "convergence",
    "draw_north_arrow",
    "draw_scale_bar",
    "pick_corners",
    "scale_bar_length",
    "scale_bar_size",
    "scale_text",
]

_PLATE = "#FFFFFF"
_LONGEST_BAR = 60.0


def scale_text(view: View) -> str:
    """Printed scale, such as 1:100 000."""
    return "1:" + f"{view.scale:,.0f}".replace(",", " ")


def scale_bar_length(view: View) -> float:
    """Ground length of the bar in metres: 1, 2 or 5 times a power of ten."""
    most = min(0.26 * view.box.width, _LONGEST_BAR) * view.scale / 1000
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def convergence(view: View) -> float:
    """Angle of true north at the middle of the map, degrees clockwise from straight up."""
    x, y = (view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2
    lon, lat = to_lonlat(view.crs, x, y)
    east, north = to_metres(view.crs, lon, lat + 0.001)
    return math.degrees(math.atan2(east - x, north - y))


def pick_corners(
    view: View,
    sizes: Sequence[tuple[float, float]],
    taken: BaseGeometry,
    *,
    gap: float = 2.5,
    caption: Box | None = None,
) -> list[Box]:
    """A corner of the map for each piece of furniture, where it hides the least.

    Parameters
    ----------
    view : View
    sizes : sequence of (width, height)
        Millimetres; the first is placed first.
    taken : polygons and points in millimetres
        What should stay visible.
    gap : float
        Distance from the frame, mm.
    caption : Box, optional
        What the upper left corner holds; furniture stays clear of it.

    Returns
    -------
    list of Box
    """
    box, left = view.box, [(0, 0), (1, 0), (0, 1), (1, 1)]
    if caption is not None:
        left.remove((0, 1))
    chosen = []
    for k, (width, height) in enumerate(sizes):
        order = left if k == 0 else sorted(left, key=lambda c: c != (1, 1))
        spots = {
            c: Box(
                box.left + gap + c[0] * (box.width - width - 2 * gap),
                box.bottom + gap + c[1] * (box.height - height - 2 * gap),
                width,
                height,
            )
            for c in order
        }
        if caption is not None:
            spots = {c: _move_below(spot, caption, gap) for c, spot in spots.items()}
        best = min(order, key=lambda c: (round(_hidden(spots[c], taken), 1), order.index(c)))
        left = [c for c in left if c != best]
        chosen.append(spots[best])
    return chosen


def draw_scale_bar(canvas: Canvas, view: View, box: Box, palette: Palette) -> None:
    """Bar of an exact ground length, with the scale above it."""
    sizes, ink = canvas.layout.sizes, palette.ground["label"]
    length = scale_bar_length(view)
    long = length / view.scale * 1000
    thick = sizes["label"] * MM_PER_POINT * 0.55
    draw_box(canvas.page, box, fc=_PLATE, ec="#8A8A8A", lw=0.3, zorder=13)
    x0 = box.left + (box.width - long) / 2
    y0 = box.bottom + sizes["label"] * MM_PER_POINT * 1.5
    n_parts = 4 if str(int(length))[0] in "24" else 5
    for k in range(n_parts):
        part = Box(x0 + k * long / n_parts, y0, long / n_parts, thick)
        draw_box(canvas.page, part, fc=ink if k % 2 == 0 else _PLATE, ec="none", lw=0, zorder=14)
    draw_box(canvas.page, Box(x0, y0, long, thick), ec=ink, lw=0.4, zorder=15)
    for share, name in _bar_figures(length, long, sizes["label"]):
        write(
            canvas.page,
            (x0 + share * long, box.bottom + 0.8),
            name,
            sizes["label"],
            ha="center",
            color=ink,
        )
    write(
        canvas.page,
        (box.left + box.width / 2, y0 + thick + 1.0),
        scale_text(view),
        sizes["body"],
        weight="bold",
        ha="center",
        color=ink,
    )


def scale_bar_size(canvas: Canvas, view: View) -> tuple[float, float]:
    """Millimetres that the scale bar takes with its figures."""
    sizes = canvas.layout.sizes
    long = scale_bar_length(view) / view.scale * 1000
    label, body = sizes["label"] * MM_PER_POINT, sizes["body"] * MM_PER_POINT
    return (
        long + 2 * max(measure("1000 km", sizes["label"]) / 2, 3.0) + 1,
        label * 1.5 + label * 0.55 + 1.0 + body * 0.95 + 0.6,
    )


def arrow_size(canvas: Canvas) -> tuple[float, float]:
    """Millimetres that the north arrow takes with its letter."""
    size = canvas.layout.sizes["heading"]
    return size * 1.0, size * 1.65


def draw_north_arrow(canvas: Canvas, view: View, box: Box, palette: Palette, name: str) -> None:
    """Arrow to true north: turned by the grid convergence at the middle of the map."""
    ink, sizes = palette.ground["label"], canvas.layout.sizes
    size = sizes["heading"]
    tall = box.height - size * MM_PER_POINT * 1.05
    centre = np.array([box.left + box.width / 2, box.bottom + tall / 2])
    angle = -math.radians(convergence(view))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    half = tall * 0.28
    points = np.array([(0, tall / 2), (half, -tall / 2), (0, -tall * 0.28), (-half, -tall / 2)])
    points = points @ turn.T + centre
    style = {"ec": ink, "lw": 0.5, "zorder": 14, "joinstyle": "miter"}
    canvas.page.add_artist(Polygon(points[[0, 1, 2]], fc=_PLATE, **style))
    canvas.page.add_artist(Polygon(points[[0, 2, 3]], fc=ink, **style))
    tip = turn @ np.array([0, tall / 2 + 0.8]) + centre
    write(canvas.page, tuple(tip), name, size, weight="bold", ha="center", color=ink, halo=_PLATE)


def _bar_figures(length: float, long: float, size: float) -> list[tuple[float, str]]:
    """Where along the bar a figure stands, and the figure; the middle one only if it has room."""
    unit, name = (1000, " km") if length >= 1000 else (1, " m")
    figures = {share: f"{length * share / unit:g}" for share in (0.0, 0.5, 1.0)}
    figures[1.0] += name
    if (measure(figures[0.5], size) + measure(figures[1.0], size)) / 2 + 0.8 > long / 2:
        del figures[0.5]
    return [*figures.items()]


def _move_below(box: Box, caption: Box, gap: float) -> Box:
    if box.left > caption.right + 1 or box.top < caption.bottom - 1:
        return box
    return box._replace(bottom=caption.bottom - gap - box.height)


def _hidden(box: Box, taken: BaseGeometry) -> float:
    rectangle = shapely.box(box.left - 1, box.bottom - 1, box.right + 1, box.top + 1)
    # Part by part: a mixed collection as a whole loses its polygons in an intersection.
    hits = shapely.intersection(shapely.get_parts(taken), rectangle)
    n_points = int((shapely.get_type_id(hits[~shapely.is_empty(hits)]) == 0).sum())
    return float(shapely.area(hits).sum()) + 25.0 * n_points

"""The frame of a map: neat line, zebra of degrees, graticule and its labels."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

from bayqa.sheets.drawing.canvas import Canvas, draw_box, draw_lines
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.palettes import Palette
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.drawing.view import View, to_lonlat, to_metres

__all__ = [
    "EDGES",
    "axis_step",
    "crossings",
    "draw_frame",
    "draw_graticule",
    "format_degrees",
    "graticule_step",
]

_STEPS = (
    tuple(s / 3600 for s in (1, 2, 5, 10, 15, 20, 30))
    + tuple(m / 60 for m in (1, 2, 5, 10, 15, 20, 30))
    + (1.0, 2.0, 5.0, 10.0)
)

_LEAST_SHAPE = 0.6
"""Width by height of a field of the graticule, at least."""

EDGES = ("bottom", "top", "left", "right")


def graticule_step(view: View, *, apart: float = 38.0) -> float:
    """Degrees between two lines so that they lie about `apart` millimetres from each other."""
    _, low = to_lonlat(view.crs, view.x0, view.y0)
    _, high = to_lonlat(view.crs, view.x0, view.y1)
    wanted = abs(high - low) * apart / view.box.height
    return min(_STEPS, key=lambda step: abs(math.log(step / wanted)))


def axis_step(view: View, step: float, axis: str) -> float:
    """Degrees between two meridians ("lon") or parallels ("lat") of a graticule.

    Far north and south, where meridians draw together, theirs is the larger.
    """
    if axis == "lat":
        return step
    _, lat = to_lonlat(view.crs, (view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2)
    shrunk = math.cos(math.radians(lat))
    wide = (s for s in _STEPS if s >= step - 1e-9 and s * shrunk >= _LEAST_SHAPE * step)
    return next(wide, _STEPS[-1])


def format_degrees(value: float, step: float, axis: str) -> str:
    """Degrees, minutes and seconds as far as the step needs them.

    Parameters
    ----------
    value : float
        Degrees, east or north positive.
    step : float
        Degrees between two labels.
    axis : {"lon", "lat"}

    Returns
    -------
    str
        Such as 122°30′E.
    """
    seconds = round(abs(value) * 3600)
    side = ("EW" if axis == "lon" else "NS")[value < 0]
    if seconds == 0 or (axis == "lon" and seconds == 180 * 3600):
        side = ""  # neither east nor west
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"{degrees}°"
    if step < 1 - 1e-9:
        text += f"{minutes:02d}′"
    if step < 1 / 60 - 1e-9:
        text += f"{seconds:02d}″"
    return text + side


def draw_graticule(ax: Axes, view: View, step: float, color: str) -> None:
    """Thin meridians and parallels over the map."""
    lines = [
        np.column_stack(to_metres(view.crs, *line))
        for axis in ("lon", "lat")
        for _, line in _grid_lines(view, axis_step(view, step, axis), axis)
    ]
    draw_lines(ax, lines, colors=color, linewidths=0.25, alpha=0.55, zorder=6)


def draw_frame(
    canvas: Canvas,
    view: View,
    palette: Palette,
    *,
    step: float | None = None,
    labels: tuple[str, ...] = EDGES,
) -> None:
    """Neat line, zebra frame and degree labels around the box of a view.

    Parameters
    ----------
    canvas : Canvas
    view : View
    palette : Palette
    step : float, optional
        Degrees between labels; chosen from the scale if not given.
    labels : tuple of str
        Edges that bear degrees.
    """
    step = step or graticule_step(view)
    width = canvas.layout.sizes["frame_mm"]
    box = view.box
    ink = palette.ground["label"]
    outer = Box(box.left - width, box.bottom - width, box.width + 2 * width, box.height + 2 * width)
    steps = {edge: axis_step(view, step, _axis(edge)) for edge in EDGES}
    for edge in EDGES:
        _draw_zebra(canvas, view, edge, steps[edge] / _parts(steps[edge]), ink)
    draw_box(canvas.page, box, ec=ink, lw=0.5, zorder=12)
    draw_box(canvas.page, outer, ec=ink, lw=0.7, zorder=12)
    for edge in labels:
        _draw_labels(canvas, view, edge, steps[edge])


def crossings(view: View, edge: str, step: float) -> list[tuple[float, float]]:
    """Degrees, and millimetres along the page, where a graticule crosses an edge of the map.

    Meridians on "bottom" and "top", parallels on "left" and "right"; ascending.
    """
    box = view.box
    along = np.linspace(0, 1, 33)
    x = (
        view.x0 + along * (view.x1 - view.x0)
        if edge in ("bottom", "top")
        else np.full(33, view.x0 if edge == "left" else view.x1)
    )
    y = (
        view.y0 + along * (view.y1 - view.y0)
        if edge in ("left", "right")
        else np.full(33, view.y0 if edge == "bottom" else view.y1)
    )
    degrees = _degrees(view, x, y)[0 if edge in ("bottom", "top") else 1]
    low, high = _span(box, edge)
    values = _multiples(degrees.min(), degrees.max(), step)
    return [(float(v), float(np.interp(v, degrees, low + along * (high - low)))) for v in values]


def _draw_zebra(canvas: Canvas, view: View, edge: str, step: float, ink: str) -> None:
    width, box = canvas.layout.sizes["frame_mm"], view.box
    low, high = _span(box, edge)
    cuts = crossings(view, edge, step)
    places = [low, *(p for _, p in cuts), high]
    first = round(cuts[0][0] / step) if cuts else 0
    for k, (a, b) in enumerate(zip(places[:-1], places[1:], strict=True)):
        if (first + k) % 2:
            draw_box(canvas.page, _strip(box, edge, a, b, width), fc=ink, lw=0, zorder=11)


def _strip(box: Box, edge: str, a: float, b: float, width: float) -> Box:
    if edge == "bottom":
        return Box(a, box.bottom - width, b - a, width)
    if edge == "top":
        return Box(a, box.top, b - a, width)
    if edge == "left":
        return Box(box.left - width, a, width, b - a)
    return Box(box.right, a, width, b - a)


def _draw_labels(canvas: Canvas, view: View, edge: str, step: float) -> None:
    box, sizes = view.box, canvas.layout.sizes
    size, gap = sizes["degree"], sizes["frame_mm"] + 0.9
    cap = 0.73 * size * MM_PER_POINT
    low, high = _span(box, edge)
    axis = _axis(edge)
    for value, place in crossings(view, edge, step):
        text = format_degrees(value - 360.0 if value > 180.0 else value, step, axis)
        half = measure(text, size) / 2
        if place - half < low or place + half > high:
            continue
        spot = {
            "bottom": (place, box.bottom - gap - cap),
            "top": (place, box.top + gap),
            "left": (box.left - gap, place),
            "right": (box.right + gap + cap, place),
        }[edge]
        turn = {} if axis == "lon" else {"rotation": 90, "rotation_mode": "anchor"}
        write(canvas.page, spot, text, size, ha="center", **turn)


def _grid_lines(view: View, step: float, axis: str):
    x = np.linspace(view.x0, view.x1, 9)
    y = np.linspace(view.y0, view.y1, 9)
    lon, lat = _degrees(view, *(part.ravel() for part in np.meshgrid(x, y)))
    span = np.linspace(0, 1, 33)
    own, other = (lon, lat) if axis == "lon" else (lat, lon)
    run = other.min() - step + span * (np.ptp(other) + 2 * step)
    for value in _multiples(own.min(), own.max(), step):
        level = np.full(33, value)
        yield value, ((level, run) if axis == "lon" else (run, level))


def _degrees(view: View, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of places; longitudes run on beyond 180 where the map straddles it."""
    lon, lat = to_lonlat(view.crs, x, y)
    return (lon % 360.0 if np.ptp(lon) > 180.0 else lon), lat


def _multiples(low: float, high: float, step: float) -> np.ndarray:
    return np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step


def _axis(edge: str) -> str:
    return "lon" if edge in ("bottom", "top") else "lat"


def _span(box: Box, edge: str) -> tuple[float, float]:
    return (box.left, box.right) if edge in ("bottom", "top") else (box.bottom, box.top)


def _parts(step: float) -> int:
    """Zebra fields in one step: fives where the step is a five, else two."""
    unit = round(step * 3600)
    return 5 if str(unit)[0] == "5" or unit in (300, 600, 900, 1800, 18000) else 2

"""Paper to draw on: a figure of exact size with one axes in millimetres and one for each map."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.layout import Box, Layout
from bayqa.sheets.drawing.shapes import as_path
from bayqa.sheets.drawing.view import View

__all__ = ["Canvas", "add_map", "draw_box", "draw_line", "draw_lines", "draw_shape", "open_canvas"]

_MM_PER_INCH = 25.4


class Canvas(NamedTuple):
    """The page while it is drawn."""

    figure: Figure
    page: Axes
    """Axes over the whole page in millimetres from the lower left corner."""
    layout: Layout


def open_canvas(layout: Layout) -> Canvas:
    """Empty page of a layout."""
    width, height = layout.page
    figure = Figure(figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH), dpi=100)
    FigureCanvasAgg(figure)
    page = figure.add_axes((0, 0, 1, 1), zorder=5)
    page.set_axis_off()
    page.set_xlim(0, width)
    page.set_ylim(0, height)
    return Canvas(figure, page, layout)


def add_map(canvas: Canvas, view: View, *, ground: str) -> Axes:
    """Axes in metres that fill the box of a view exactly.

    Parameters
    ----------
    canvas : Canvas
    view : View
    ground : str
        Colour of what nothing is drawn on.

    Returns
    -------
    Axes
    """
    width, height = canvas.layout.page
    box = view.box
    ax = canvas.figure.add_axes(
        (box.left / width, box.bottom / height, box.width / width, box.height / height), zorder=1
    )
    ax.set_xlim(view.x0, view.x1)
    ax.set_ylim(view.y0, view.y1)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_facecolor(ground)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def draw_shape(ax: Axes, shape: BaseGeometry, **style) -> None:
    """Polygons or lines with the properties of a matplotlib Patch; nothing for an empty shape."""
    path = as_path(shape)
    if path is None:
        return
    style = {"fc": "none", "ec": "none", "lw": 0.0, "joinstyle": "round"} | style
    ax.add_artist(PathPatch(path, **style))


def draw_box(ax: Axes, box: Box, **style) -> None:
    """Rectangle in millimetres."""
    style = {"fc": "none", "ec": "black", "lw": 0.5} | style
    ax.add_artist(Rectangle((box.left, box.bottom), box.width, box.height, clip_on=False, **style))


def draw_line(ax: Axes, points, **style) -> None:
    """Polyline in data coordinates of `ax`."""
    style = {"fc": "none", "ec": "black", "lw": 0.5, "capstyle": "butt", "clip_on": False} | style
    ax.add_artist(PathPatch(Path(points), **style))


def draw_lines(ax: Axes, lines, **style) -> None:
    """Many polylines at once."""
    ax.add_collection(LineCollection(lines, **style), autolim=False)

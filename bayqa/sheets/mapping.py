"""The map itself: ground, theme, outlines, graticule, symbols, names and furniture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import shapely
from matplotlib.axes import Axes
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.canvas import Canvas, add_map, draw_box, draw_shape
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.palettes import Palette
from bayqa.sheets.drawing.picture import Line, Picture
from bayqa.sheets.drawing.shapes import cut_to_view, hatch, keep_polygons, project
from bayqa.sheets.drawing.typography import measure, write
from bayqa.sheets.drawing.view import View
from bayqa.sheets.frame import EDGES, draw_frame, draw_graticule, graticule_step
from bayqa.sheets.furniture import (
    arrow_size,
    draw_north_arrow,
    draw_scale_bar,
    pick_corners,
    scale_bar_size,
)
from bayqa.sheets.names import draw_names, symbols_in_view
from bayqa.sheets.subject import Subject
from bayqa.sheets.words import say

__all__ = [
    "Ground",
    "caption_height",
    "draw_furniture",
    "draw_ground",
    "draw_map",
    "keep_readable",
    "prepare_ground",
]


_OUTLINE = "#3A3A3A"
_SMALL_ARROW = 0.7
"""Of an arrow that stands beside the maps, by one that stands on them."""


_LEAST_OUTLINED_MM = 2.5
"""Of a smaller bay a dashed boundary would be three dashes."""


class Ground(NamedTuple):
    """What every map of a sheet shows, metres."""

    land: BaseGeometry
    rivers: BaseGeometry
    bays: BaseGeometry
    mouth: BaseGeometry
    """Edges of the bays that are not coast; empty on small maps."""


def prepare_ground(subject: Subject, view: View, *, small: bool = False) -> Ground:
    """Land, rivers and bays that lie in the view; a small map shows no mouths of bays."""
    crs = view.crs
    land = keep_polygons(cut_to_view(project(subject.result.land, crs), view))
    bays = keep_polygons(cut_to_view(project(subject.bays, crs), view))
    rivers = cut_to_view(project(subject.result.rivers, crs), view)
    if small:
        return Ground(land, rivers, bays, shapely.MultiLineString())
    # A fifth of a millimetre: closer than that coast and boundary cannot be told apart on paper.
    near = land.buffer(0.2 * view.metres_per_mm) if not land.is_empty else land
    parts = shapely.get_parts(bays)
    seen = parts[shapely.area(parts) > (_LEAST_OUTLINED_MM * view.metres_per_mm) ** 2]
    mouth = shapely.difference(shapely.multipolygons(seen).boundary, near)
    return Ground(land, rivers, bays, mouth)


def keep_readable(picture: Picture, view: View) -> Picture:
    """Picture without crumbs of hatch too narrow to carry a line, and with dots for tiny bays."""
    picture = _enlarge(picture, view) if picture.least_mm else picture
    if picture.doubt is None or picture.doubt.is_empty:
        return picture
    mm = view.metres_per_mm
    parts = shapely.get_parts(picture.doubt.buffer(-0.7 * mm).buffer(0.7 * mm))
    return picture._replace(doubt=shapely.multipolygons(parts[shapely.area(parts) > 9 * mm**2]))


def _enlarge(picture: Picture, view: View) -> Picture:
    least = picture.least_mm * view.metres_per_mm
    areas = [area._replace(shape=_at_least(area.shape, least)) for area in picture.areas]
    rims = [area.shape.boundary for area in areas]
    blank = picture.blank
    if blank is not None and not blank.is_empty:
        parts = [_at_least(part, least) for part in shapely.get_parts(blank)]
        blank, rims = shapely.union_all(parts), [*rims, *(part.boundary for part in parts)]
    outline = Line(shapely.union_all(rims), _OUTLINE, 0.35)
    return picture._replace(areas=tuple(areas), blank=blank, lines=(*picture.lines, outline))


def _at_least(shape: BaseGeometry, size: float) -> BaseGeometry:
    west, south, east, north = shape.bounds
    if max(east - west, north - south) >= size:
        return shape
    return shape.centroid.buffer(size / 2)


def draw_ground(ax: Axes, ground: Ground, palette: Palette, *, fine: float = 1.0) -> None:
    """Land, coast and rivers; `fine` scales the line widths."""
    colors = palette.ground
    draw_shape(ax, ground.land, fc=colors["land"], zorder=1)
    polygons = keep_polygons(ground.rivers)
    draw_shape(ax, polygons, fc=colors["sea"], ec=colors["river"], lw=0.3 * fine, zorder=1.2)
    lines = shapely.get_parts(ground.rivers)
    lines = shapely.multilinestrings(shapely.get_parts(lines[shapely.get_dimensions(lines) == 1]))
    draw_shape(ax, lines, ec=colors["river"], lw=0.8 * fine, capstyle="round", zorder=1.3)


def draw_map(
    canvas: Canvas,
    subject: Subject,
    picture: Picture,
    ground: Ground,
    view: View,
    *,
    caption: str,
    furnished: bool,
) -> list[str]:
    """Draw one map of a sheet in the box of its view; gives the names that found no room.

    A map with a caption is one of several: it bears degrees on two edges only. One that is not
    furnished has no scale bar and no arrow; a neighbour at the same scale has them.
    """
    palette = subject.palette
    ax = add_map(canvas, view, ground=palette.ground["sea"])
    draw_ground(ax, ground, palette)
    _draw_theme(ax, picture, palette, view)
    draw_shape(ax, ground.land.boundary, ec=palette.ground["coast"], lw=0.45, zorder=5)
    draw_shape(
        ax, ground.mouth, ec="#2B2B2B", lw=0.8, ls=(0, (3, 1.6)), capstyle="butt", zorder=5.5
    )
    step = graticule_step(view)
    draw_graticule(ax, view, step, palette.ground["line"])
    draw_frame(canvas, view, palette, step=step, labels=("bottom", "left") if caption else EDGES)
    blocked = [_draw_caption(canvas, view, caption)] if caption else []
    if furnished:
        blocked += _draw_furniture(canvas, subject, ground, (view, picture), blocked)
    lines = [ground.land.boundary, ground.mouth, *(line.shape for line in picture.lines)]
    lines = [part for line in lines for part in shapely.get_parts(line) if part.length > 0]
    avoid = affine_transform(shapely.MultiLineString(lines), _to_paper(view))
    return draw_names(canvas, subject, view, picture, blocked, avoid=avoid)


def draw_furniture(canvas: Canvas, subject: Subject, view: View, box: Box) -> Box:
    """Scale bar and north arrow of all maps of a sheet, at the foot of a box.

    Returns
    -------
    Box
        What stays free above them.
    """
    wide, high = arrow_size(canvas)
    wide, high = wide * _SMALL_ARROW, high * _SMALL_ARROW
    bar = Box(box.left, box.bottom, *scale_bar_size(canvas, view))
    north = Box(bar.right + 3, box.bottom, wide, high)
    draw_scale_bar(canvas, view, bar, subject.palette)
    draw_north_arrow(canvas, view, north, subject.palette, say(subject.languages[0], "word.north"))
    foot = max(bar.height, high) + 2
    return box._replace(bottom=box.bottom + foot, height=box.height - foot)


def _draw_theme(ax: Axes, picture: Picture, palette: Palette, view: View) -> None:
    mm, ink = view.metres_per_mm, palette.ground["hatch"]
    for k, area in enumerate(picture.areas):
        draw_shape(ax, shapely.simplify(area.shape, 0.04 * mm), fc=area.color, zorder=2 + k * 1e-3)
    if picture.blank is not None:
        draw_shape(ax, picture.blank, fc=palette.not_assessed, zorder=3)
        draw_shape(ax, hatch(picture.blank, 0.9 * mm, angle=0), ec="#B5B5B5", lw=0.3, zorder=3.1)
    if picture.doubt is not None:
        lines = hatch(picture.doubt, 1.3 * mm)
        # On a pale casing: dark lines alone are lost on the colours of bad water.
        draw_shape(ax, lines, ec="#FFFFFF", lw=0.9, alpha=0.55, zorder=3.15)
        draw_shape(ax, lines, ec=ink, lw=0.35, zorder=3.2)
        draw_shape(ax, picture.doubt.boundary, ec=ink, lw=0.25, zorder=3.2)
    for line in picture.lines:
        draw_shape(
            ax,
            shapely.simplify(line.shape, 0.04 * mm),
            ec=line.color,
            lw=line.width,
            capstyle="round",
            zorder=4 + line.width * 0.1,
        )


def _draw_furniture(
    canvas: Canvas, subject: Subject, ground: Ground, place: tuple, caption: list[Box]
) -> list[Box]:
    view, picture = place
    sizes = [scale_bar_size(canvas, view), arrow_size(canvas)]
    taken = affine_transform(ground.bays, _to_paper(view))
    points = [shapely.Point(x, y) for x, y, _ in symbols_in_view(picture.symbols, view)]
    taken = shapely.GeometryCollection([*shapely.get_parts(taken), *points])
    bar, north = pick_corners(view, sizes, taken, caption=next(iter(caption), None))
    draw_scale_bar(canvas, view, bar, subject.palette)
    draw_north_arrow(canvas, view, north, subject.palette, say(subject.languages[0], "word.north"))
    return [bar, north]


def caption_height(sizes: Mapping[str, float]) -> float:
    """Millimetres at the top of a map that its caption takes."""
    return sizes["heading"] * 0.47 + 2.0


def _draw_caption(canvas: Canvas, view: View, text: str) -> Box:
    size = canvas.layout.sizes["heading"]
    high = size * 0.47
    size *= min(1.0, (view.box.width - 5.4) / measure(text, size, "bold"))
    box = Box(view.box.left + 1.2, view.box.top - 1.2 - high, measure(text, size, "bold") + 3, high)
    draw_box(canvas.page, box, fc="#FFFFFF", ec="#3A3A3A", lw=0.3, zorder=13)
    write(canvas.page, (box.left + 1.5, box.bottom + high * 0.28), text, size, weight="bold")
    return box


def _to_paper(view: View) -> list[float]:
    k = 1 / view.metres_per_mm
    return [k, 0, 0, k, view.box.left - view.x0 * k, view.box.bottom - view.y0 * k]

"""The location inset: the region in small, with degrees, names and the window of the map."""

from __future__ import annotations

import numpy as np
import shapely

from bayqa.sheets.drawing.canvas import Canvas, add_map, draw_box, draw_shape
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.shapes import find_cuts, join_shapes, project
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.drawing.view import View, fit_view, slide_view
from bayqa.sheets.frame import axis_step, crossings, draw_graticule, format_degrees, graticule_step
from bayqa.sheets.furniture import scale_text
from bayqa.sheets.labels import Label, draw_labels, place_labels
from bayqa.sheets.mapping import draw_ground, prepare_ground
from bayqa.sheets.subject import Subject

__all__ = ["draw_inset"]

_WIDEST = 14.0
"""The inset shows at most so many times the width of the map."""


def draw_inset(canvas: Canvas, subject: Subject, view: View, box: Box) -> bool:
    """Location of `view` in the region, in a box; False if nothing wider is known to show.

    Parameters
    ----------
    canvas : Canvas
    subject : Subject
    view : View
        The window of the main map.
    box : Box

    Returns
    -------
    bool
    """
    palette = subject.palette
    small = _view(subject, view, box)
    if small.metres_per_mm * box.width < 1.5 * (view.x1 - view.x0):
        return False
    ax = add_map(canvas, small, ground=palette.ground["sea"])
    ground = prepare_ground(subject, small, small=True)
    draw_ground(ax, ground, palette, fine=0.5)
    shapes = project(_bays(subject), view.crs)
    draw_shape(ax, join_shapes(shapes), fc=palette.ground["river"], zorder=2)
    draw_shape(ax, ground.land.boundary, ec=palette.ground["coast"], lw=0.3, zorder=3)
    step = graticule_step(small, apart=17.0)
    draw_graticule(ax, small, step, palette.ground["line"])
    draw_box(canvas.page, box, ec=palette.ground["label"], lw=0.5, zorder=12)
    mark = _mark(small, view)
    draw_box(canvas.page, mark, ec=palette.ground["accent"], lw=1.1, zorder=13)
    blocked = [mark, *_draw_degrees(canvas, small, step), _draw_scale(canvas, small)]
    _draw_names(canvas, subject, small, blocked)
    return True


def _bays(subject: Subject):
    overview = subject.options.get("overview")
    return subject.result.bays if overview is None else overview


def _view(subject: Subject, view: View, box: Box) -> View:
    window = np.array([view.x0, view.y0, view.x1, view.y1])
    middle = np.tile((window[:2] + window[2:]) / 2, 2)
    reach = _WIDEST / 2 * max(view.x1 - view.x0, view.y1 - view.y0) * np.array([-1, -1, 1, 1])
    wide = middle + reach
    shapes = [*project(subject.result.land, view.crs), *project(_bays(subject), view.crs)]
    west, south, east, north = shapely.total_bounds(shapes)
    outer = np.array(
        [max(west, wide[0]), max(south, wide[1]), min(east, wide[2]), min(north, wide[3])]
    )
    joined = np.r_[np.minimum(outer[:2], window[:2]), np.maximum(outer[2:], window[2:])]
    small = fit_view(joined, view.crs, box, scale="fit", margin=0.0)
    bays = shapely.total_bounds([*project(_bays(subject), view.crs), view.window])
    held = np.r_[np.maximum(bays[:2], joined[:2]), np.minimum(bays[2:], joined[2:])]
    return slide_view(small, held, find_cuts(subject.result.land, view.crs))


def _mark(small: View, view: View) -> Box:
    left, bottom = small.on_paper(view.x0, view.y0)
    right, top = small.on_paper(view.x1, view.y1)
    wide, high = max(right - left, 2.0), max(top - bottom, 2.0)
    return Box((left + right - wide) / 2, (bottom + top - high) / 2, wide, high)


def _draw_degrees(canvas: Canvas, view: View, step: float) -> list[Box]:
    size = canvas.layout.sizes["tiny"] * 0.97
    high, taken = size * MM_PER_POINT, []
    steps = {axis: axis_step(view, step, axis) for axis in ("lon", "lat")}
    spots = [(*crossing, "lon") for crossing in crossings(view, "bottom", steps["lon"])]
    spots += [(*crossing, "lat") for crossing in crossings(view, "left", step)]
    for value, place, axis in spots:
        value = value - 360.0 if value > 180.0 else value
        text = format_degrees(value, steps[axis], axis)
        wide = measure(text, size)
        left = place - wide / 2 if axis == "lon" else view.box.left + 0.7
        bottom = view.box.bottom + 0.7 if axis == "lon" else place - high / 2
        spot = Box(left, bottom, wide, high)
        corner = axis == "lat" and bottom < view.box.bottom + 2.5 * high
        if (
            left < view.box.left + 0.3
            or spot.right > view.box.right - 0.3
            or corner
            or (spot.top > view.box.top - 0.3)
        ):
            continue
        write(
            canvas.page,
            (left, bottom + 0.2),
            text,
            size,
            color="#333333",
            halo="#FFFFFF",
            zorder=14,
        )
        taken.append(spot)
    return taken


def _draw_scale(canvas: Canvas, view: View) -> Box:
    size = canvas.layout.sizes["tiny"] * 0.97
    rounded = view._replace(scale=float(f"{view.scale:.2g}"))
    text = "≈ " + scale_text(rounded)
    wide, high = measure(text, size), size * MM_PER_POINT
    box = Box(view.box.right - wide - 0.8, view.box.top - high - 0.7, wide, high)
    write(
        canvas.page,
        (box.left, box.bottom + 0.25),
        text,
        size,
        color="#333333",
        halo="#FFFFFF",
        zorder=14,
    )
    return box


def _draw_names(canvas: Canvas, subject: Subject, view: View, blocked: list[Box]) -> None:
    size, code = canvas.layout.sizes["tiny"], subject.languages[0]
    bays = _bays(subject)
    labels = []
    shown = {str(b) for b in subject.bays.index}
    for shape, (bay, row) in zip(project(bays, view.crs), bays.iterrows(), strict=True):
        x, y = view.on_paper(*shapely.get_coordinates(shape.representative_point())[0])
        here = str(bay) in shown
        labels.append(
            Label(
                ((str(row[f"name_{code}"]), size, "bold" if here else "regular"),),
                x,
                y,
                0.6,
                3 if here else 1,
                subject.palette.ground["water_label"],
                (),
                here,
            )
        )
    box = view.box
    inner = Box(box.left + 0.5, box.bottom + 0.5, box.width - 1, box.height - 1)
    draw_labels(canvas.page, place_labels(labels, inner, blocked=blocked))

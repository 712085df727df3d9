"""Symbols and names on a map: stations, bays, rivers, places and isoline values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.canvas import Canvas
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Picture, Symbol
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.drawing.view import View, to_metres
from bayqa.sheets.labels import Label, draw_labels, label_size, place_labels
from bayqa.sheets.subject import Subject

__all__ = ["bay_labels", "draw_names", "draw_symbols", "point_labels", "symbols_in_view"]

_MARKERS = {"station": "o", "graded": "o", "section": "^", "place": "s"}
_SIZES = {"station": 1.0, "graded": 4.0, "section": 2.0, "place": 0.35}
_GRID = 13
_CROWD = 30
"""More bays than this bear one name each, in smaller type."""


def symbols_in_view(symbols: Sequence[Symbol], view: View) -> list[tuple[float, float, Symbol]]:
    """Symbols that lie in the view, with their millimetres on the page."""
    if not symbols:
        return []
    x, y = to_metres(
        view.crs, np.array([s.lon for s in symbols]), np.array([s.lat for s in symbols])
    )
    spots = [(*view.on_paper(float(a), float(b)), s) for a, b, s in zip(x, y, symbols, strict=True)]
    box = view.box
    return [
        (a, b, s)
        for a, b, s in spots
        if box.left + 1.5 < a < box.right - 1.5 and box.bottom + 1.5 < b < box.top - 1.5
    ]


def draw_symbols(canvas: Canvas, spots: Sequence[tuple[float, float, Symbol]]) -> None:
    """Dots of stations and triangles of river sections."""
    size = (canvas.layout.sizes["label"] * 0.66) ** 2
    for kind, marker in _MARKERS.items():
        of_kind = [(x, y, s.color) for x, y, s in spots if s.kind == kind]
        if of_kind:
            x, y, colors = zip(*of_kind, strict=True)
            canvas.page.scatter(
                x,
                y,
                s=size * _SIZES[kind],
                marker=marker,
                c=list(colors),
                edgecolors="#000000",
                linewidths=0.7,
                zorder=15,
            )


def draw_names(
    canvas: Canvas,
    subject: Subject,
    view: View,
    picture: Picture,
    blocked: Sequence[Box],
    *,
    avoid: BaseGeometry | None = None,
) -> list[str]:
    """Draw all names of one map, placed together so that none overlaps another.

    Parameters
    ----------
    canvas : Canvas
    subject : Subject
    view : View
    picture : Picture
    blocked : sequence of Box
    avoid : lines in millimetres, optional

    Returns
    -------
    list of str
        Names that found no room, in alphabetical order; values of isolines do not count.
    """
    places = symbols_in_view(_place_symbols(subject), view)
    spots = symbols_in_view(picture.symbols, view)
    draw_symbols(canvas, [*spots, *places])
    labels = [
        *bay_labels(canvas, subject, view),
        *_place_labels(canvas, subject, places),
        *_river_labels(canvas, subject, view),
        *_line_labels(canvas, picture, view),
        *_area_labels(canvas, subject, picture, view),
    ]
    if subject.options.get("station_labels", True):
        labels += point_labels(canvas, spots)
    else:
        blocked = [*blocked, *(Box(x - 1, y - 1, 2, 2) for x, y, _ in spots)]
    inner = Box(
        view.box.left + 0.6, view.box.bottom + 0.6, view.box.width - 1.2, view.box.height - 1.2
    )
    placed = place_labels(labels, inner, blocked=blocked, avoid=avoid)
    draw_labels(canvas.page, placed)
    shown = {label.lines[0][0] for label, spot in zip(labels, placed, strict=True) if spot}
    # Values and kinds stand in the legend, the name of a lone bay in the title.
    known = {line.text for line in picture.lines} | {area.name for area in picture.areas}
    if len(subject.bays) == 1:
        known |= {str(subject.bays[f"name_{code}"].iloc[0]) for code in subject.languages}
    return sorted({label.lines[0][0] for label in labels} - shown - known)


def point_labels(canvas: Canvas, spots: Sequence[tuple[float, float, Symbol]]) -> list[Label]:
    """A label for each symbol."""
    size = canvas.layout.sizes["label"]
    return [
        Label(((s.name, size, "regular"),), x, y, size * 0.165 * _SIZES[s.kind] ** 0.5, 2)
        for x, y, s in spots
    ]


def bay_labels(canvas: Canvas, subject: Subject, view: View) -> list[Label]:
    """Names of the bays, within their water where there is room, else beside it."""
    sizes, color = canvas.layout.sizes, subject.palette.ground["water_label"]
    labels = []
    shapes = project(subject.bays, view.crs)
    one = len(shapes) == 1
    crowd = len(shapes) > _CROWD
    big = sizes["heading"] * 1.15 if one else sizes["label" if crowd else "body"] * 1.05
    for shape, (_, row) in zip(shapes, subject.bays.iterrows(), strict=True):
        seen = shapely.intersection(shape, view.window)
        if seen.is_empty:
            continue
        # One name that stands for both languages is printed once.
        codes = subject.languages[:1] if crowd else subject.languages
        names = dict.fromkeys(str(row[f"name_{code}"]) for code in codes)
        lines = tuple(
            (name, big if k == 0 else big * 0.76, "bold" if k == 0 else "regular")
            for k, name in enumerate(names)
        )
        spots = _spots_inside(seen, lines, view)
        x, y = view.on_paper(*shapely.get_coordinates(seen.representative_point())[0])
        if spots or not one:
            labels.append(Label(lines, x, y, 0.3, 3, color, spots))
    return labels


def _spots_inside(shape: BaseGeometry, lines: tuple, view: View) -> tuple:
    width, height = (side * view.metres_per_mm for side in label_size(lines))
    x0, y0, x1, y1 = shape.bounds
    xx, yy = np.meshgrid(np.linspace(x0, x1, _GRID + 2)[1:-1], np.linspace(y0, y1, _GRID + 2)[1:-1])
    boxes = shapely.box(xx - width / 2, yy - height / 2, xx + width / 2, yy + height / 2).ravel()
    shapely.prepare(shape)
    held = shapely.contains(shape, boxes)
    centre = shape.centroid
    far = np.hypot(xx.ravel() - centre.x, yy.ravel() - centre.y)
    order = [k for k in np.argsort(far, kind="stable") if held[k]]
    return tuple(view.on_paper(float(xx.flat[k]), float(yy.flat[k])) for k in order)


def _place_symbols(subject: Subject) -> list[Symbol]:
    places = subject.options.get("places")
    if places is None:
        return []
    code = subject.languages[0]
    points = places.to_crs(4326).geometry.representative_point()
    return [
        Symbol(p.x, p.y, str(name), "#FFFFFF", "place")
        for p, name in zip(points, places[f"name_{code}"], strict=True)
    ]


def _place_labels(canvas: Canvas, subject: Subject, spots: Sequence) -> list[Label]:
    size, color = canvas.layout.sizes["label"] * 1.05, subject.palette.ground["place_label"]
    return [
        Label(((s.name, size, "regular"),), x, y, 0.7, 1, color, (), False) for x, y, s in spots
    ]


def _river_labels(canvas: Canvas, subject: Subject, view: View) -> list[Label]:
    rivers = subject.result.rivers
    code = subject.languages[0]
    if rivers is None or f"name_{code}" not in rivers:
        return []
    size, color = canvas.layout.sizes["label"] * 0.95, subject.palette.ground["water_label"]
    labels, done = [], set()
    for shape, name in zip(project(rivers, view.crs), rivers[f"name_{code}"], strict=True):
        seen = shapely.intersection(shape, view.window.buffer(-8 * view.metres_per_mm))
        if seen.is_empty or not isinstance(name, str) or name in done:
            continue
        done.add(name)
        along = seen if shapely.get_dimensions(seen) == 1 else seen.boundary
        longest = max(shapely.get_parts(along), key=lambda part: part.length)
        x, y = view.on_paper(*longest.interpolate(0.5, normalized=True).coords[0])
        labels.append(Label(((name, size, "regular"),), x, y, 0.4, 1, color, (), False))
    return labels


def _line_labels(canvas: Canvas, picture: Picture, view: View) -> list[Label]:
    size = canvas.layout.sizes["label"] * 0.9
    labels = []
    for line in picture.lines:
        if not line.text:
            continue
        parts = [
            p
            for p in shapely.get_parts(shapely.line_merge(line.shape))
            if p.length > 12 * view.metres_per_mm
        ]
        for part in sorted(parts, key=lambda p: -p.length)[:2]:
            spots = tuple(
                view.on_paper(*part.interpolate(share, normalized=True).coords[0])
                for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
            )
            labels.append(
                Label(
                    ((line.text, size, "regular"),),
                    *spots[0],
                    0.1,
                    1,
                    line.color,
                    spots,
                    plate=True,
                )
            )
    return labels


def _area_labels(canvas: Canvas, subject: Subject, picture: Picture, view: View) -> list[Label]:
    """Names within the largest part of each area that has one."""
    size, labels = canvas.layout.sizes["label"], []
    for k, area in enumerate(picture.areas):
        if not area.name:
            continue
        # Later areas cover earlier ones; only what is seen is of this kind.
        above = shapely.union_all([later.shape for later in picture.areas[k + 1 :]])
        seen = shapely.intersection(shapely.difference(area.shape, above), view.window)
        seen = shapely.get_parts(seen)
        seen = seen[shapely.area(seen) > 0]
        lines = ((area.name, size, "regular"),)
        largest = max(seen, key=lambda part: part.area, default=None)
        spots = () if largest is None else _spots_inside(largest, lines, view)
        if spots:
            ink = subject.palette.ground["label"]
            labels.append(Label(lines, *spots[0], 0.1, 0, ink, spots, leader=False))
    return labels

"""The window of a map: which ground lies in which box of the paper, at which exact scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Proj, Transformer
from shapely.geometry import Polygon, box

from bayqa.errors import InputError
from bayqa.fields.projection import choose_crs
from bayqa.sheets.drawing.layout import Box

__all__ = ["SCALES", "View", "fit_view", "region_crs", "slide_view", "to_lonlat", "to_metres"]

_STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5)
SCALES = tuple(
    int(step * 10**power)
    for power in (3, 4, 5, 6)
    for step in _STEPS
    if 5_000 <= step * 10**power <= 2_000_000
)
"""The round scales of map sheets."""
_BEYOND = tuple(int(step * 10**power) for power in (6, 7, 8, 9) for step in _STEPS)


class View(NamedTuple):
    """A box of paper and the ground it shows."""

    box: Box
    scale: float
    """Denominator: one millimetre of paper is `scale` millimetres of ground."""
    crs: str
    x0: float
    """West edge in metres of `crs`; `y0` is the south edge."""
    y0: float
    metres_per_mm: float
    """Metres of `crs` in one millimetre of paper; differs from scale / 1000 by the scale factor
    of the projection at the middle of the map."""

    @property
    def x1(self) -> float:
        """East edge, metres."""
        return self.x0 + self.box.width * self.metres_per_mm

    @property
    def y1(self) -> float:
        """North edge, metres."""
        return self.y0 + self.box.height * self.metres_per_mm

    @property
    def window(self) -> Polygon:
        """The ground as a rectangle, metres."""
        return box(self.x0, self.y0, self.x1, self.y1)

    def on_paper(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres on the page of a point in metres."""
        return (
            self.box.left + (x - self.x0) / self.metres_per_mm,
            self.box.bottom + (y - self.y0) / self.metres_per_mm,
        )


def fit_view(
    bounds: Sequence[float],
    crs: str,
    paper: Box,
    *,
    scale: str | float = "round",
    margin: float = 0.05,
    head: float = 0.0,
) -> View:
    """View that shows `bounds` in the middle of a box.

    Parameters
    ----------
    bounds : sequence of 4 floats
        West, south, east, north in metres of `crs`.
    crs : str
        WKT of a projected CRS in metres.
    paper : Box
    scale : "round", "auto", "fit" or float
        The largest of `SCALES` that holds the bounds; the same, with smaller round scales for
        what is beyond them; the largest scale at all; or a denominator.
    margin : float
        Empty part of the box on each side; a denominator takes none.
    head : float
        Millimetres at the top of the box that are kept for a caption.

    Returns
    -------
    View

    Raises
    ------
    InputError
        If the scale is out of 1:5 000 to 1:2 000 000 (but for "auto"), or too large to hold the
        bounds.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    factor = _scale_factor(crs, x, y)
    room = 1 - 2 * margin
    high = paper.height - head
    needed = (
        1000 / factor * max((bounds[2] - bounds[0]) / paper.width, (bounds[3] - bounds[1]) / high)
    )
    denominator = _choose_scale(scale, needed, needed / room)
    metres = denominator / 1000 * factor
    return View(
        paper, denominator, crs, x - paper.width / 2 * metres, y - high / 2 * metres, metres
    )


def slide_view(view: View, held: Sequence[float], edges: Mapping[str, float]) -> View:
    """View moved so that it looks no farther than the land is known.

    Parameters
    ----------
    view : View
    held : sequence of 4 floats
        West, south, east, north in metres; what must stay in view.
    edges : mapping
        Metres of the sides ("west", "south", "east", "north") where the land ends by a cut.

    Returns
    -------
    View
    """
    x0 = _slide((view.x0, view.x1), (held[0], held[2]), edges.get("west"), edges.get("east"))
    y0 = _slide((view.y0, view.y1), (held[1], held[3]), edges.get("south"), edges.get("north"))
    return view._replace(x0=x0, y0=y0)


def region_crs(frame: gpd.GeoDataFrame) -> str:
    """Equal-area CRS with its centre in the middle of the places, which may straddle 180 degrees.

    Parameters
    ----------
    frame : GeoDataFrame

    Returns
    -------
    str
    """
    parts = shapely.get_parts(frame.to_crs(4326).geometry.to_numpy())
    west, south, east, north = shapely.bounds(parts).T
    return choose_crs(np.r_[west, east], np.r_[south, north]).srs


def to_metres(crs: str, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres of `crs` from degrees of WGS84."""
    return _transformer(crs).transform(lon, lat)


def to_lonlat(crs: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of WGS84 from metres of `crs`."""
    return _transformer(crs).transform(x, y, direction="INVERSE")


def _slide(
    span: tuple[float, float],
    held: tuple[float, float],
    first: float | None,
    last: float | None,
) -> float:
    low, high = span
    if first is not None and low < first:
        return low + max(min(first, held[0]) - low, 0.0)
    if last is not None and high > last:
        return low - max(high - max(last, held[1]), 0.0)
    return low


def _choose_scale(scale: str | float, needed: float, roomy: float) -> float:
    if scale == "auto":
        # A gulf or a sea is beyond the series of map sheets; its scale is still a round number.
        return float(next(s for s in (*SCALES, *_BEYOND) if s >= roomy))
    if scale == "round":
        held = [s for s in SCALES if s >= roomy]
        if not held:
            raise InputError(
                f"The map needs a scale of 1:{math.ceil(roomy):,}, beyond 1:2,000,000: "
                "draw a smaller region or a larger layout."
            )
        return held[0]
    if scale == "fit":
        return float(max(roomy, 1.0))
    if not isinstance(scale, (int, float)) or not 5_000 <= scale <= 2_000_000:
        raise InputError(
            f"The scale {scale!r} is not usable: give 'auto', 'round', 'fit' or a number from "
            "5000 to 2000000."
        )
    if scale < needed:
        raise InputError(
            f"At 1:{scale:,g} the map does not fit its box: at least 1:{needed:,.0f} is "
            "needed; choose a smaller scale or a larger layout."
        )
    return float(scale)


@lru_cache(maxsize=64)
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


@lru_cache(maxsize=256)
def _scale_factor(crs: str, x: float, y: float) -> float:
    lon, lat = to_lonlat(crs, x, y)
    factors = Proj(CRS.from_user_input(crs)).get_factors(lon, lat)
    return math.sqrt(factors.meridional_scale * factors.parallel_scale)

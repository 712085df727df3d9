"""Outlines of bays and land as SVG paths on one flat map, and small pictures of categories."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

__all__ = ["Frame", "encode_picture", "fit_frame", "measure_bar", "to_units", "trace_path"]

_WIDTH = 1000.0
_MARGIN = 0.08
_FLATTEST, _STEEPEST = 0.55, 1.25
_KM_PER_DEGREE = 111.195


class Frame(NamedTuple):
    """Window of the map: degrees in, units of the drawing out."""

    west: float
    north: float
    squeeze: float
    """Cosine of the middle latitude, so that a kilometre is as long east as north."""
    scale: float
    """Units a degree of latitude."""
    width: float
    height: float


def fit_frame(bounds: Sequence[float]) -> Frame:
    """Frame around (west, south, east, north) in degrees, 1000 units wide, not too flat or steep.

    Parameters
    ----------
    bounds : sequence of 4 float
        Degrees.

    Returns
    -------
    Frame
    """
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    wide = max((east - west) * squeeze, 1e-3) * (1 + 2 * _MARGIN)
    high = max(north - south, 1e-3) * (1 + 2 * _MARGIN)
    wide, high = max(wide, high / _STEEPEST), max(high, wide * _FLATTEST)
    middle = (west + east) / 2, (south + north) / 2
    return Frame(middle[0] - wide / 2 / squeeze, middle[1] + high / 2, squeeze, _WIDTH / wide,
                 _WIDTH, round(_WIDTH / wide * high, 1))  # fmt: skip


def trace_path(geometry: shapely.Geometry, frame: Frame, tolerance: float = 0.6) -> str:
    """SVG path of the polygons of a geometry in EPSG:4326, cut at the frame and simplified.

    Parameters
    ----------
    geometry : shapely geometry
    frame : Frame
    tolerance : float
        Units that a simplified outline may be off.

    Returns
    -------
    str
        Empty if nothing lies in the frame.
    """
    flat = shapely.transform(geometry, lambda lonlat: _to_units(lonlat, frame))
    flat = flat if shapely.is_valid(flat) else shapely.make_valid(flat)
    edge = 4.0
    window = shapely.box(-edge, -edge, frame.width + edge, frame.height + edge)
    shown = shapely.simplify(shapely.intersection(flat, window), tolerance)
    parts = [p for p in shapely.get_parts(shown) if p.geom_type == "Polygon" and not p.is_empty]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(np.asarray(ring.coords)) for ring in rings)


def measure_bar(frame: Frame) -> dict[str, float]:
    """Round kilometres of a scale bar of at most a quarter of the width, and its length."""
    km_per_unit = _KM_PER_DEGREE / frame.scale
    most = frame.width / 4 * km_per_unit
    power = 10.0 ** math.floor(math.log10(most))
    km = max(m * power for m in (1, 2, 5) if m * power <= most)
    return {"km": int(km) if km >= 1 else km, "length": round(km / km_per_unit, 2)}


def to_units(places: gpd.GeoSeries | np.ndarray, frame: Frame) -> np.ndarray:
    """Units of the drawing of longitudes and latitudes, shape (n, 2)."""
    return _to_units(np.asarray(places, dtype=float), frame)


def encode_picture(ranks: np.ndarray, colors: Sequence[str], longest: int = 360) -> str:
    """Data address of a PNG with one colour a rank; rank 0 is clear.

    Parameters
    ----------
    ranks : uint8 array, shape (ny, nx)
        0 to n.
    colors : sequence of str
        "#RRGGBB" of the ranks 1 to n.
    longest : int
        A longer side is thinned out to at most this many pixels.

    Returns
    -------
    str

    Source
    ------
    PNG specification, third edition: colour type 3 with a transparent entry.
    """
    step = max(1, math.ceil(max(ranks.shape) / longest))
    pixels = np.ascontiguousarray(ranks[::step, ::step], dtype=np.uint8)
    height, width = pixels.shape
    palette = bytes(3) + b"".join(bytes.fromhex(color.lstrip("#")) for color in colors)
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = pixels
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", palette),
        (b"tRNS", b"\0"), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""),
    )  # fmt: skip
    body = b"".join(_chunk(kind, text) for kind, text in chunks)
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode("ascii")


def _chunk(kind: bytes, text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + kind + text + struct.pack(">I", zlib.crc32(kind + text))


def _to_units(lonlat: np.ndarray, frame: Frame) -> np.ndarray:
    x = (lonlat[:, 0] - frame.west) * frame.squeeze * frame.scale
    y = (frame.north - lonlat[:, 1]) * frame.scale
    return np.column_stack([x, y])


def _ring(points: np.ndarray) -> str:
    corners = " ".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1])
    return f"M{corners}Z"

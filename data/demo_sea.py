"""The sea of the demonstration: tracers that spread from sources through water, never over land.

A steady tracer obeys ``u - length^2 * laplacian(u) = source`` with no flux through the shore, on
a coarse raster; the weather of a campaign is white noise put through the same operator.
"""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
from rasterio.features import rasterize
from rasterio.transform import from_origin
from scipy import sparse
from scipy.ndimage import label
from scipy.sparse.linalg import splu

__all__ = [
    "METRES",
    "Sea",
    "build_sea",
    "find_cells",
    "make_plumes",
    "make_weather",
    "place_stations",
]

METRES = "EPSG:32651"
WINDOW = (330000.0, 4045000.0, 490000.0, 4175000.0)


class Sea(NamedTuple):
    """Wet cells of the coarse raster, those joined to the open sea only."""

    wet: np.ndarray
    """Bool (ny, nx), north first."""
    number: np.ndarray
    """Int (ny, nx): position of a wet cell among the wet cells, -1 on land."""
    x: np.ndarray
    """Float (n,), metres."""
    y: np.ndarray
    laplacian: sparse.csc_matrix
    """(n, n), per raster step, no flux through the shore."""
    step: float


def build_sea(land: gpd.GeoDataFrame, step: float) -> Sea:
    """Raster of the water, with its neighbours."""
    left, bottom, right, top = WINDOW
    shape = (int((top - bottom) / step), int((right - left) / step))
    transform = from_origin(left, top, step, step)
    # A channel narrower than a cell must stay open, so the shore draws back by a quarter of one.
    ground = land.to_crs(METRES).buffer(-step / 4)
    dry = rasterize(ground[~ground.is_empty], shape, transform=transform).astype(bool)
    basins, _ = label(~dry)
    wet = basins == np.bincount(basins[~dry]).argmax()
    number = np.full(shape, -1)
    number[wet] = np.arange(wet.sum())
    rows, columns = np.nonzero(wet)
    return Sea(
        wet,
        number,
        left + (columns + 0.5) * step,
        top - (rows + 0.5) * step,
        _laplacian(number),
        step,
    )


def _laplacian(number: np.ndarray) -> sparse.csc_matrix:
    pairs = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    a = np.concatenate([p.ravel() for p, _ in pairs])
    b = np.concatenate([q.ravel() for _, q in pairs])
    a, b = a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]
    n = number.max() + 1
    links = sparse.coo_matrix((np.ones(a.size), (a, b)), shape=(n, n))
    links = (links + links.T).tocsc()
    return (sparse.diags(np.asarray(links.sum(axis=1)).ravel()) - links).tocsc()


def find_cells(sea: Sea, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Position of the nearest wet cell of each place."""
    far = (sea.x[None] - np.asarray(x)[:, None]) ** 2 + (sea.y[None] - np.asarray(y)[:, None]) ** 2
    return far.argmin(axis=1)


def _solver(sea: Sea, length: float):
    return splu(
        (sparse.identity(sea.x.size) + (length / sea.step) ** 2 * sea.laplacian).tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        options={"SymmetricMode": True},
    )


def make_plumes(sea: Sea, cells: np.ndarray, length: float) -> np.ndarray:
    """Plume of each source, (sources, cells), dimensionless, 1 at its source."""
    solver = _solver(sea, length)
    plumes = np.zeros((len(cells), sea.x.size))
    for plume, cell in zip(plumes, cells, strict=True):
        plume[cell] = 1.0
        plume[:] = solver.solve(plume)
        # A plume counts from its own source: an enclosed bay keeps it, an open coast loses it.
        plume /= plume[cell]
    return plumes


def make_weather(sea: Sea, length: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth random fields, (n, cells), of unit variance in each cell, that do not cross land."""
    solver = _solver(sea, length)
    fields = np.stack([solver.solve(rng.standard_normal(sea.x.size)) for _ in range(n)])
    # Enclosed water averages less noise away; everywhere the weather is to vary alike.
    return fields / fields.std(axis=0)


def place_stations(sea: Sea, bay, plumes: np.ndarray, n: int) -> np.ndarray:
    """Cells of `n` stations of one bay: one before each source, then ever the emptiest place."""
    shape = gpd.GeoSeries([bay], crs=4326).to_crs(METRES)
    points = gpd.GeoSeries(gpd.points_from_xy(sea.x, sea.y), crs=METRES)
    # Boats keep off the shore, except where the water is too narrow for it.
    for margin in (0.7, 0.5, 0.2):
        inside = np.flatnonzero(points.within(shape.buffer(-margin * sea.step).iloc[0]))
        if inside.size > 4 * n:
            break
    x, y = sea.x[inside], sea.y[inside]
    # Nearest by water, which is where its plume is strongest.
    chosen = [int(plume[inside].argmax()) for plume in plumes[:n]]
    chosen = chosen or [int(np.hypot(x - x.mean(), y - y.mean()).argmin())]
    while len(chosen) < n:
        far = np.min([np.hypot(x - x[k], y - y[k]) for k in chosen], axis=0)
        chosen.append(int(far.argmax()))
    return inside[chosen]

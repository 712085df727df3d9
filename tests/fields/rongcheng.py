"""A tracer truth behind the headlands of Rongcheng: sources that spread by water and decay."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import xarray as xr
from scipy import sparse
from scipy.sparse.linalg import splu
from shapely.geometry import box

from bayqa.fields import build_water_grid
from tests.fields.shapes import links_graph
from tests.shared_data import shared_file

__all__ = ["Tracer", "load_coast", "make_tracer"]

WINDOW = (122.35, 36.80, 122.80, 37.47)
SPACING = 700.0


class Tracer(NamedTuple):
    """log10 of the tracer on every wet cell, and the stations that saw it."""

    field: np.ndarray
    cell: np.ndarray
    stations: xr.Dataset


@cache
def load_coast() -> xr.Dataset:
    """Water grid of the sea around the headlands, from the real coast line."""
    land = gpd.read_file(shared_file("data/weihai-coast/land.geojson"))
    window = gpd.GeoDataFrame({"bay_id": ["sea"]}, geometry=[box(*WINDOW)], crs=4326).set_index(
        "bay_id"
    )
    sea = gpd.overlay(window.reset_index(), land, how="difference").set_index("bay_id")
    return build_water_grid(sea, spacing=SPACING)


def make_tracer(rng: np.random.Generator, n_stations: int) -> Tracer:
    """Sources at random places of the coast, diffusion by water, decay, and 10 % noise.

    Not the operator of the Matern field: (lambda^2 - Laplacian) c = sources, once, and then the
    logarithm.
    """
    water = load_coast()
    graph = links_graph(water)
    graph.data[:] = 1.0
    graph = graph + graph.T
    n = graph.shape[0]
    coast = np.flatnonzero(np.asarray(graph.sum(axis=1)).ravel() < 4)
    length = np.exp(rng.uniform(np.log(6000), np.log(20000)))
    step = (SPACING / length) ** 2
    matrix = sparse.diags_array(step + graph.sum(axis=1)) - graph
    source = np.full(n, 0.02 * step)
    where = rng.choice(coast, 10, replace=False)
    source[where] += rng.lognormal(0, 1, 10) * length / SPACING * 0.05
    field = np.log10(splu(matrix.tocsc()).solve(source))
    field = (field - field.mean()) / field.std()
    near = _near_coast(water, coast)
    cell = rng.choice(n, n_stations, replace=False, p=near)
    return Tracer(
        field, cell, _stations(water, cell, field[cell] + 0.1 * rng.standard_normal(n_stations))
    )


def _near_coast(water: xr.Dataset, coast: np.ndarray) -> np.ndarray:
    """Chance of a station: three times as dense within 8 km of the coast."""
    row, column = np.nonzero(water.wet.to_numpy())
    place = np.column_stack([row, column]) * SPACING
    gap = np.array([np.hypot(*(place[coast] - p).T).min() for p in place])
    chance = np.where(gap < 8000, 3.0, 1.0)
    return chance / chance.sum()


def _stations(water: xr.Dataset, cell: np.ndarray, value: np.ndarray) -> xr.Dataset:
    row, column = np.nonzero(water.wet.to_numpy())
    value = value[None]
    dims = ("campaign", "station")
    data = {"ph": value, "ph_lower": value, "ph_upper": value, "ph_sd": np.zeros(value.shape)}
    found = {k: (dims, v) for k, v in data.items()} | {"ph_n": (dims, np.ones(value.shape, int))}
    coords = {
        "campaign": ["2000"],
        "station": [f"S{k}" for k in range(len(cell))],
        "x": ("station", water.x.to_numpy()[column[cell]]),
        "y": ("station", water.y.to_numpy()[row[cell]]),
    }
    return xr.Dataset(found, coords=coords, attrs={"crs": water.attrs["crs"]})

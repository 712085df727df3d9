"""Simulated bays whose true fields are known everywhere, to see what intervals are worth."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import shapely
import xarray as xr
from scipy import sparse
from scipy.sparse.linalg import splu
from scipy.stats import t as student
from shapely.geometry import Polygon

from bayqa.assess.areas.intervals import span
from bayqa.fields import interpolate
from tests.fields.shapes import grid_of, links_graph

__all__ = ["Truth", "check_intervals", "make_bay", "make_truth", "score_bay"]

PLACES = 60


class Truth(NamedTuple):
    """A bay, its true fields and where they were measured."""

    water: xr.Dataset
    field: np.ndarray
    """(campaign, wet cell), working scale."""
    stations: xr.Dataset
    cell: np.ndarray
    noise_sd: float
    limit: float


def make_bay(rng: np.random.Generator, spacing: float = 250.0) -> xr.Dataset:
    """A ragged bay of about 10 km with islands and a spit."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
    radius = 5000 * (0.55 + 0.6 * rng.random(40))
    bay = Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])).buffer(300)
    for _ in range(3):
        place, size = rng.uniform(-4000, 4000, 2), rng.uniform(300, 1200)
        bay = bay.difference(shapely.Point(*place).buffer(size))
    start, turn = rng.uniform(-2000, 2000, 2), rng.uniform(0, 2 * np.pi)
    spit = shapely.LineString([start, start + 9000 * np.array([np.cos(turn), np.sin(turn)])])
    bay = bay.difference(spit.buffer(60))
    return grid_of(max(shapely.get_parts(bay), key=lambda p: p.area), spacing=spacing)


def make_truth(
    rng: np.random.Generator, n_stations: int, n_campaigns: int = 5, kind: str = "water"
) -> Truth:
    """Campaigns of one bay with a common range, sill and noise.

    `kind` "water": Matern field (nu = 1) that follows the water; "plane": exponential
    covariance over the straight distance.
    """
    water = make_bay(rng)
    wet = water.wet.to_numpy()
    n = int(wet.sum())
    range_m = float(np.exp(rng.uniform(np.log(2500), np.log(15000))))
    noise_sd = float(np.sqrt(rng.uniform(0.02, 0.3)))
    draw = _draw_water if kind == "water" else _draw_plane
    field = draw(rng, water, range_m, n_campaigns) + rng.normal(0, 1, (n_campaigns, 1))
    cell = rng.choice(n, n_stations, replace=False)
    values = field[:, cell] + noise_sd * rng.standard_normal((n_campaigns, n_stations))
    limit = float(np.quantile(field, rng.uniform(0.25, 0.75)))
    return Truth(water, field, _stations(water, cell, values), cell, noise_sd, limit)


def score_bay(
    truth: Truth, rng: np.random.Generator, *, pooled: bool, draws: int = 200, **options
) -> dict[str, np.ndarray]:
    """Whether held-out places, new measurements and the share lie in their 90 % intervals."""
    stations = truth.stations if pooled else truth.stations.isel(campaign=[0])
    grids = interpolate(stations, truth.water, draws=draws, seed=1, **options)
    wet = truth.water.wet.to_numpy()
    sd, half = grids.ph_sd.to_numpy()[:, wet], student.ppf(0.95, grids.ph_sd.attrs["dof"])
    mean = grids.ph.to_numpy()[:, wet]
    out = np.setdiff1d(np.arange(wet.sum()), truth.cell)
    place = rng.choice(out, PLACES, replace=False)
    error = np.abs(mean - truth.field[: len(mean)])[:, place]
    area = truth.water.wet_fraction.to_numpy()[wet]
    true = (truth.field[: len(mean)] > truth.limit) @ area / area.sum()
    made = (grids.ph_draws.to_numpy() > truth.limit) @ area / area.sum()
    mapped = (mean > truth.limit) @ area / area.sum()
    low, high = span(made, mapped)
    nugget = np.array([f["nugget"] for f in json.loads(grids.ph.attrs["fit"])])[:, None]
    # A new measurement elsewhere: the field with the fitted noise against the field with the true.
    seen = truth.field[: len(mean)][:, place] + truth.noise_sd * rng.standard_normal(error.shape)
    reading = np.abs(mean[:, place] - seen) <= half * np.sqrt(sd[:, place] ** 2 + nugget)
    return {
        "place": (error <= half * sd[:, place]).ravel(),
        "station": reading.ravel(),
        "share": (true >= low) & (true <= high),
        "width": 2 * half * sd[:, place].ravel(),
        "share width": high - low,
        "rmse": np.sqrt((error**2).mean(axis=1)),
    }


def check_intervals(
    n_stations: int, n_bays: int, *, pooled: bool, kind: str = "water", seed: int = 0, **options
) -> dict[str, float]:
    """Coverage of the 90 % intervals over many simulated bays."""
    found: dict[str, list[np.ndarray]] = {}
    for k in range(n_bays):
        rng = np.random.default_rng([seed, n_stations, k])
        truth = make_truth(rng, n_stations, kind=kind)
        for name, values in score_bay(truth, rng, pooled=pooled, **options).items():
            found.setdefault(name, []).append(values)
    return {name: float(np.concatenate(v).mean()) for name, v in found.items()}


def _stations(water: xr.Dataset, cell: np.ndarray, values: np.ndarray) -> xr.Dataset:
    row, column = np.nonzero(water.wet.to_numpy())
    dims = ("campaign", "station")
    data = {"ph": values, "ph_lower": values, "ph_upper": values, "ph_sd": np.zeros(values.shape)}
    found = {name: (dims, value) for name, value in data.items()}
    found["ph_n"] = (dims, np.ones(values.shape, int))
    coords = {
        "campaign": [str(2000 + k) for k in range(len(values))],
        "station": [f"S{k:03d}" for k in range(len(cell))],
        "x": ("station", water.x.to_numpy()[column[cell]]),
        "y": ("station", water.y.to_numpy()[row[cell]]),
    }
    return xr.Dataset(found, coords=coords, attrs={"crs": water.attrs["crs"]})


def _draw_water(
    rng: np.random.Generator, water: xr.Dataset, range_m: float, n_campaigns: int
) -> np.ndarray:
    graph = links_graph(water)
    graph.data[:] = 1.0
    graph = graph + graph.T
    n = graph.shape[0]
    step = 8 * (water.attrs["spacing"] / range_m) ** 2
    matrix = sparse.diags_array(step + graph.sum(axis=1)) - graph
    white = rng.standard_normal((n, n_campaigns)) * np.sqrt(4 * np.pi * step)
    return splu(matrix.tocsc()).solve(white).T


def _draw_plane(
    rng: np.random.Generator, water: xr.Dataset, range_m: float, n_campaigns: int
) -> np.ndarray:
    row, column = np.nonzero(water.wet.to_numpy())
    place = np.column_stack([row, column]) * water.attrs["spacing"]
    gap = np.hypot(*(place[:, None, k] - place[None, :, k] for k in (0, 1)))
    root = np.linalg.cholesky(np.exp(-3 * gap / range_m) + 1e-9 * np.eye(len(place)))
    return (root @ rng.standard_normal((len(place), n_campaigns))).T

"""Where the value of a place comes from: stations, weights and the way by water."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
import xarray as xr
from pyproj import Transformer
from scipy.stats import t as student

from bayqa.errors import CoverageError
from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.methods import METHODS, predict
from bayqa.fields.methods.paths import trace_path
from bayqa.fields.placement import place_points
from bayqa.fields.pooling import Fit, fit_parameter
from bayqa.fields.pooling import predict as predict_field
from bayqa.fields.projection import project_points
from bayqa.fields.refits import fix_variogram
from bayqa.fields.task import Task, prepare_task
from bayqa.fields.water import rebuild_frame
from bayqa.parameters import load_parameters

__all__ = ["explain"]


class Place(NamedTuple):
    """A place in the plane and the wet cell that stands for it."""

    x: float
    y: float
    cell: int


def explain(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    parameter: str,
    campaign: str,
    x: float | None = None,
    y: float | None = None,
    lon: float | None = None,
    lat: float | None = None,
    method: str = "matern",
    options: dict[str, object] | None = None,
) -> gpd.GeoDataFrame:
    """The stations behind the value of one place, their weights, and the ways by water.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    water : Dataset (y, x)
    parameter, campaign : str
    x, y : float
        Metres in the plane of the grid; or `lon`, `lat` in degrees.
    method, options
        As in `interpolate`.

    Returns
    -------
    GeoDataFrame (EPSG:4326), a row per station with a value, heaviest first
        `station, value` (canonical unit), `weight` (of the value in the working scale; they sum
        to 1 within a water), `distance_m` (straight), `path_m` (by water, NaN where there is no
        way), `geometry` (the way by water). `attrs`: `value`, `low`, `high` (90 % interval),
        `scale`, `text`.

    Raises
    ------
    CoverageError
        If the place is not in the water or the campaign is not known.
    """
    task = prepare_task(stations, water, method, options)
    names = [str(c) for c in stations.campaign.to_numpy()]
    if campaign not in names:
        raise CoverageError(
            f"campaign {campaign!r} is not among {', '.join(names)}: give one of them"
        )
    place = _find_place(water, task, (x, y), (lon, lat))
    inputs = prepare_inputs(stations, task.placement, parameter)
    fit = fit_parameter(task, inputs)
    c = names.index(campaign)
    here = np.flatnonzero(np.isfinite(inputs.values[c]))
    weight = _weigh(task, fit, c, here, place.cell)
    table = _tabulate(stations, water, task, place, here)
    value = stations[parameter].to_numpy()[c, task.placement.kept]
    table.insert(1, "value", value[here])
    table.insert(2, "weight", weight)
    order = np.argsort(-np.abs(weight), kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    table.attrs = _describe(task, fit, c, place.cell, table)
    return table


def _find_place(water: xr.Dataset, task: Task, metres: tuple, degrees: tuple) -> Place:
    x, y = metres
    if x is None or y is None:
        if None in degrees:
            raise CoverageError("the place is missing: give x and y in metres, or lon and lat")
        px, py = project_points(*(np.array([d]) for d in degrees), water.attrs["crs"])
        x, y = float(px[0]), float(py[0])
    cell, distance = place_points(water, np.array([x], float), np.array([y], float))
    if distance[0] > task.placement.snap:
        raise CoverageError(
            f"the place x={x:.0f}, y={y:.0f} lies {distance[0]:.0f} m from the water: "
            "give a place in the bay"
        )
    return Place(float(x), float(y), int(cell[0]))


def _weigh(task: Task, fit: Fit, c: int, here: np.ndarray, cell: int) -> np.ndarray:
    """Weights by linearity: the field of a one at a single station, at the cell."""
    ones = np.eye(len(here))
    noise = fit.inputs.noise[c, here]
    if task.basis is not None:
        values = np.full((len(here), fit.inputs.values.shape[1]), np.nan)
        values[:, here] = ones
        fields = predict(task.basis, fit.posterior, values, fit.inputs.noise[[c]])
        return np.array([field.mean[cell] for field in fields])
    options = fix_variogram(task, fit.inputs.values[c, here], noise, here)
    cells = task.placement.cell[here]
    fields = [
        METHODS[task.method](task.mask, task.spacing, cells, v, noise, **options) for v in ones
    ]
    return np.array([field.mean[cell] for field in fields])


def _tabulate(
    stations: xr.Dataset, water: xr.Dataset, task: Task, place: Place, here: np.ndarray
) -> gpd.GeoDataFrame:
    """Names, distances and ways, one row per station."""
    frame = rebuild_frame(water)
    x0, y0 = (float(v[0]) for v in frame.centres(np.zeros(1, int)))
    back = Transformer.from_crs(water.attrs["crs"], 4326, always_xy=True)
    rows = []
    for k in here:
        x, y = task.placement.x[k], task.placement.y[k]
        turns = trace_path(task.mask, task.spacing, task.placement.cell[k], place.cell, task.links)
        line, length = None, np.nan
        if len(turns):
            way = np.column_stack([x0 + turns[:, 0], y0 - turns[:, 1]])
            way[0], way[-1] = (x, y), (place.x, place.y)
            way = way if len(way) > 1 else np.array([(x, y), (place.x, place.y)])
            length = float(np.hypot(*np.diff(way, axis=0).T).sum())
            line = shapely.linestrings(np.column_stack(back.transform(*way.T)))
        name = str(stations.station.to_numpy()[task.placement.kept[k]])
        rows.append((name, float(np.hypot(x - place.x, y - place.y)), length, line))
    columns = list(zip(*rows, strict=True))
    data = {"station": columns[0], "distance_m": columns[1], "path_m": columns[2]}
    return gpd.GeoDataFrame(data, geometry=list(columns[3]), crs=4326)


def _describe(task: Task, fit: Fit, c: int, cell: int, table: gpd.GeoDataFrame) -> dict:
    field = predict_field(task, fit, [c], rng=np.random.default_rng(0))[0]
    scale = fit.inputs.scale
    half = student.ppf(0.95, field.info.get("dof", np.inf)) * field.sd[cell]
    low, value, high = (float(scale.to_unit(field.mean[cell] + s * half)) for s in (-1, 0, 1))
    first, row = table.iloc[0], load_parameters().get(fit.inputs.parameter)
    unit = f" {row.unit}" if row and row.unit != "1" else ""
    way = f"{first['path_m'] / 1000:.1f} km of water"
    if np.isnan(first["path_m"]):
        way = f"{first['distance_m'] / 1000:.1f} km with land between"
    text = (
        f"{fit.inputs.parameter} {value:.3g}{unit} ({low:.3g} to {high:.3g}); "
        f"{first['station']} carries {100 * first['weight']:.0f} % of it over {way}"
    )
    return {"value": value, "low": low, "high": high, "scale": scale.name, "text": text}

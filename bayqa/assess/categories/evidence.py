"""How far the data of each campaign reach: distance by water, fitted range, prior spread."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayqa.fields.methods import Field
from bayqa.fields.methods.paths import nearest_distance
from bayqa.fields.placement import place_stations
from bayqa.fields.strays import fill_strays, find_strays

__all__ = ["measure_evidence", "read_scales"]


def read_scales(field: xr.Dataset, parameters: Sequence[str]) -> xr.Dataset:
    """Range and prior standard deviation that were fitted to each parameter.

    Parameters
    ----------
    field : Dataset, dims (campaign, y, x)
        From `interpolate` or `iterate_fields`, which note the fit in the attributes.
    parameters : sequence of str

    Returns
    -------
    Dataset, dims (parameter, campaign)
        range_m, metres; prior_sd, working scale: what is known of a value without any station
        near. NaN where the method fits none.
    """
    n = field.sizes["campaign"]
    found = np.array([[_scale(fit) for fit in _fits(field, name, n)] for name in parameters])
    found = found.reshape(len(parameters), n, 2)
    dims = ("parameter", "campaign")
    return xr.Dataset(
        {"range_m": (dims, found[..., 0]), "prior_sd": (dims, found[..., 1])},
        {"parameter": list(parameters), "campaign": field["campaign"].to_numpy()},
    )


def measure_evidence(
    stations: xr.Dataset, water: xr.Dataset, scales: xr.Dataset, *, snap: float | None = None
) -> xr.Dataset:
    """Distance by water to the nearest station that measured, beside the fitted scales.

    Parameters
    ----------
    stations : Dataset (campaign, station)
        From `summarize`.
    water : Dataset (y, x)
        From `build_water_grid`.
    scales : Dataset (parameter, campaign)
        From `read_scales`, all campaigns of `stations`.
    snap : float, optional
        As for `interpolate`.

    Returns
    -------
    Dataset
        `scales` with station_distance (network, y, x), metres, inf where no station can be
        reached and NaN on land; network (parameter, campaign) says which set of stations holds.
    """
    placed = place_stations(stations, water, snap)
    seen = np.array([
        [_measured(stations, str(p), c)[placed.kept] for c in range(scales.sizes["campaign"])]
        for p in scales["parameter"].to_numpy()
    ])  # fmt: skip
    networks, which = np.unique(seen.reshape(-1, len(placed.kept)), axis=0, return_inverse=True)
    distance = [_spread(water, placed.cell[network]) for network in networks]
    out = scales.assign_coords(x=water["x"], y=water["y"])
    out["network"] = (("parameter", "campaign"), which.reshape(seen.shape[:2]).astype(np.int16))
    out["station_distance"] = (
        ("network_number", "y", "x"),
        np.stack(distance).astype(np.float32),
        {"units": "m", "long_name": "distance by water to the nearest station with a value"},
    )
    return out


def _fits(field: xr.Dataset, name: str, n: int) -> list[dict]:
    fitted = json.loads(field[name].attrs.get("fit", "{}")) if name in field else {}
    return fitted if isinstance(fitted, list) else [fitted] * n


def _scale(fit: dict) -> tuple[float, float]:
    range_m, sill = fit.get("range"), fit.get("sill")
    if range_m is None or sill is None:
        return float("nan"), float("nan")
    # A variogram model gives the total sill, the field by the equation that of the field alone.
    variance = sill - fit.get("nugget", 0.0) if "model" in fit else sill
    return float(range_m), float(np.sqrt(max(variance, 0.0)))


def _measured(stations: xr.Dataset, name: str, campaign: int) -> np.ndarray:
    if name not in stations:
        return np.zeros(stations.sizes["station"], dtype=bool)
    return np.isfinite(stations[name].isel(campaign=campaign).to_numpy())


def _spread(water: xr.Dataset, cells: np.ndarray) -> np.ndarray:
    """Distance of one network laid out over the grid."""
    wet = water["wet"].to_numpy()
    links = None
    if "link_east" in water:
        links = (water["link_east"].to_numpy(), water["link_south"].to_numpy())
    far = nearest_distance(wet, float(water.attrs["spacing"]), cells, links)
    known = np.where(np.isfinite(far), far, np.nan)
    # Cells that the grid alone cuts off take their neighbour's value, so its distance too.
    known = fill_strays(find_strays(water), Field(known, known, None, {})).mean
    grid = np.full(wet.shape, np.nan)
    grid[wet] = np.where(np.isnan(known), np.inf, known)
    return grid

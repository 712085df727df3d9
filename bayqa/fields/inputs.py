"""What a method is given: values, bounds and noise of one parameter in its working scale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import CoverageError, InputError
from bayqa.fields.placement import Placement
from bayqa.fields.scale import Scale, find_scale

__all__ = ["Inputs", "check_nouns", "find_parameters", "prepare_inputs"]

_PRIOR_VISITS = 3.0
"""Visits that the pooled scatter counts for, beside a station's own few."""


class Inputs(NamedTuple):
    """One parameter at the n stations kept, for all campaigns; working scale, NaN is missing."""

    parameter: str
    scale: Scale
    values: np.ndarray
    """(campaign, n)."""
    noise: np.ndarray
    """Variance of each value, (campaign, n)."""
    lower: np.ndarray
    upper: np.ndarray
    """Bounds of each value, equal where exact, (campaign, n)."""

    @property
    def is_censored(self) -> bool:
        """Whether any value is only known by bounds."""
        return bool((self.lower < self.upper).any())


def check_nouns(stations: object, water: object) -> None:
    """Refuse what is not the stations and the water, in this order.

    Raises
    ------
    InputError
    """
    for noun, given, dims, maker in (
        ("stations", stations, ("campaign", "station"), "summarize(samples)"),
        ("water", water, ("y", "x"), "build_water_grid(bays)"),
    ):
        found = tuple(given.dims) if isinstance(given, xr.Dataset) else type(given).__name__
        if not set(dims) <= set(getattr(given, "dims", ())) or not isinstance(given, xr.Dataset):
            raise InputError(f"{noun}: found {found}, wanted a Dataset {dims} as {maker} gives it")


def find_parameters(stations: xr.Dataset) -> list[str]:
    """Parameters of a `stations` Dataset, in its order."""
    return [str(name) for name in stations.data_vars if f"{name}_n" in stations.data_vars]


def prepare_inputs(stations: xr.Dataset, placement: Placement, parameter: str) -> Inputs:
    """Values, bounds and noise of a parameter at the stations on the grid.

    The noise of a value is the variance of the mean of its visits; with few visits their scatter
    is drawn towards that of all stations, as two visits that happen to agree are not exact.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    placement : Placement
    parameter : str

    Returns
    -------
    Inputs

    Raises
    ------
    CoverageError
        If the parameter is not among the stations' variables.
    """
    if parameter not in stations:
        raise CoverageError(
            f"parameter {parameter!r} is not among the stations' "
            f"({', '.join(find_parameters(stations))}): leave it out or measure it"
        )
    columns = {
        suffix: stations[parameter + suffix].to_numpy()[:, placement.kept].astype(float)
        for suffix in ("", "_lower", "_upper", "_sd", "_n")
    }
    positive = np.where(columns["_lower"] < columns[""], columns[""], columns["_lower"])
    scale = find_scale(parameter, np.concatenate([columns[""].ravel(), positive.ravel()]))
    lower, upper = (np.asarray(scale.to_working(columns[s])) for s in ("_lower", "_upper"))
    values = np.asarray(scale.to_working(columns[""]))
    return Inputs(parameter, scale, values, _noise(columns), lower, upper)


def _noise(columns: dict[str, np.ndarray]) -> np.ndarray:
    """Variance of the mean of the visits, their scatter shrunk towards the pooled one."""
    n = columns["_n"]
    several = n > 1
    if not several.any():
        return np.zeros(n.shape)
    scatter = np.where(several, columns["_sd"] ** 2 * n, 0.0)
    degrees = np.where(several, n - 1, 0.0)
    pooled = (degrees * scatter).sum() / degrees.sum()
    shrunk = (_PRIOR_VISITS * pooled + degrees * scatter) / (_PRIOR_VISITS + degrees)
    return np.where(several, shrunk / np.maximum(n, 1), 0.0)

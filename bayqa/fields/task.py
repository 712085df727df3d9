"""What all fields of a bay share: the grid, the stations on it, and their basis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import CoverageError, MethodError
from bayqa.fields.drift import name_drift
from bayqa.fields.methods import METHODS, prepare_basis
from bayqa.fields.methods.fitting.basis import Basis
from bayqa.fields.placement import Placement, place_stations
from bayqa.fields.strays import Strays, find_strays

__all__ = ["Task", "prepare_task"]

_EXPLICIT = ("range", "sill", "nugget")


class Task(NamedTuple):
    """What all parameters and campaigns of a bay share."""

    method: str
    mask: np.ndarray
    spacing: float
    links: tuple[np.ndarray, np.ndarray] | None
    placement: Placement
    options: dict[str, object]
    strays: Strays
    basis: Basis | None
    """Station basis of the Matern field; None for other methods."""
    asked: dict[str, object]
    """Options as they were given, covariates by name."""
    memory: dict[object, object]
    """What a method that knows no basis keeps between fields."""


def prepare_task(
    stations: xr.Dataset,
    water: xr.Dataset,
    method: str,
    options: Mapping[str, object] | None = None,
) -> Task:
    """Stations placed on the grid and the basis that all fields share.

    Parameters
    ----------
    stations, water : Dataset
    method : str
    options : mapping
        `snap`, and what the method takes; see `name_drift` for covariates.

    Raises
    ------
    MethodError
        If the method or a covariate is unknown.
    CoverageError
        If no station lies in the water.
    """
    if method not in METHODS:
        raise MethodError(f"method={method!r} is not known: use one of {', '.join(METHODS)}")
    asked = {k: v for k, v in (options or {}).items() if k != "snap"}
    options = name_drift(options or {}, water)
    placement = place_stations(stations, water, options.pop("snap", None))
    if not len(placement.kept):
        nowhere = sum(row["reason"] == "without a place" for row in placement.left_out)
        told = f" ({nowhere} have no coordinates)" if nowhere else ""
        raise CoverageError(
            f"none of the {stations.sizes['station']} stations lies within {placement.snap:g} m "
            f"of the water{told}: check the coordinates, the bays, or set "
            "options={'snap': metres}"
        )
    mask, spacing = water.wet.to_numpy(), float(water.attrs["spacing"])
    links = None
    if "link_east" in water:
        links = (water.link_east.to_numpy(), water.link_south.to_numpy())
    basis = None
    if method == "matern":
        basis = _prepare_basis(mask, spacing, placement.cell, links, options)
    strays = find_strays(water)
    return Task(method, mask, spacing, links, placement, options, strays, basis, asked, {})


def _prepare_basis(mask, spacing, cells, links, options) -> Basis:
    """The station basis; an explicit range is a grid of one."""
    known = {k: v for k, v in options.items() if k not in _EXPLICIT}
    if options.get("range") is not None:
        known["ranges"] = [options["range"]]
    # Raw no-flux fields swell in dead ends, so that a mean there overshoots every station.
    return prepare_basis(mask, spacing, cells, **({"links": links, "unit_variance": True} | known))

"""Wet cells that the grid cannot link to the water they belong to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.spatial import cKDTree

from bayqa.fields.methods import Field

__all__ = ["Strays", "fill_strays", "find_strays"]


class Strays(NamedTuple):
    """What is needed to hand a value to a cell cut off by the grid alone."""

    place: np.ndarray
    """Row and column of each wet cell, (n_wet, 2)."""
    body: np.ndarray
    """Connected water of each wet cell, (n_wet,); 0 where it is not known."""
    drawn: np.ndarray
    """Wet cells for which draws are made: those that touch a bay, (d,) int."""


def find_strays(water: xr.Dataset) -> Strays:
    """Places and waters of the wet cells.

    Parameters
    ----------
    water : Dataset (y, x)

    Returns
    -------
    Strays
    """
    wet = water.wet.to_numpy()
    body = water["body"].to_numpy()[wet] if "body" in water else np.zeros(int(wet.sum()), int)
    inside = water["in_bays"].to_numpy()[wet] if "in_bays" in water else np.ones(len(body), bool)
    return Strays(np.argwhere(wet), body, np.flatnonzero(inside))


def fill_strays(strays: Strays, field: Field) -> Field:
    """Field in which a stray cell takes over the nearest cell of the same water.

    Only cells whose water has a value elsewhere are filled; a basin without a station stays NaN.

    Parameters
    ----------
    strays : Strays
    field : Field

    Returns
    -------
    Field
    """
    empty = np.isnan(field.mean)
    if not empty.any() or empty.all():
        return field
    donor = np.arange(len(empty))
    for body in np.unique(strays.body[empty & (strays.body > 0)]):
        inside = strays.body == body
        to, of = np.flatnonzero(inside & empty), np.flatnonzero(inside & ~empty)
        if len(of):
            donor[to] = of[cKDTree(strays.place[of]).query(strays.place[to])[1]]
    return Field(field.mean[donor], field.sd[donor], _fill_draws(strays, field, donor), field.info)


def _fill_draws(strays: Strays, field: Field, donor: np.ndarray) -> np.ndarray | None:
    """Draws of the cells wanted; a donor that is not drawn itself leaves its cell empty."""
    if field.draws is None:
        return None
    column = np.full(len(donor), -1)
    column[strays.drawn] = np.arange(len(strays.drawn))
    taken = column[donor[strays.drawn]]
    draws = field.draws[:, taken]
    draws[:, taken < 0] = np.nan
    return draws

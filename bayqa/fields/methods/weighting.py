"""Inverse distances: weighted means, and what stations left out say of their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls
from scipy.spatial.distance import cdist

from bayqa.fields.methods.field import Problem

__all__ = ["Judged", "Rise", "judge_error", "judge_straight", "weigh_nearest"]

# Stations left out one by one for the error model.
JUDGED = 500
# Fewest stations that can tell an error close by from one far away.
FEWEST_CLOSE = 10
_ROUNDS = 4


class Judged(NamedTuple):
    """Stations left out: `which`, and their distance to the others, own inf."""

    which: np.ndarray
    distance: np.ndarray


class Rise(NamedTuple):
    """How the error grows with the distance to the nearest station.

    Attributes
    ----------
    typical : float
        Metres.
    far : float
        Variance gained from a station to far away.
    near : float
        Variance of a value at its own place, beyond the known noise.
    noise : float
        Known variance of a value.
    """

    typical: float
    far: float
    near: float
    noise: float

    @property
    def model(self) -> tuple[float, float, float]:
        """What `raise_sd` takes: 1 / metres, variance far away and at a station."""
        return 1 / self.typical, self.far + self.near, self.noise + self.near

    def of_new(self, nearest: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Sd of a new measurement at a distance from the nearest station."""
        rate, far, near = self.model
        risen = -np.expm1(-nearest * rate)
        return np.sqrt(near + (far - near) * risen + self.near + noise)


def judge_straight(places: np.ndarray) -> Judged:
    """Distances of at most `JUDGED` places to all the others; metres."""
    which = np.unique(np.linspace(0, len(places) - 1, min(len(places), JUDGED)).astype(int))
    distance = cdist(places[which], places)
    distance[np.arange(which.size), which] = np.inf
    return Judged(which, distance)


def weigh_nearest(distance: np.ndarray, values: np.ndarray, settings: dict) -> np.ndarray:
    """Means of the values by 1 / distance^power, all of them or the k nearest.

    Parameters
    ----------
    distance : array (m, n), metres
        inf is out of reach.
    values : array (n,) or (m, n)
    settings : dict
        `power`, `radius`, `k`.

    Returns
    -------
    array (m,)
        NaN where no station is within reach.
    """
    k, values = settings["k"], np.broadcast_to(values, distance.shape)
    if k is None or k >= distance.shape[1]:
        return _weigh(distance, values, settings)
    which = np.argpartition(distance, k - 1, axis=1)[:, :k]
    near = np.take_along_axis(distance, which, 1), np.take_along_axis(values, which, 1)
    return _weigh(*near, settings)


def _weigh(distance: np.ndarray, values: np.ndarray, settings: dict) -> np.ndarray:
    weight = np.maximum(distance, 1e-9) ** -float(settings["power"])
    if settings["radius"] is not None:
        weight = np.where(distance <= settings["radius"], weight, 0.0)
    total = weight.sum(axis=-1)
    centre = values[..., :1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return centre[..., 0] + (weight * (values - centre)).sum(axis=-1) / total


def judge_error(problem: Problem, judged: Judged, left: np.ndarray) -> Rise:
    """Error of stations left out, by their distance to the nearest other one.

    A station close by is missed by twice the variance `near` of a value at its own place; what is
    gained from there to far away grows as 1 - exp(-d / typical distance).

    Parameters
    ----------
    problem : Problem
    judged : Judged
    left : array (m,)
        The stations predicted from the others.
    """
    nearest = judged.distance.min(axis=1)
    known = np.isfinite(left) & np.isfinite(nearest)
    noise = float(problem.noise.mean())
    if not known.any():
        return Rise(problem.spacing, float(problem.values.var(ddof=1)), 0.0, noise)
    typical = float(np.median(nearest[known]))
    square = ((left - problem.values[judged.which])[known]) ** 2
    risen = -np.expm1(-nearest[known] / typical)
    near, far = _split(square, risen)
    return Rise(typical, far, max(near - 2 * noise, 0.0) / 2, noise)


def _split(square: np.ndarray, risen: np.ndarray) -> tuple[float, float]:
    """Squared errors as near + far * risen, each weighed by the inverse of its expectation."""
    far = float(square.mean() / risen.mean())
    if square.size < FEWEST_CLOSE or far == 0 or np.ptp(risen) < 1e-6:
        return 0.0, far
    found = np.array([0.0, far])
    both = np.column_stack([np.ones(risen.size), risen])
    for _ in range(_ROUNDS):
        expected = np.maximum(both @ found, 1e-3 * square.mean())
        found = nnls(both / expected[:, None], square / expected)[0]
    share = square.mean() / (both @ found).mean()
    return float(found[0] * share), float(found[1] * share)

"""HELCOM HEAT: scaled ecological quality ratio and its confidence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from bayqa.assess.indices.scales import grade, label
from bayqa.errors import InputError

__all__ = ["Accuracy", "HeatEqrs", "heat_accuracy", "heat_confidence", "heat_eqrs", "heat_unit"]


class HeatEqrs(NamedTuple):
    """Eutrophication ratio, quality ratio and its boundaries, scaled ratio and class."""

    er: object
    best: object
    eqr: object
    boundaries: tuple
    """EQR at poor/bad, moderate/poor, good/moderate and high/good."""
    eqrs: object
    grade: object
    """1 High ... 5 Bad, 0 unknown."""
    label: object


class Accuracy(NamedTuple):
    """Probability of "no problem", accuracy of the class, and its score."""

    p_no_problem: object
    ac: object
    acc: object


def heat_eqrs(es, et, acceptable_deviation, *, response: int = 1) -> HeatEqrs:
    """Scaled ecological quality ratio of an indicator.

    Parameters
    ----------
    es, et : float or array
        Status and target, in one unit.
    acceptable_deviation : float
        Percent, such as 50 for nutrients and 25 for Secchi depth.
    response : int
        +1 where high values are bad, -1 where low values are bad.

    Returns
    -------
    HeatEqrs
        EQRS 0 to 1, 0.6 at the target; NaN where `es` or `et` is NaN.

    Raises
    ------
    InputError
        If the response is neither 1 nor -1, or the deviation leaves no room for five classes.

    Source
    ------
    HELCOM HEAT 3 and COMPEAT code.
    """
    bounds = _boundaries(float(acceptable_deviation), response)
    es, et = np.asarray(es, dtype=float), np.asarray(et, dtype=float)
    share = acceptable_deviation / 100
    with np.errstate(divide="ignore", invalid="ignore"):
        if response == 1:
            er, best = es / et, et / (1 + share)
            eqr = np.minimum(1, best / es)
        else:
            er, best = et / es, et / (1 - share)
            eqr = np.minimum(1, es / best)
    eqrs = np.interp(eqr, [0, *bounds, 1], [0, 0.2, 0.4, 0.6, 0.8, 1])
    found = grade(eqrs, "heat")
    return HeatEqrs(er[()], best[()], eqr[()], bounds, eqrs[()], found, label(found, "heat", "en"))


def heat_accuracy(es, sd, n, et, *, response: int = 1) -> Accuracy:
    """Confidence that the status is on the side of the target where it was found.

    Parameters
    ----------
    es, et : float or array
        Status and target.
    sd : float or array
        Standard deviation of the observations.
    n : int or array
        Number of observations.
    response : int
        As in `heat_eqrs`.

    Returns
    -------
    Accuracy
        `acc` is 100 above 0.9, 0 below 0.7, else 50.

    Source
    ------
    HELCOM HEAT 3.
    """
    es, et = np.asarray(es, dtype=float), np.asarray(et, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = ndtr(response * (et - es) / (np.asarray(sd, dtype=float) / np.sqrt(n)))
    ac = np.maximum(p, 1 - p)
    acc = np.where(ac > 0.9, 100.0, np.where(ac < 0.7, 0.0, 50.0))
    return Accuracy(p[()], ac[()], np.where(np.isnan(ac), np.nan, acc)[()])


def heat_confidence(general_time, specific_time, space, accuracy) -> tuple:
    """Overall confidence of an indicator and its word.

    Parameters
    ----------
    general_time, specific_time, space, accuracy : float or array
        Scores 0 to 100: counts of samples, months without samples, share of the area sampled, and
        `Accuracy.acc`.

    Returns
    -------
    tuple of (float or array, str or array)
        ((general + specific) / 2 + space + accuracy) / 3; "High" from 75, "Moderate" from 50.

    Source
    ------
    HELCOM HEAT 3.
    """
    time = (np.asarray(general_time, dtype=float) + specific_time) / 2
    value = (time + space + accuracy) / 3
    return value, label(grade(value, "heat-confidence"), "heat-confidence", "en")


def heat_unit(eqrs_by_group: dict, *, groups: tuple | None = None) -> float:
    """EQRS of a unit: the worst of its criteria groups, each the mean of its indicators.

    Parameters
    ----------
    eqrs_by_group : dict of group to sequence of float
        Indicators of each criteria group.
    groups : tuple, optional
        Groups that count; (2, 3), the effects, is the COMPEAT rule. All by default.

    Returns
    -------
    float
        NaN where a counting group holds NaN or nothing counts.

    Source
    ------
    HELCOM HEAT 3; OSPAR COMPEAT.
    """
    means = [
        np.mean(np.asarray(v, dtype=float))
        for g, v in eqrs_by_group.items()
        if (groups is None or g in groups) and len(v)
    ]
    return float(np.min(means)) if means else np.nan


def _boundaries(deviation, response):
    if response not in (1, -1):
        raise InputError(f"response {response!r} is neither 1 (high is bad) nor -1 (low is bad)")
    good = 1 / (1 + deviation / 100) if response == 1 else 1 - deviation / 100
    high, poor = (0.95 + good) / 2, 2 * good - 0.95
    if not 0 < poor < good < high < 1:
        raise InputError(
            f"acceptable deviation {deviation:g} % puts the boundaries at {poor:.3f}, "
            f"{good:.3f}, {high:.3f}, which leaves no room for five classes; "
            "take a value between about 6 and 50"
        )
    return poor, (good + poor) / 2, good, high

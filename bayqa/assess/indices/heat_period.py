"""HELCOM HEAT and OSPAR COMPEAT: an indicator over the years of a period, with its confidence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.assess.indices.heat import heat_accuracy, heat_confidence, heat_eqrs
from bayqa.assess.indices.scales import apply, grade, label
from bayqa.errors import InputError

__all__ = ["HeatPeriod", "heat_density", "heat_period", "heat_sampling"]

_GENERAL, _SPECIFIC, _SPACE, _DENSITY = (15, 5), (0, 2), (70, 50), (0.8, 0.4)


class HeatPeriod(NamedTuple):
    """An indicator of a period, with the figures behind its class and its confidence."""

    es: float
    """Mean of the annual values."""
    sd: float
    """Standard deviation of the annual values."""
    eqrs: float
    """Mean of the annual scaled ratios."""
    grade: int
    """1 High ... 5 Bad, 0 unknown."""
    label: str
    n_years: int
    n: int
    general_time: float
    specific_time: float
    space: float
    accuracy: float
    confidence: float
    confidence_label: str


def heat_sampling(
    n, months_missing, sampled, *, general=_GENERAL, specific=_SPECIFIC, space=_SPACE
) -> tuple:
    """Scores of how well a year was sampled: 100, 50 or 0 for number, months and area.

    Parameters
    ----------
    n : int or array
        Station samples of the year.
    months_missing : int or array
        Months of the indicator's season without a sample.
    sampled : float or array
        Share of the unit's area in grid cells with a sample, percent.
    general : tuple of two numbers
        Above the first 100, below the second 0. (15, 5) is HELCOM's; OSPAR takes (12, 6) for
        winter nutrients and bottom oxygen and (26, 14) for chlorophyll.
    specific : tuple of two numbers
        Up to the first missing 100, from the second on 0; OSPAR's chlorophyll takes (1, 3).
    space : tuple of two numbers
        Above the first 100, below the second 0; OSPAR's chlorophyll takes (80, 60).

    Returns
    -------
    tuple of three floats or arrays
        General time, specific time, space; NaN where the input is.

    Source
    ------
    HELCOM HEAT 3 and OSPAR COMPEAT code, with the cut points printed in their results of 2011-2016
    and 2015-2020.
    """
    many = _score_above(n, general)
    few = _score_above(-np.asarray(months_missing, dtype=float), (-specific[0], -specific[1]), 1)
    return many, few, _score_above(sampled, space)


def heat_density(n, n_cells, *, cuts=_DENSITY):
    """Score of how densely a unit was sampled in a year: 100, 50 or 0.

    Parameters
    ----------
    n : int or array
        Station samples of the year.
    n_cells : float or array
        Area of the unit in grid cells, such as `tabulate_sampling` gives it.
    cuts : tuple of two numbers
        Samples a cell: above the first 100, below the second 0. (0.8, 0.4) is OSPAR's for
        nutrients and oxygen, (1, 0.6) for chlorophyll.

    Returns
    -------
    float or array
        NaN where the input is.

    Source
    ------
    OSPAR COMPEAT code, general spatial confidence.
    """
    return _score_above(apply(np.divide, n, n_cells), cuts)


def heat_period(
    es, et, acceptable_deviation, *, n, months_missing, sampled, response: int = 1, **options
) -> HeatPeriod:
    """Status and confidence of an indicator from its annual values.

    Parameters
    ----------
    es : array (n_years,)
        Annual status; a year without (NaN) does not count.
    et : float
        Target, in the same unit.
    acceptable_deviation : float
        Percent.
    n, months_missing, sampled : array (n_years,)
        As for `heat_sampling`.
    response : int
        +1 where high values are bad, -1 where low values are bad.
    **options
        `general`, `specific`, `space` of `heat_sampling`. OSPAR's way: with `n_cells`, one
        figure or one a year, space is the mean of its score and that of `heat_density`, whose cuts
        are `density`.

    Returns
    -------
    HeatPeriod
        The class is that of the mean of the annual scaled ratios. The score of missing months is
        100 if at least half of the years have it, else the mean, as the other two are. Accuracy,
        and with it the confidence, is unknown with one year.

    Raises
    ------
    InputError
        If the annual figures are of different lengths, or no year has a value.

    Source
    ------
    HELCOM HEAT 3; OSPAR COMPEAT.
    """
    table = [np.asarray(column, dtype=float) for column in (es, n, months_missing, sampled)]
    if len({column.shape for column in table}) > 1 or table[0].ndim != 1:
        shapes = ", ".join(str(column.shape) for column in table)
        raise InputError(
            f"annual es, n, months_missing and sampled have the shapes {shapes}; give one figure "
            "a year of each"
        )
    known = ~np.isnan(table[0])
    if not known.any():
        raise InputError(f"none of {known.size} years has a value of es; leave the indicator out")
    status, counts, missing, area = (column[known] for column in table)
    n_cells, density = options.pop("n_cells", None), options.pop("density", _DENSITY)
    scores = [np.asarray(s) for s in heat_sampling(counts, missing, area, **options)]
    general, specific, space = (float(score.mean()) for score in scores)
    if n_cells is not None:
        cells = np.broadcast_to(np.asarray(n_cells, dtype=float), known.shape)[known]
        space = (space + float(np.mean(heat_density(counts, cells, cuts=density)))) / 2
    if 2 * (scores[1] == 100).sum() >= status.size:
        specific = 100.0
    ratios = heat_eqrs(status, et, acceptable_deviation, response=response).eqrs
    mean, number = float(status.mean()), int(counts.sum())
    sd = float(status.std(ddof=1)) if status.size > 1 else np.nan
    accuracy = float(heat_accuracy(mean, sd, number, et, response=response).acc)
    value, word = heat_confidence(general, specific, space, accuracy)
    eqrs = float(np.mean(ratios))
    found = int(grade(eqrs, "heat"))
    return HeatPeriod(
        mean, sd, eqrs, found, label(found, "heat", "en"), status.size, number,
        general, specific, space, accuracy, float(value), word,
    )  # fmt: skip


def _score_above(value, cuts, closed: int = 0):
    """100 above the first cut, 0 below the second, else 50; with `closed` the cuts swap sides."""

    def score(v):
        high = v >= cuts[0] if closed else v > cuts[0]
        low = v <= cuts[1] if closed else v < cuts[1]
        return np.where(np.isnan(v), np.nan, np.where(high, 100.0, np.where(low, 0.0, 50.0)))

    return apply(score, value)

"""The decision matrix: how far over the target, for how long, two parameters crossed."""

from __future__ import annotations

import numpy as np

from bayqa.assess.rules.grades import Judged, When
from bayqa.assess.rules.windows import year_windows, yearly_mean
from bayqa.standards.edges import TOLERANCE, grade_values
from bayqa.standards.standard import Standard

__all__ = ["judge_matrix"]


def judge_matrix(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Outcome of each parameter by magnitude and duration; the matrix of outcomes decides.

    Magnitude 0 meets the small exceedance, 1 lies below the threshold, 2 at or above it.
    Duration is long when every year of `duration_years` up to this one was above the target (or
    above the small exceedance, with ``duration_from = "small"``); a year without samples breaks
    it. Outcomes: 0 none, 1 small and short, 2 small and long or large and short, 3 large and long.
    ``small_long = 1`` is the older rule, by which small and long stay 1. ``early = "long"`` takes
    the duration as long while the record is shorter than `duration_years`. Options further:
    `matrix`, category by the outcomes of the two parameters; `single`, category of one outcome.
    Yearly means are of the samples known.

    Returns
    -------
    Judged
        Every campaign of a year carries the category of that year. With one parameter unknown the
        place is unassessed, or judged by the other alone with ``missing = "skip"``.

    Source
    ------
    Tampa Bay estuary programme's decision matrix, as coded in its public package.
    """
    outcomes = np.stack([_outcomes(values[name], name, standard, when) for name in names])
    single = np.array([0, *standard.options["single"]], np.uint8)
    grades = single[outcomes + 1]
    category = _cross(outcomes, grades, standard)
    limiting = np.where(category > 0, outcomes.argmax(axis=0) + 1, 0).astype(np.uint8)
    return Judged(category, limiting, grades if detail else None)


def _cross(outcomes, grades, standard) -> np.ndarray:
    """Category of two outcomes by the matrix; of one alone by policy."""
    if len(outcomes) != 2:
        alone = grades.max(axis=0)
        return alone if standard.missing == "skip" else np.zeros_like(alone)
    matrix = np.array(standard.options["matrix"], np.uint8)
    crossed = matrix[np.maximum(outcomes[0], 0), np.maximum(outcomes[1], 0)]
    alone = grades.max(axis=0) if standard.missing == "skip" else 0
    return np.where((outcomes >= 0).all(axis=0), crossed, alone).astype(np.uint8)


def _outcomes(array, name, standard, when) -> np.ndarray:
    """Outcome 0..3 of each year, on all its campaigns; -1 where it has no sample."""
    means = {year: yearly_mean(array[own]) for year, own in _years(when)}
    small_long = standard.options.get("small_long", 2)
    outcomes = np.full(array.shape, -1, np.int8)
    for year, own in _years(when):
        magnitude = grade_values(means[year], standard.bounds(name)).astype(np.int8) - 1
        long = _is_long(means, year, name, standard)
        raised = np.where(magnitude == 1, small_long, 3)
        outcomes[own] = np.where((magnitude > 0) & long, raised, magnitude)
    return outcomes


def _is_long(means, year, name, standard) -> np.ndarray:
    """Whether all years of the duration up to this one were above; a missing year was not."""
    options = standard.options
    length = options.get("duration_years", 4)
    long = np.ones(means[year].shape, bool)
    for back in range(length):
        mean = means.get(year - back)
        long &= False if mean is None else _above(mean, name, standard)
    if options.get("early", "short") == "long":
        known = np.stack([~np.isnan(means[y]) for y in sorted(means)])
        first = np.array(sorted(means))[known.argmax(axis=0)]
        long |= year - first < length - 1
    return long


def _years(when: When):
    for own, _ in year_windows(when, 1):
        yield when.years[own[0]], own


def _above(mean, name, standard) -> np.ndarray:
    """Whether a yearly mean counts towards the duration; False where unknown."""
    if standard.options.get("duration_from", "target") == "small":
        return grade_values(mean, standard.bounds(name)) > 1
    target, _ = standard.options["targets"][name]
    return mean > target * (1 + TOLERANCE)

"""Rules that judge all samples of a window of years together: percentiles, shares, excursions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bayqa.assess.rules.grades import Judged, When
from bayqa.assess.rules.statistics import sample_statistic
from bayqa.standards.edges import TOLERANCE, grade_values, thresholds, tolerance_of
from bayqa.standards.standard import Limit, Standard

__all__ = ["judge_excursions", "judge_percentile", "judge_share", "year_windows", "yearly_mean"]


def year_windows(when: When, years: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Campaigns of each year, and those of the window of `years` years that ends with it."""
    all_years = np.array(when.years)
    for year in np.unique(all_years):
        inside = (all_years > year - years) & (all_years <= year)
        yield np.flatnonzero(all_years == year), np.flatnonzero(inside)


def yearly_mean(samples: np.ndarray) -> np.ndarray:
    """Mean of the samples known along the first axis; NaN where there is none."""
    count = (~np.isnan(samples)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isnan(samples), 0, samples).sum(axis=0, dtype=float) / count


def judge_percentile(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Statistic of the samples of a window against the limit of each class; worst parameter.

    The statistic is that of the row, one for all classes or one a class, see `sample_statistic`;
    rows under `also` ask more of the same parameter. Options: `window_years`, `min_samples`,
    `floor`. Samples that are missing are left out and counted: fewer than
    `min_samples` leave the place unassessed.

    Returns
    -------
    Judged
        Every campaign of a year carries the category of that year.

    Source
    ------
    Directive 2006/7/EC, annex II; Japan, notification 52 of 1 July 1977 (75 % value).
    """
    grades = np.zeros((len(names), *values[names[0]].shape), np.uint8)
    for own, window in year_windows(when, standard.options.get("window_years", 1)):
        for p, name in enumerate(names):
            limit, samples = standard.limits[name], values[name][window]
            each = [_grade_statistic(samples, one, standard) for one in (limit, *limit.also)]
            grades[p, own] = np.maximum.reduce(each)
    return _worst(grades, standard, detail)


def judge_share(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """A class is met when no more than a share, or a number, of the samples of the window fail it.

    Options: `window_years`, `max_share` or `max_failures`, `min_samples`; `yearly` counts each year
    once, by the mean of its samples. The worst parameter decides.

    Returns
    -------
    Judged
        Every campaign of a year carries the category of that year.

    Source
    ------
    Florida 62-302.532: not more than once in three years; SDG indicator 6.3.2, level 1.
    """
    grades = np.zeros((len(names), *values[names[0]].shape), np.uint8)
    options = standard.options
    for own, window in year_windows(when, options.get("window_years", 1)):
        for p, name in enumerate(names):
            samples = values[name][window]
            if options.get("yearly", False):
                samples = _yearly_means(samples, [when.years[k] for k in window])
            single = grade_values(samples, standard.bounds(name, samples.dtype))
            known = (single > 0).sum(axis=0)
            allowed = options.get("max_failures", options.get("max_share", 0.0) * known)
            grade = np.ones(known.shape, np.uint8)
            for k in range(1, len(standard.categories)):
                grade += (single > k).sum(axis=0) > allowed + TOLERANCE * known
            grades[p, own] = np.where(known >= options.get("min_samples", 1), grade, 0)
    return _worst(grades, standard, detail)


def judge_excursions(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Index of how many parameters and tests fail, how often and by how much.

    Options: `window_years`, `cuts` (an index above a cut is in the better class),
    `min_parameters` and `min_samples` (tests a parameter) below which nothing is said; nothing
    either, with ``missing = "not-assessed"``, where a parameter has no test at all.

    Returns
    -------
    Judged
        `limiting` is the parameter with the largest excursions.

    Source
    ------
    CCME water quality index 1.0, user's manual.
    """
    shape = values[names[0]].shape
    category, limiting = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    grades = np.zeros((len(names), *shape), np.uint8)
    for own, window in year_windows(when, standard.options.get("window_years", 1)):
        over = np.stack(
            [_excursions(values[name][window], standard.limits[name]) for name in names]
        )
        index = _excursion_index(over, standard.options)
        if standard.missing == "not-assessed":
            index = np.where((~np.isnan(over)).any(axis=1).all(axis=0), index, np.nan)
        number = np.ones(index.shape, np.uint8)
        for cut in standard.options["cuts"]:
            number += ~(index > cut + TOLERANCE)
        category[own] = np.where(np.isnan(index), 0, number)
        total = np.where(np.isnan(over), 0, over).sum(axis=1)
        limiting[own] = np.where(np.isnan(index), 0, total.argmax(axis=0) + 1)
        failed = np.where((over > 0).any(axis=1), len(standard.categories), 1)
        grades[:, own] = np.where((~np.isnan(over)).any(axis=1), failed, 0)[:, None]
    return Judged(category, limiting, grades if detail else None)


def _yearly_means(samples, years) -> np.ndarray:
    order = np.array(years)
    return np.stack([yearly_mean(samples[order == year]) for year in np.unique(order)])


def _worst(grades, standard, detail) -> Judged:
    category, limiting = grades.max(axis=0), grades.argmax(axis=0) + 1
    if standard.missing == "not-assessed":
        category = np.where((grades == 0).any(axis=0), 0, category).astype(np.uint8)
    limiting = np.where(category > 0, limiting, 0).astype(np.uint8)
    return Judged(category, limiting, grades if detail else None)


def _grade_statistic(samples, limit: Limit, standard: Standard) -> np.ndarray:
    """First class whose limit the statistic of the samples (axis 0) meets."""
    n_classes = len(limit.edges)
    statistics = limit.statistic if isinstance(limit.statistic, tuple) else (limit.statistic,)
    floor = standard.options.get("floor", 1.0)
    options = {"floor": floor, "threshold": limit.threshold}
    values = {name: sample_statistic(samples, name, **options) for name in set(statistics)}
    open_class = str(standard.options.get("open_class", "exceeds"))
    grade = np.full(samples.shape[1:], n_classes + 1, np.uint8)
    for k in reversed(range(n_classes)):
        value = values[statistics[k % len(statistics)]]
        # Limits of different statistics are not ordered, so each class is asked by itself.
        alone = limit._replace(edges=(limit.edges[k],), inclusive=limit.includes(k + 1))
        low, high = thresholds(alone, open_class, tolerance_of(value.dtype))[:, 0]
        grade[(value >= low) & (value <= high)] = k + 1
    known = (~np.isnan(samples)).sum(axis=0)
    grade[known < standard.options.get("min_samples", 1)] = 0
    grade[known == 0] = 0
    return grade


def _excursions(samples, limit: Limit) -> np.ndarray:
    """How far each sample is beyond its objective: 0 where it meets it, NaN where missing."""
    low, high = thresholds(limit._replace(edges=limit.edges[:1], inclusive=limit.includes(1)))[:, 0]
    values = samples.astype(float)
    edge = limit.edges[0]
    below, above = edge if isinstance(edge, tuple) else (edge, edge)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where(values > high, values / above - 1, 0.0)
        # Nothing, or less than nothing, is infinitely far below a lower objective.
        short = np.where(values > 0, below / values - 1, np.inf)
        over = np.where(values < low, short, over)
    return np.where(np.isnan(values), np.nan, over)


def _excursion_index(over, options) -> np.ndarray:
    """Index of excursions of shape (n_parameters, n_samples, ...); NaN where too few are known."""
    known = ~np.isnan(over)
    tests = known.sum(axis=(0, 1))
    counted = known.any(axis=1).sum(axis=0)
    failed = over > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        scope = 100 * failed.any(axis=1).sum(axis=0) / counted
        frequency = 100 * failed.sum(axis=(0, 1)) / tests
        extent = np.where(known, over, 0).sum(axis=(0, 1)) / tests
        amplitude = 100 * (1 - 1 / (extent + 1))
        index = 100 - np.sqrt(scope**2 + frequency**2 + amplitude**2) / 1.732
    enough = (known.sum(axis=1) >= options.get("min_samples", 4)).sum(axis=0)
    return np.where(enough >= options.get("min_parameters", 4), index, np.nan)

"""Rules that add up, average or count the scores of the parameters."""

from __future__ import annotations

import numpy as np

from bayqa.assess.rules.grades import Judged, When, grade_parameter
from bayqa.assess.rules.statistics import cut_index
from bayqa.assess.rules.windows import year_windows, yearly_mean
from bayqa.standards.rows import eqr_boundaries
from bayqa.standards.standard import Standard

__all__ = ["judge_count", "judge_eqr", "judge_eqr_period", "judge_weighted_index"]

_EQRS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def judge_weighted_index(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Weighted sum of the mean scores of groups of parameters, cut into categories.

    A score is the category number of the parameter. Options: `groups`, a list of {weight,
    parameters}; `cuts`, the highest index of each class. A group without any known parameter
    leaves the cell unassessed; with ``missing = "not-assessed"`` so does one unknown parameter.

    Returns
    -------
    Judged
        `limiting` is the parameter that adds most to the index.

    Source
    ------
    Korea's water quality index, 10 DO + 6 (chl-a + Secchi) / 2 + 4 (DIN + DIP) / 2.
    """
    grades = _grades(values, names, standard, when)
    index = np.zeros(grades.shape[1:])
    added = np.full(grades.shape, -1.0)
    for group in _groups(names, standard):
        if group.get("weight", 1.0) == 0:
            continue
        rows = [names.index(name) for name in group["parameters"] if name in names]
        mean = _mean_known(grades[rows].astype(float), grades[rows] > 0, standard)
        index += group.get("weight", 1.0) * mean
        added[rows] = (grades[rows] - 1.0) * group.get("weight", 1.0) / len(rows)
    category = cut_index(index, standard.options["cuts"], rising=True)
    return _judged(category, added.argmax(axis=0) + 1, grades, detail)


def judge_eqr(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Scaled ecological quality ratios, averaged in groups; the worst group decides.

    Options: `groups`, a list of {parameters}, and the target and acceptable deviation of each
    row. The scaled ratio is linear between the class boundaries: 0.8, 0.6, 0.4, 0.2.

    Returns
    -------
    Judged
        `limiting` is the lowest parameter of the worst group.

    Source
    ------
    HELCOM HEAT 3.
    """
    scaled = np.stack([_eqrs(values[name], name, standard) for name in names])
    category, limiting = _worst_group(scaled, names, standard)
    grades = _grades(values, names, standard, when) if detail else None
    return _judged(category, limiting, grades, detail)


def judge_eqr_period(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """As `judge_eqr`, of an assessment period: the mean of the scaled ratios of its years.

    Each year counts by the ratio of its mean value, years without samples do not count. The ratio
    of the mean of all years would be another one. Options further: `window_years`, six by default.

    Returns
    -------
    Judged
        Every campaign of a year carries the category of the years that end with it.

    Source
    ------
    HELCOM HEAT 3 and OSPAR COMPEAT: annual indicators first, then their mean.
    """
    scaled = np.stack([_period_eqrs(values[name], name, standard, when) for name in names])
    category, limiting = _worst_group(scaled, names, standard)
    return _judged(category, limiting, cut_index(scaled, _EQRS[4:0:-1], rising=False), detail)


def judge_count(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Good, fair or poor by how many parameters are poor and how many fair.

    Options: `worst_if`, number of poor parameters that make the place poor; `best_if`, number of
    fair ones it may have and still be good, with none poor; `min_parameters` known.

    Returns
    -------
    Judged
        `limiting` is the first of the worst parameters.

    Source
    ------
    United States national coastal condition assessment, index of a site.
    """
    grades = _grades(values, names, standard, when)
    options = standard.options
    poor, fair = (grades == 3).sum(axis=0), (grades == 2).sum(axis=0)
    category = np.full(poor.shape, 2, np.uint8)
    category[(poor == 0) & (fair <= options.get("best_if", 1))] = 1
    category[poor >= options.get("worst_if", 2)] = 3
    least = len(names) if standard.missing == "not-assessed" else options.get("min_parameters", 1)
    category[(grades > 0).sum(axis=0) < least] = 0
    return _judged(category, grades.argmax(axis=0) + 1, grades, detail)


def _grades(values, names, standard, when) -> np.ndarray:
    return np.stack([grade_parameter(values, name, standard, when) for name in names])


def _groups(names, standard) -> list:
    """Groups that hold a judged parameter; without any, each parameter is its own group."""
    groups = standard.options.get("groups") or [{"parameters": [name]} for name in names]
    return [group for group in groups if any(name in names for name in group["parameters"])]


def _mean_known(numbers, known, standard) -> np.ndarray:
    """Mean over the first axis of what is known; NaN if nothing is, or by policy not all."""
    count = known.sum(axis=0)
    total = np.where(known, numbers, 0).sum(axis=0)
    least = len(numbers) if standard.missing == "not-assessed" else 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count >= least, total / count, np.nan)


def _worst_group(scaled, names, standard) -> tuple[np.ndarray, np.ndarray]:
    """Category by the worst group of parameters, each the mean of its ratios, and its lowest."""
    low = np.full(scaled.shape[1:], np.inf)
    limiting = np.zeros(scaled.shape[1:], np.uint8)
    for group in _groups(names, standard):
        rows = np.array([names.index(name) for name in group["parameters"] if name in names])
        mean = _mean_known(scaled[rows], ~np.isnan(scaled[rows]), standard)
        strict = standard.missing == "not-assessed"
        worse = (mean < low) | (np.isnan(mean) & strict)
        lowest = np.where(np.isnan(scaled[rows]), np.inf, scaled[rows]).argmin(axis=0)
        limiting = np.where(worse, rows[lowest] + 1, limiting)
        low = np.where(worse, mean, low)
    return cut_index(np.where(np.isinf(low), np.nan, low), _EQRS[4:0:-1], rising=False), limiting


def _period_eqrs(array, name, standard, when) -> np.ndarray:
    """Mean scaled ratio of the years of the window, on all campaigns of its last year."""
    years = {when.years[own[0]]: own for own, _ in year_windows(when, 1)}
    yearly = {year: _eqrs(yearly_mean(array[own]), name, standard) for year, own in years.items()}
    out = np.empty(array.shape)
    for own, window in year_windows(when, standard.options.get("window_years", 6)):
        inside = sorted({when.years[k] for k in window})
        out[own] = yearly_mean(np.stack([yearly[year] for year in inside]))
    return out


def _eqrs(array, name, standard) -> np.ndarray:
    target, deviation = standard.options["targets"][name]
    direction = standard.limits[name].direction
    boundaries = eqr_boundaries(deviation, direction)
    status = array.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if direction == "max":
            ratio = target / (1 + deviation / 100) / status
        else:
            ratio = status / (target / (1 - deviation / 100))
    return np.interp(np.minimum(ratio, 1), [0, *boundaries[::-1], 1], _EQRS)


def _judged(category, limiting, grades, detail) -> Judged:
    limiting = np.where(category > 0, limiting, 0).astype(np.uint8)
    return Judged(category, limiting, grades if detail else None)

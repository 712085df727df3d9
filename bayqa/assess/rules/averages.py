"""Report-card scores: shares of samples that pass, and ratios to a guideline, averaged and cut."""

from __future__ import annotations

import numpy as np

from bayqa.assess.rules.grades import Judged, When
from bayqa.assess.rules.statistics import cut_index, sample_statistic
from bayqa.assess.rules.windows import year_windows
from bayqa.standards.edges import grade_values
from bayqa.standards.standard import Limit, Standard

__all__ = ["judge_ratio", "judge_score"]


def judge_score(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Mean score of the samples of a window, averaged over parameters and cut into categories.

    A sample that meets the first limit of its row has the first of the `scores`, one that fails
    all has the last: [100, 0] is the percent of samples that pass. Options further: `groups`, a
    list of {weight, parameters}; `cuts`, the lowest mean score of each category; `window_years`,
    `min_samples`; `pooled` counts all samples alike, whatever their parameter.

    Returns
    -------
    Judged
        Every campaign of a year carries the category of that year; `limiting` is the parameter with
        the lowest score.

    Source
    ------
    Ecological health report cards of the Chesapeake Bay; SDG indicator 6.3.2, level 1 (pooled).
    """
    table = np.array([np.nan, *standard.options["scores"]])
    least = standard.options.get("min_samples", 1)

    def score(name, samples):
        each = table[grade_values(samples, standard.bounds(name, samples.dtype))]
        return _sum_known(each, least)

    return _judge(values, names, standard, when, score, detail)


def judge_ratio(values, names, standard: Standard, when: When, *, detail=True) -> Judged:
    """Logarithm to base 2 of guideline over value, capped at -1 and 1, averaged and cut.

    The value is the statistic of the row over the samples of a window; half the guideline scores 1,
    twice -1; for oxygen or Secchi depth ("min") the other way round. Options: `groups`, `cuts`,
    `window_years`, `min_samples`, `floor`.

    Returns
    -------
    Judged
        As `judge_score` gives it.

    Source
    ------
    Great Barrier Reef Marine Monitoring Program, water quality index.
    """

    def score(name, samples):
        options, limit = standard.options, standard.limits[name]
        floor = options.get("floor", 1.0)
        value = sample_statistic(samples, limit.statistic, floor=floor)
        known = (~np.isnan(samples)).sum(axis=0)
        scored = np.where(known < options.get("min_samples", 1), np.nan, _log_ratio(value, limit))
        return scored, np.where(np.isnan(scored), 0, 1)

    return _judge(values, names, standard, when, score, detail)


def _judge(values, names, standard, when, score, detail) -> Judged:
    """Categories from the sums of scores and their numbers, `score(name, samples)`."""
    shape, cuts = values[names[0]].shape, standard.options["cuts"]
    category, limiting = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    grades = np.zeros((len(names), *shape), np.uint8)
    for own, window in year_windows(when, standard.options.get("window_years", 1)):
        pairs = [score(name, values[name][window]) for name in names]
        totals, counts = (np.stack(part) for part in zip(*pairs, strict=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            each = np.where(counts > 0, totals / counts, np.nan)
        overall = _overall(each, totals, counts, (names, standard))
        category[own] = cut_index(overall, cuts, rising=False)
        lowest = np.where(np.isnan(each), np.inf, each).argmin(axis=0) + 1
        limiting[own] = np.where(np.isnan(overall), 0, lowest)
        grades[:, own] = cut_index(each, cuts, rising=False)[:, None]
    return Judged(category, limiting, grades if detail else None)


def _overall(each, totals, counts, told) -> np.ndarray:
    """Weighted mean of the groups' mean scores; NaN where too little is known."""
    names, standard = told
    known = ~np.isnan(each)
    enough = known.all(axis=0) if standard.missing == "not-assessed" else known.any(axis=0)
    if standard.options.get("pooled", False):
        total, weight = np.where(known, totals, 0).sum(axis=0), counts.sum(axis=0)
    else:
        total, weight = _sum_groups(each, known, (names, standard))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, total / weight, np.nan)


def _sum_groups(each, known, told) -> tuple:
    names, standard = told
    groups = standard.options.get("groups") or [{"parameters": [name]} for name in names]
    total, weight = np.zeros(each.shape[1:]), np.zeros(each.shape[1:])
    for group in groups:
        rows = [names.index(name) for name in group["parameters"] if name in names]
        count = known[rows].sum(axis=0)
        mean = np.where(known[rows], each[rows], 0).sum(axis=0) / np.maximum(count, 1)
        share = group.get("weight", 1.0) * (count > 0)
        total, weight = total + share * mean, weight + share
    return total, weight


def _sum_known(scores, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of the scores along the samples; none where fewer than `least` are known."""
    count = (~np.isnan(scores)).sum(axis=0)
    enough = count >= least
    return np.where(enough, np.nansum(scores, axis=0), np.nan), np.where(enough, count, 0)


def _log_ratio(value, limit: Limit) -> np.ndarray:
    guideline = limit.edges[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = guideline / value if limit.direction == "max" else value / guideline
        # Nothing, or less, of what should be high is worst; of what should be low it is best.
        best = 1.0 if limit.direction == "max" else -1.0
        score = np.where(value > 0, np.clip(np.log2(ratio), -1, 1), best)
    return np.where(np.isnan(value), np.nan, score)

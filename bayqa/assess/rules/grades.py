"""Categories of single parameters, and the worst of them: what every rule shape builds on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bayqa.assess.rules.kernels import clear_unknown, grade_into, judge_worst, merge_worst
from bayqa.standards.edges import thresholds, tolerance_of
from bayqa.standards.standard import Standard

__all__ = ["Judged", "When", "grade_parameter", "judge_worst_of"]


class When(NamedTuple):
    """Season and year of each campaign; empty season where none is known."""

    seasons: tuple[str, ...]
    years: tuple[int, ...]


class Judged(NamedTuple):
    """What a rule gives; all uint8, campaign first."""

    category: np.ndarray
    limiting: np.ndarray
    """0 = none, k = k-th of the parameters."""
    grades: np.ndarray | None
    """Categories of the single parameters, shape (n_parameters, n_campaigns, ...)."""


def judge_worst_of(
    values: Mapping[str, np.ndarray], names, standard: Standard, when: When, *, detail=True
) -> Judged:
    """Worst parameter decides (one out, all out).

    Parameters
    ----------
    values : mapping of parameter id to ndarray, shape (n_campaigns, ...)
        Canonical units; NaN where missing. May hold more than `names` (an alternative parameter).
    names : sequence of str
        The parameters judged.
    standard : Standard
    when : When
    detail : bool
        False saves the memory of `grades`: two bytes a cell are all that is used.

    Returns
    -------
    Judged
        0 where no parameter is known, or, with ``missing = "not-assessed"``, where one is not.

    Source
    ------
    GB 3097 practice, single-factor method; Water Framework Directive, one out, all out.
    """
    shape = values[names[0]].shape
    category, limiting = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    grades = np.zeros((len(names), *shape), np.uint8) if detail else None
    strict = standard.missing == "not-assessed"
    for p, name in enumerate(names):
        limit = standard.limits[name]
        if not detail and limit.alternative is None:
            _judge_one(values[name], limit, standard, when, (p + 1, strict, category, limiting))
            continue
        graded = grade_parameter(values, name, standard, when)
        merge_worst(graded.ravel(), p + 1, strict, category.reshape(-1), limiting.reshape(-1))
        if detail:
            grades[p] = graded
    if strict:
        clear_unknown(category.reshape(-1), limiting.reshape(-1))
    return Judged(category, limiting, grades)


def grade_parameter(values, name: str, standard: Standard, when: When) -> np.ndarray:
    """Category numbers of one parameter, shape of its values; the alternative may better them."""
    limit = standard.limits[name]
    grades = _grade(values[name], limit, standard, when)
    other = limit.alternative
    if other is None or other.parameter not in values:
        return grades
    closed = thresholds(other, "worse", tolerance_of(values[other.parameter].dtype))
    better = np.empty(values[other.parameter].shape, np.uint8)
    grade_into(
        _flat(values[other.parameter]), _like(closed, values[other.parameter]), better.reshape(-1)
    )
    return np.where((better > 0) & (grades > 0), np.minimum(better, grades), grades)


def _grade(array, limit, standard, when):
    grades = np.empty(array.shape, np.uint8)
    for k, season in enumerate(when.seasons):
        bounds = standard.bounds(limit.parameter, array.dtype, season)
        grade_into(_flat(array[k]), _like(bounds, array), grades[k].reshape(-1))
    return grades


def _judge_one(array, limit, standard, when, state):
    number, strict, category, limiting = state
    for k, season in enumerate(when.seasons):
        bounds = standard.bounds(limit.parameter, array.dtype, season)
        judge_worst(
            _flat(array[k]),
            _like(bounds, array),
            number,
            strict,
            category[k].reshape(-1),
            limiting[k].reshape(-1),
        )


def _flat(array):
    return np.ascontiguousarray(array).reshape(-1)


def _like(bounds, array):
    return np.ascontiguousarray(bounds, dtype=array.dtype)

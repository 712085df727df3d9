"""Every limit of every standard at its edge, a hair beside it, and in every kind of number."""

import numpy as np
import pytest

from bayqa.standards import load_standard, standard_ids
from bayqa.standards.edges import TOLERANCE

KEYS = standard_ids()
SEASONS = ("", "spring", "summer", "autumn", "winter")


def plain_rows(standard):
    """Rows whose classes share one statistic, so that single values can be graded."""
    for name, limit in standard.limits.items():
        if not isinstance(limit.statistic, tuple):
            yield name, limit


def ends(limit, season=""):
    """Figures of a row with the number of the class they bound."""
    for k, edge in enumerate(limit.seasonal.get(season, limit.edges), start=1):
        for end in edge if isinstance(edge, tuple) else (edge,):
            if end is not None:
                yield k, end


def ladder(limit):
    """Values below, at and above every figure of a row, from small to large."""
    factors = [0.5, 0.99, 1 - 1e-7, 1 - 1e-10, 1, 1 + 1e-10, 1 + 1e-7, 1.01, 2]
    figures = {end * f for _, end in ends(limit) for f in factors}
    return np.array(sorted(figures | {end + d for _, end in ends(limit) for d in (-1e-3, 1e-3)}))


@pytest.mark.parametrize("key", KEYS)
def test_a_hair_beside_a_limit(key):
    standard = load_standard(key)
    inside = {"max": -1, "min": 1}
    for name, limit in plain_rows(standard):
        cases = [(season, *case) for season in SEASONS for case in ends(limit, season)]
        for season, k, end in cases:
            low = limit.direction == "range" and end == min(limit.edges[k - 1])
            sign = inside.get(limit.direction) or (1 if low else -1)
            step, noise = sign * (abs(end) * 1e-7 or 1e-12), abs(end) * TOLERANCE / 2
            values = [end + step, end - step, end, end - noise, end + noise]
            met = [0 < g <= k for g in standard.grade(name, values, season=season)]
            assert met == [True, False, *[limit.includes(k)] * 3], (name, season, end)


@pytest.mark.parametrize("key", KEYS)
def test_single_precision_says_the_same(key):
    standard = load_standard(key)
    for name, limit in plain_rows(standard):
        figures = np.array([end for _, end in ends(limit)])
        values = np.concatenate([figures, figures * 1.0001, figures * 0.9999])
        single = standard.grade(name, values.astype(np.float32))
        assert single.tolist() == standard.grade(name, values).tolist(), name


@pytest.mark.parametrize("key", KEYS)
def test_converted_figures_still_sit_on_the_limit(key):
    # As printed, through the unit and back: rounding of a conversion decides nothing.
    standard = load_standard(key)
    for name, limit in standard.limits.items():
        printed = limit._replace(edges=limit.printed, seasonal={})
        converted = np.array([limit.factor * float(end) for _, end in ends(printed)])
        again = (converted / limit.factor) * limit.factor
        assert standard.grade(name, again).tolist() == standard.grade(name, converted).tolist()
        np.testing.assert_allclose(converted, [end for _, end in ends(limit)], rtol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_the_grade_follows_the_value(key):
    standard = load_standard(key)
    for name, limit in plain_rows(standard):
        grades = standard.grade(name, ladder(limit)).astype(int)
        step = np.diff(grades) * (-1 if limit.direction == "min" else 1)
        best = int(grades.argmin()) if limit.direction == "range" else 0
        assert (step[:best] <= 0).all() and (step[best:] >= 0).all(), name


@pytest.mark.parametrize("key", KEYS)
def test_beyond_all_classes(key):
    standard, closed = load_standard(key), load_standard(key, open_class="worse")
    far = {"max": [1e30, np.inf], "min": [-1e30, -np.inf], "range": [1e30, -1e30, np.inf]}
    worst = len(standard.categories)
    for name, limit in plain_rows(standard):
        values = far[limit.direction]
        # Where the last classes have no limit, the first of them is what can be said.
        open_classes = [
            k for k in range(len(limit.edges)) if all(e is None for e in limit.edges[k:])
        ]
        last = min(open_classes, default=worst - 1) + 1
        assert set(standard.grade(name, values).tolist()) == {last}, name
        assert set(closed.grade(name, values).tolist()) == {worst}, name


@pytest.mark.parametrize("key", KEYS)
def test_kinds_of_numbers(key):
    standard = load_standard(key)
    name = next(iter(standard.limits))
    values = np.array([[1, 2, 3], [7, 8, 9]])
    wanted = standard.grade(name, values.astype(float))
    kinds = [values, values.tolist(), values.astype(">f8"), values.astype(np.int16),
             np.asfortranarray(values, dtype=float),
             np.repeat(values, 2, axis=1)[:, ::2]]  # fmt: skip
    for kind in kinds:
        found = standard.grade(name, kind)
        assert found.dtype == np.uint8 and found.tolist() == wanted.tolist()
    assert isinstance(standard.grade(name, 7), int)
    assert standard.grade(name, 7) == standard.grade(name, np.float64(7)) == wanted[1, 0]
    assert standard.grade(name, [np.nan, None]).tolist() == [0, 0]
    assert standard.grade(name, []).tolist() == []

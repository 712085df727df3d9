"""What holds for every standard and rule, on many places at once with values at and near limits."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import classify
from bayqa.assess.rules import RULES, WINDOWED
from bayqa.assess.rules.grades import When
from bayqa.standards import load_standard, standard_ids

KEYS = standard_ids()
PLACES = 400
FACTORS = [0.3, 0.9, 1 - 1e-7, 1 - 1e-10, 1, 1, 1, 1 + 1e-10, 1 + 1e-7, 1.1, 3]
# A lognormal percentile falls when the lowest count rises, for the scatter falls: the directive's
# own formula, so these have tests of their own.
MONOTONE = [key for key in KEYS if not key.startswith("eu-bathing")]
# A percentile, or a share, of few samples: their order within a year, and the year's campaigns.
SEASONS = ("spring", "summer", "autumn", "winter", "")


def figures(limit):
    edges = [edge for edge in limit.edges if edge is not None]
    return [end for edge in edges for end in (edge if isinstance(edge, tuple) else (edge,))]


def draw(standard, names, *, seed=0, missing=0.15, campaigns=5):
    """Values of all parameters, (campaign, place), most of them at or near a limit."""
    rng, out = np.random.default_rng(seed), {}
    rows = {name: standard.limits[name] for name in names}
    others = [limit.alternative for limit in rows.values() if limit.alternative is not None]
    for name, limit in [*rows.items(), *((other.parameter, other) for other in others)]:
        shape = (campaigns, PLACES)
        near = rng.choice(figures(limit), shape) * rng.choice(FACTORS, shape)
        values = near + np.where(near == 0, rng.choice([0, 1e-9, 1.0], shape), 0)
        out[name] = np.where(rng.random(shape) < missing, np.nan, values)
    return out


def when_of(standard, campaigns=5):
    # All years apart for rules that look back, all campaigns in one year for the index.
    years = {"excursion-index": (2023,) * campaigns}.get(
        standard.rule, range(2019, 2019 + campaigns)
    )
    return When(SEASONS[:campaigns], tuple(years))


def judge(standard, values, names, when=None):
    return RULES[standard.rule](values, tuple(names), standard, when or when_of(standard))


def worsen(limit, values, rng):
    """A worse value at every place, by hairs and by much."""
    factor = rng.choice([1 + 1e-10, 1 + 1e-7, 1.01, 1.5, 10], values.shape)
    if limit.direction == "max":
        return np.where(values < 0, values / factor, values * factor)
    if limit.direction == "min":
        return np.where(values < 0, values * factor, values / factor)
    middle = sum(limit.edges[0]) / 2
    return middle + (values - middle) * factor


@pytest.mark.parametrize("key", MONOTONE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_worse_value_is_never_better_anywhere(key, dtype):
    standard = load_standard(key)
    names = list(standard.limits)
    values = {name: array.astype(dtype) for name, array in draw(standard, names).items()}
    before = judge(standard, values, names)
    rng = np.random.default_rng(1)
    for name in values:
        limit = next(
            row
            for one in standard.limits.values()
            for row in (one, one.alternative)
            if row is not None and row.parameter == name
        )
        campaign = rng.integers(0, 5)
        array = values[name].copy()
        array[campaign] = worsen(limit, array[campaign].astype(float), rng).astype(dtype)
        after = judge(standard, values | {name: array}, names)
        assert (after.category >= before.category).all(), name
        assert (after.grades >= before.grades).all(), name
        assert ((after.category == 0) == (before.category == 0)).all(), name


@pytest.mark.parametrize("key", KEYS)
def test_unknown_follows_the_policy_of_the_standard(key):
    strict, lenient = (load_standard(key, missing=m) for m in ("not-assessed", "skip"))
    names = list(strict.parameters)
    values = draw(strict, names, missing=0.4)
    known = {name: ~np.isnan(values[name]) for name in names}
    if strict.rule in WINDOWED:
        # What counts is the whole window; a place without any value of a parameter is unknown.
        known = {name: np.broadcast_to(k.any(axis=0), k.shape) for name, k in known.items()}
    all_known, some = (np.stack(list(known.values())).all(axis=0),
                       np.stack(list(known.values())).any(axis=0))  # fmt: skip
    found = {s.missing: judge(s, values, names).category > 0 for s in (strict, lenient)}
    assert not (found["not-assessed"] & ~all_known).any()
    assert not (found["skip"] & ~some).any()
    assert not (found["not-assessed"] & ~found["skip"]).any()
    if strict.rule in ("worst-of", "eqr"):
        assert (found["not-assessed"] == all_known).all() and (found["skip"] == some).all()


@pytest.mark.parametrize("key", [k for k in KEYS if load_standard(k).rule == "worst-of"])
def test_knowing_less_is_never_worse_by_the_worst_parameter(key):
    standard = load_standard(key, missing="skip")
    names = list(standard.limits)
    values = draw(standard, names)
    before = judge(standard, values, names).category
    for name in names[:6]:
        less = judge(standard, values | {name: np.full_like(values[name], np.nan)}, names)
        assert (less.category <= before).all(), name


@pytest.mark.parametrize("key", KEYS)
def test_order_of_parameters_and_places_decides_nothing(key):
    standard = load_standard(key)
    names = list(standard.parameters)
    values = draw(standard, names)
    plain = judge(standard, values, names)
    turned = judge(standard, values, names[::-1])
    assert (turned.category == plain.category).all()
    assert (turned.grades[::-1] == plain.grades).all()
    order = np.random.default_rng(2).permutation(PLACES)
    moved = judge(standard, {n: a[:, order] for n, a in values.items()}, names)
    for one, other in zip(moved, plain, strict=True):
        assert (one == other[..., order]).all()


@pytest.mark.parametrize("key", [k for k in KEYS if load_standard(k).rule in WINDOWED])
def test_order_of_campaigns_within_a_year_decides_nothing(key):
    standard = load_standard(key)
    names = list(standard.parameters)
    values = draw(standard, names, campaigns=5)
    when = When(("",) * 5, (2022, 2022, 2023, 2023, 2023))
    back = [1, 0, 4, 2, 3]
    plain = judge(standard, values, names, when)
    moved = judge(standard, {n: a[back] for n, a in values.items()}, names, when)
    assert (moved.category == plain.category[back]).all()


@pytest.mark.parametrize("key", KEYS)
def test_stations_and_grids_are_judged_alike(key):
    standard = load_standard(key)
    names = list(standard.parameters)
    values = draw(standard, names)
    when = when_of(standard)
    coords = {"campaign": [str(k) for k in range(5)], "year": ("campaign", list(when.years)),
              "season": ("campaign", list(when.seasons))}  # fmt: skip
    stations = xr.Dataset({n: (("campaign", "station"), a) for n, a in values.items()}, coords)
    grids = xr.Dataset(
        {n: (("campaign", "y", "x"), a.reshape(5, 20, 20)) for n, a in values.items()},
        coords,
    ).assign(wet=(("y", "x"), np.ones((20, 20), bool)))
    one, other = (classify(field, standard) for field in (stations, grids))
    for name in ("category", "limiting", "parameter_category"):
        assert (one[name].to_numpy().ravel() == other[name].to_numpy().ravel()).all(), name
    assert (one["missing"].to_numpy() == other["missing"].to_numpy()).all()
    again = classify(stations.isel(station=slice(None, None, -1)), standard)
    assert (again["category"].to_numpy()[:, ::-1] == one["category"].to_numpy()).all()


counts = st.lists(st.integers(1, 3000), min_size=16, max_size=16)


def bathing(values):
    coast = load_standard("eu-bathing-coastal")
    array = 10.0 * np.array(values, float)[:, None]
    when = When(("",) * 16, (2023,) * 16)
    judged = RULES["percentile"]({n: array for n in coast.limits}, tuple(coast.limits), coast, when)
    return int(judged.category[0, 0])


@settings(max_examples=30, deadline=None)
@given(values=counts, k=st.integers(0, 15), factor=st.floats(1, 100))
def test_a_higher_count_above_the_geometric_mean_is_never_better(values, k, factor):
    # d(mean + c sd) is positive for a sample at or above the mean of the logarithms.
    values = np.array(values, float)
    if np.log(values[k]) >= np.log(values).mean():
        higher = values.copy()
        higher[k] *= factor
        assert bathing(higher) >= bathing(values)


def test_a_higher_lowest_count_may_be_better_by_the_directive():
    # Fifteen counts of 90 and one of 1 scatter; without the 1 they do not.
    assert bathing([90] * 15 + [1]) > bathing([90] * 16)

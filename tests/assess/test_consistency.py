"""Category, probability and draws of one field tell the same story, for every standard."""

import numpy as np
import pytest
import xarray as xr

from bayqa.assess import classify
from bayqa.standards import load_standard, standard_ids

PLAIN = [k for k in standard_ids() if load_standard(k).rule in ("worst-of", "weighted-index")]
PLACES = 300


def field_of(standard, seed=0):
    """Values about the limits with a spread, on the scale that each parameter has by itself."""
    rng, data = np.random.default_rng(seed), {}
    for name in standard.parameters:
        edges = [e for e in standard.limits[name].edges if e is not None]
        ends = [end for e in edges for end in (e if isinstance(e, tuple) else (e,))]
        shape = (2, PLACES)
        values = rng.choice(ends, shape) * rng.choice([0.5, 0.9, 1.1, 2], shape)
        values += np.where(values == 0, rng.choice([0.01, 1.0], shape), 0)
        data[name] = (("campaign", "station"), values)
        data[f"{name}_sd"] = (("campaign", "station"), rng.choice([0, 0.02, 0.3], shape))
    coords = {"campaign": ["a", "b"], "year": ("campaign", [2023, 2023]),
              "season": ("campaign", ["summer", "winter"])}  # fmt: skip
    return xr.Dataset(data, coords)


@pytest.mark.parametrize("key", PLAIN)
def test_the_category_of_the_median_has_an_even_chance_or_more(key):
    standard = load_standard(key)
    found = classify(field_of(standard), standard)
    odds = found["parameter_probability"].cumsum("category_label", skipna=False)
    for name in standard.parameters:
        if standard.limits[name].alternative is not None:
            continue
        number = found["parameter_category"].sel(parameter=name).astype(int)
        met = odds.sel(parameter=name).isel(category_label=number - 1)
        # Two-sided limits may hold the median and still less than half of what is spread.
        if standard.limits[name].direction != "range":
            assert (met >= 0.5 - 1e-6).all(), name
            better = odds.sel(parameter=name).isel(category_label=(number - 2).clip(min=0))
            assert (better.where(number > 1, 0) <= 0.5 + 1e-6).all(), name
        exact = field_of(standard)[f"{name}_sd"] == 0
        own = found["parameter_probability"].sel(parameter=name)
        assert (own.isel(category_label=number - 1).where(exact, 1) == 1).all(), name


@pytest.mark.parametrize("key", PLAIN)
def test_draws_without_spread_are_the_map(key):
    standard = load_standard(key)
    field = field_of(standard, seed=1)
    grid = xr.Dataset(
        {n: (("campaign", "y", "x"), field[n].to_numpy().reshape(2, 15, 20))
         for n in standard.parameters},
        {c: field[c] for c in ("campaign", "year", "season")},
    ).assign(wet=(("y", "x"), np.ones((15, 20), bool)))  # fmt: skip
    drawn = grid.assign(
        {f"{n}_draws": (("draw", "campaign", "cell"),
                        np.repeat(grid[n].to_numpy().reshape(1, 2, -1), 3, axis=0))
         for n in standard.parameters}
    ).assign_coords(cell=np.arange(300))  # fmt: skip
    found = classify(drawn, standard)
    flat = found["category"].to_numpy().reshape(2, -1)
    assert (found["category_draws"].to_numpy() == flat).all()
    chance = found["probability"].to_numpy().reshape(len(standard.categories), 2, -1)
    own = np.take_along_axis(chance, flat[None].astype(int) - 1, axis=0)[0]
    assert (own[flat > 0] == 1).all() and np.isnan(chance[:, flat == 0]).all()

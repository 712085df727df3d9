"""Medians and arithmetic means of fields on the log10 scale."""

import numpy as np
import pytest

from bayqa.assess.categories.classes import classify
from bayqa.assess.categories.means import recover_means
from bayqa.errors import StandardError
from bayqa.standards import load_standard
from tests.builders import make_assessment


def test_the_mean_of_a_lognormal_cell():
    grids = make_assessment().grids
    din = grids["din"].transpose("campaign", "y", "x").to_numpy()
    sd = grids["din_sd"].transpose("campaign", "y", "x").to_numpy()
    values = {"din": din, "do": grids["do"].transpose("campaign", "y", "x").to_numpy()}
    found = recover_means(grids, values)
    draws = 10 ** (
        np.log10(din[0, 0, 0]) + sd[0, 0, 0] * np.random.default_rng(1).normal(size=10**6)
    )
    assert found["din"][0, 0, 0] == pytest.approx(draws.mean(), rel=2e-3)
    assert found["do"] is values["do"]


def test_the_offset_is_taken_off_again():
    grids = make_assessment().grids
    din = grids["din"].transpose("campaign", "y", "x")
    moved = grids.assign(din=din.assign_attrs(grids["din"].attrs | {"offset": 0.1}))
    factor = np.exp((moved["din_sd"].to_numpy() * np.log(10)) ** 2 / 2)
    found = recover_means(moved, {"din": din.to_numpy()})["din"]
    np.testing.assert_allclose(found, (din.to_numpy() + 0.1) * factor - 0.1)


def test_a_standard_may_ask_for_the_mean_and_the_median_is_the_default():
    result, plain = make_assessment(), load_standard("GB 3097-1997")
    mean = load_standard("GB 3097-1997", centre="arithmetic")
    assert mean.version == "1997, centre=arithmetic"
    a, b = (classify(result.grids, s, probability=False)["category"] for s in (plain, mean))
    assert (b.to_numpy() >= a.to_numpy()).all() and (b > a).any()
    same = load_standard("GB 3097-1997", centre="median")
    assert classify(result.grids, same, probability=False)["category"].equals(a)
    first, second = (classify(result.stations, s)["category"] for s in (plain, mean))
    assert first.equals(second)


def test_an_unknown_centre_is_refused():
    with pytest.raises(StandardError, match="centre = 'mode' is unknown"):
        load_standard("GB 3097-1997", centre="mode")

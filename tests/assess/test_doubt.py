import dataclasses
import json

import numpy as np
import pytest

from bayqa.assess.categories.doubt import find_doubt
from tests.builders import make_assessment

SUMMER = "2023-summer"


def fitted(range_m=600.0, sill=0.0016):
    """The hand-made bay with a fit: sd of din is 0.05 everywhere, its prior sd sqrt(sill)."""
    result = make_assessment()
    grids = result.grids.copy()
    for name in ("din", "do"):
        grids[name] = grids[name].copy()
        fit = {"range": range_m * (1 if name == "din" else 2), "sill": sill, "nugget": 0.0}
        grids[name].attrs["fit"] = json.dumps(fit)
    return dataclasses.replace(result, grids=grids)


def test_hand_made_grids_without_fit_ask_only_the_probability():
    found = find_doubt(make_assessment(), SUMMER)
    assert set(found) == {"improbable"} and found["improbable"].dtype == bool


def test_category_shown_below_one_half_is_in_doubt():
    result = make_assessment()
    found = find_doubt(result, SUMMER)["improbable"].to_numpy()
    here = result.classes.sel(campaign=SUMMER)
    shown = (
        here["probability"]
        .isel(category_label=(here["category"].astype(int) - 1).clip(0))
        .to_numpy()
    )
    assert np.array_equal(found, (here["category"].to_numpy() > 0) & (shown < 0.5))
    assert find_doubt(result, SUMMER, confidence=0.0)["improbable"].sum() == 0


def test_one_fitted_range_is_the_default_reach():
    result = fitted()
    found = find_doubt(result, SUMMER, parameter="din")["far"]
    assert found.attrs == {"low": 600.0, "high": 600.0}
    asked = find_doubt(result, SUMMER, parameter="din", reach_m=600.0)["far"]
    assert found.equals(asked) and 0 < int(found.sum()) < int(result.water.wet.sum())
    assert "far" not in find_doubt(result, SUMMER, parameter="din", reach_m=False)


def test_overall_reach_is_that_of_the_deciding_parameter():
    result = fitted()
    found = find_doubt(result, SUMMER)["far"]
    parts = {p: find_doubt(result, SUMMER, parameter=p)["far"].to_numpy() for p in ("din", "do")}
    limiting = result.classes["limiting"].sel(campaign=SUMMER).to_numpy()
    assert found.attrs == {"low": 600.0, "high": 1200.0}
    for k, name in enumerate(("din", "do"), start=1):
        at = limiting == k
        assert np.array_equal(found.to_numpy()[at], parts[name][at])
    alone = limiting == 0
    both = parts["din"] & parts["do"]
    assert np.array_equal(found.to_numpy()[alone], both[alone])


@pytest.mark.parametrize(("sill", "share"), [(0.0016, 1.0), (0.01, 0.0)])
def test_a_map_of_values_is_in_doubt_near_the_prior(sill, share):
    # sd 0.05 against 0.9 of 0.04 and of 0.1.
    result = fitted(sill=sill)
    found = find_doubt(result, SUMMER, parameter="din", by_category=False)
    assert set(found) == {"wide", "far"}
    wet = result.water.wet.to_numpy()
    assert found["wide"].to_numpy()[wet].mean() == share
    assert not found["wide"].to_numpy()[~wet].any()
    assert "wide" not in find_doubt(result, SUMMER, parameter="din")


def test_a_given_standard_deviation_asks_every_parameter():
    found = find_doubt(make_assessment(), SUMMER, sd_limit=0.2)["wide"]
    # do has 0.3 everywhere.
    assert int(found.sum()) == int(make_assessment().water.wet.sum())
    assert found.attrs == {"low": 0.2, "high": 0.2}

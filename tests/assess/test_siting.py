"""Where one more station would narrow the good share."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bayqa as bq
from bayqa.assess import suggest_share_station
from bayqa.errors import InputError, StandardError
from tests.builders import make_assessment, make_bays, make_samples


@pytest.fixture(scope="module")
def result():
    return bq.assess(make_bays(), make_samples(), spacing=200, draws=300)


def test_the_interval_is_that_of_the_share_and_shrinks(result):
    found = suggest_share_station(result, count=3)
    annual = result.tables["good"].query("campaign == 'annual' and parameter == 'overall'").iloc[0]
    assert found["width_now"].to_numpy() == pytest.approx(annual.share_high - annual.share_low)
    assert found["rank"].tolist() == [1, 2, 3]
    assert (np.diff(found["reduction"]) >= 0).all() and found["reduction"].between(0, 1).all()
    assert (found["width_expected"] < found["width_now"]).all()
    assert found["text"][0].startswith("1 more station: interval of the good share from")
    assert found.crs.to_epsg() == 4326


def test_the_linear_width_is_near_that_of_the_draws(result):
    found = suggest_share_station(result, campaign="2023-summer")
    assert found.attrs["width_linear"] == pytest.approx(found["width_now"][0], rel=0.5)


def test_the_place_is_where_the_water_is_near_the_limit(result):
    found = suggest_share_station(result, campaign="2023-summer")
    places = found.attrs["candidates"]
    best = places.loc[places["reduction"].idxmax()]
    assert (found["x"][0], found["y"][0]) == (best["x"], best["y"])
    chance = result.classes["probability"].sel(campaign="2023-summer")[:2].sum("category_label")
    at = chance.sel(x=places.x.to_xarray(), y=places.y.to_xarray(), method="nearest").to_numpy()
    sure = np.abs(at - 0.5) > 0.45
    assert sure.any() and not sure.all()
    assert places["reduction"][~sure].mean() > places["reduction"][sure].mean()


def test_a_further_station_does_what_was_said(result):
    """A station whose value is as the map says: the interval of new draws is near the expected."""
    found = suggest_share_station(result, count=1)
    samples = make_samples()
    new = samples[samples["station"] == samples["station"].iloc[0]].copy()
    grids = result.grids.sel(x=found.x[0], y=found.y[0], method="nearest")
    for k, season in enumerate(("spring", "summer", "autumn")):
        month = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}[season]
        rows = new["time"].dt.month.between(*month)
        for name in ("din", "do"):
            at = rows & (new["parameter"] == name)
            for column in ("value", "lower", "upper"):
                new.loc[at, column] = float(grids[name][k])
    new["station"], new["geometry"] = "new", found.geometry[0]
    more = type(samples)(pd.concat([samples, new], ignore_index=True), crs=samples.crs)
    again = bq.assess(make_bays(), more, spacing=200, draws=300)
    good = again.tables["good"].query("campaign == 'annual' and parameter == 'overall'").iloc[0]
    assert good.share_high - good.share_low < found["width_now"][0]


def test_sure_water_suggests_nothing(result):
    far = replace(result, grids=result.grids.assign(din=result.grids.din * 1e-9))
    far.grids["din"].attrs = result.grids["din"].attrs
    high = far.grids["do"] * 0 + 1e6
    far = replace(far, grids=far.grids.assign(do=high.assign_attrs(result.grids["do"].attrs)))
    found = suggest_share_station(far)
    assert not len(found) and "width_expected" in found


def test_what_cannot_be_asked_is_said(result):
    with pytest.raises(InputError, match="bay 'x' is not in the assessment; name one of test"):
        suggest_share_station(result, "x")
    with pytest.raises(InputError, match="campaign '2020-summer' of 2023 is not in the assessment"):
        suggest_share_station(result, campaign="2020-summer")
    other = make_assessment()
    other = replace(other, standard=replace(other.standard, rule="count"))
    with pytest.raises(StandardError, match="goes by the rule 'count': a station can be suggested"):
        suggest_share_station(other)

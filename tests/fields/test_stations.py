import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.errors import CoverageError, InputError
from bayqa.fields import summarize
from tests.builders import make_samples, make_stations


def make_rows(values, parameter="din", station="A", **columns):
    rows = make_samples().iloc[[0] * len(values)].reset_index(drop=True)
    rows = rows.assign(
        value=np.asarray(values, float),
        lower=np.asarray(values, float),
        upper=np.asarray(values, float),
        parameter=parameter,
        station=station,
    )
    return rows.assign(**columns)


def one(samples, name="din", **options):
    return summarize(samples, **options)[name].item()


def test_the_built_stations_come_back():
    found, wanted = summarize(make_samples()), make_stations()
    for name in wanted.data_vars:
        np.testing.assert_allclose(found[name], wanted[name], atol=1e-12)
    assert found.campaign.to_numpy().tolist() == ["2023-spring", "2023-summer", "2023-autumn"]
    np.testing.assert_allclose(found.x, wanted.x, atol=1e-3)


def test_mean_standard_error_and_count_by_hand():
    # log10 of 1, 10, 100 is 0, 1, 2: sd 1, over sqrt(3) visits.
    found = summarize(make_rows([1.0, 10, 100]))
    assert found.din.item() == pytest.approx(37.0)
    assert found.din_sd.item() == pytest.approx(1 / np.sqrt(3))
    assert found.din_n.item() == 3


@pytest.mark.parametrize(
    ("statistic", "wanted"),
    [("median", 10.0), ("geomean", 10.0), ("max", 100.0), ("min", 1.0), ("p50", 10.0)],
)
def test_statistics_by_hand(statistic, wanted):
    assert one(make_rows([1.0, 10, 100]), statistic=statistic) == pytest.approx(wanted)


def test_ph_through_hydrogen_ions_is_below_the_plain_mean():
    rows = make_rows([7.0, 9.0], "ph")
    assert one(rows, "ph") == pytest.approx(8.0)
    # mean of 1e-7 and 1e-9 is 5.05e-8
    assert one(rows, "ph", statistic={"ph": "hydrogen"}) == pytest.approx(7.29671, abs=1e-5)


def test_censored_values_by_policy_and_their_bounds():
    rows = make_rows([0.1, 0.01], lower=[0.1, 0.0], upper=[0.1, 0.01])
    assert one(rows, censored="limit") == pytest.approx(0.055)
    assert one(rows, censored="half") == pytest.approx(0.0525)
    assert one(rows, censored="zero") == pytest.approx(0.05)
    found = summarize(rows)
    assert (found.din_lower.item(), found.din_upper.item()) == pytest.approx((0.05, 0.055))


def test_a_lower_bound_stays_a_lower_bound():
    found = summarize(make_rows([2.0], "secchi", lower=[2.0], upper=[np.inf]))
    assert found.secchi.item() == 2.0
    assert np.isinf(found.secchi_upper.item())


def test_missing_stays_missing():
    rows = pd.concat([make_rows([0.3]), make_rows([np.nan], "do", flag=9)], ignore_index=True)
    found = summarize(rows)
    assert "do" not in found
    found = summarize(pd.concat([make_rows([0.3]), make_rows([5.0], "do", station="B")]))
    assert np.isnan(found.din.sel(station="B").item())
    assert found.din_n.sel(station="B").item() == 0


def test_what_falls_out_is_counted_by_the_first_reason():
    rows = make_rows([1.0, 2, 3, 4, np.nan, 6, 7])
    rows["flag"] = [1, 4, 1, 1, 9, 1, 1]
    rows["layer"] = ["surface", "surface", "bottom", "surface", "surface", "", "surface"]
    rows["water"] = ["sea", "sea", "sea", "river", "sea", "sea", "sea"]
    rows["time"] = pd.to_datetime(["2023-05-10"] * 6 + ["2023-12-10"])
    found = summarize(rows)
    assert found.din_n.item() == 2
    assert json.loads(found.attrs["left_out"]) == {
        "missing value": 1, "flag": 1, "water": 1, "layer": 1, "outside the campaigns": 1,
    }  # fmt: skip


def test_years_choose_campaigns():
    rows = make_rows([1.0, 2.0])
    rows["time"] = pd.to_datetime(["2022-05-10", "2023-05-10"])
    assert summarize(rows, years=[2023]).campaign.to_numpy().tolist() == ["2023-spring"]


def test_layers_and_waters_can_all_be_taken():
    rows = make_rows([1.0, 3.0], layer=["surface", "bottom"], water=["sea", "river"])
    assert one(rows, layer=None, water=None) == 2.0
    assert one(rows, layer="bottom", water="river") == 3.0


def test_a_station_without_a_place_is_kept_without_coordinates():
    rows = pd.concat([make_rows([1.0]), make_rows([2.0], station="B")], ignore_index=True)
    rows.loc[1, "geometry"] = None
    found = summarize(rows)
    assert found.din.sel(station="B").item() == 2.0
    assert np.isnan(found.x.sel(station="B").item())


def test_the_bay_of_a_station_is_kept():
    assert summarize(make_rows([1.0], bay_id="B07")).bay.item() == "B07"


def test_the_argument_is_not_changed():
    rows = make_samples()
    before = rows.copy(deep=True)
    summarize(rows, censored="mle-lognormal")
    pd.testing.assert_frame_equal(pd.DataFrame(rows), pd.DataFrame(before))


@settings(max_examples=15, deadline=None)
@given(st.randoms())
def test_row_order_does_not_matter(random):
    rows = make_samples()
    order = list(range(len(rows)))
    random.shuffle(order)
    found, wanted = summarize(rows.iloc[order]), summarize(rows)
    for name in wanted.data_vars:
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-12, atol=1e-15)


def test_missing_columns_are_named():
    with pytest.raises(InputError, match="no column lower, upper"):
        summarize(make_samples().drop(columns=["lower", "upper"]))


def test_nothing_left_says_why():
    with pytest.raises(CoverageError, match="none of the 36 rows is left .36 by layer."):
        summarize(make_samples(), layer="bottom")


def test_unknown_statistic_and_policy_are_refused():
    with pytest.raises(InputError, match="statistic='mode' is not known: use one of mean"):
        summarize(make_samples(), statistic="mode")
    with pytest.raises(InputError, match="censored='drop' is not a known policy"):
        summarize(make_samples(), censored="drop")


def test_geomean_refuses_negative_values():
    with pytest.raises(InputError, match="geomean' met the value -2"):
        summarize(make_rows([-2.0, 1.0], "temperature"), statistic="geomean")

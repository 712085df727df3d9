"""Means of stations over segments and of campaigns over years, by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from bayqa.errors import InputError
from bayqa.fields import average_campaigns, average_stations, summarize
from bayqa.intake import read_samples

NAN = np.nan
DIMS = ("campaign", "station")


def stations(values, campaigns, station="abc", **more):
    table = np.array(values, float)
    fields = {
        "din": (DIMS, table, {"units": "mg/L"}),
        "din_lower": (DIMS, table - 0.5),
        "din_upper": (DIMS, table + 0.5),
        "din_n": (DIMS, (~np.isnan(table)).astype(int)),
    }
    years = [int(name[:4]) for name in campaigns]
    seasons = [name[5:] or "year" for name in campaigns]
    coords = {
        "campaign": list(campaigns),
        "year": ("campaign", years),
        "season": ("campaign", np.array(seasons, object)),
        "station": list(station),
        "lon": ("station", np.arange(len(station)) * 1.0),
    }
    return xr.Dataset(fields | more, coords=coords, attrs={"crs": "x"})


THREE = stations([[1, 2, 6], [NAN, 4, 8], [NAN, NAN, NAN]], ["2020-01", "2020-02", "2021-01"])
PARTS = {"a": "W", "b": "W", "c": "E"}


def test_segments_are_means_of_the_stations_that_have_a_value():
    found = average_stations(THREE, PARTS)
    assert found["station"].to_numpy().tolist() == ["E", "W"]
    assert found["din"].sel(station="W").to_numpy() == pytest.approx([1.5, 4, NAN], nan_ok=True)
    assert found["din_n"].sel(station="W").to_numpy().tolist() == [2, 1, 0]
    assert found["din_lower"].sel(station="W").to_numpy()[0] == 1.0
    assert found["lon"].to_numpy().tolist() == [2.0, 0.5]
    assert found["year"].to_numpy().tolist() == [2020, 2020, 2021]
    assert found["din"].attrs["units"] == "mg/L"


@pytest.mark.parametrize(("missing", "second"), [("share", 4.0), ("zero", 1.0), ("none", NAN)])
def test_weights_and_what_a_gap_does(missing, second):
    weights = {"a": 3.0, "b": 1.0}
    found = average_stations(THREE, {"a": "W", "b": "W"}, weights=weights, missing=missing)
    expected = [1.25, second, NAN]
    assert found["din"].to_numpy()[:, 0] == pytest.approx(expected, nan_ok=True)


def test_an_open_end_stays_open():
    open_end = THREE.assign(din_upper=THREE["din_upper"].where(THREE["station"] != "a", np.inf))
    found = average_stations(open_end, PARTS)
    assert found["din_upper"].sel(station="W").to_numpy()[:2].tolist() == [np.inf, 4.5]
    assert found["din_upper"].sel(station="E").to_numpy()[0] == 6.5


def test_years_are_means_of_their_campaigns():
    found = average_campaigns(THREE)
    assert found["campaign"].to_numpy().tolist() == ["2020", "2021"]
    expected = [[1, 3, 7], [NAN, NAN, NAN]]
    assert found["din"].to_numpy() == pytest.approx(np.array(expected, float), nan_ok=True)
    assert found["din_n"].to_numpy()[0].tolist() == [1, 2, 2]
    strict = average_campaigns(THREE, least=2)["din"].to_numpy()[0]
    assert strict == pytest.approx([NAN, 3, 7], nan_ok=True)


def test_periods_end_with_each_year_and_weigh_years_alike():
    table = stations([[1], [3], [8], [5]], ["2019-01", "2019-02", "2020-01", "2021-01"], "a")
    found = average_campaigns(table, years=2)
    assert found["campaign"].to_numpy().tolist() == ["2019-2020", "2020-2021"]
    assert found["din"].to_numpy()[:, 0].tolist() == [5.0, 6.5]
    assert found["year"].to_numpy().tolist() == [2020, 2021]


def test_a_parameter_counts_in_its_own_season():
    table = stations([[1], [9]], ["2020-winter", "2020-summer"], "a")
    assert average_campaigns(table, seasons={"din": "winter"})["din"].item() == 1
    assert average_campaigns(table)["din"].item() == 5


def test_what_is_refused():
    with pytest.raises(InputError, match="segments name none of the stations"):
        average_stations(THREE, {"z": "W"})
    with pytest.raises(InputError, match="missing='mean' is unknown"):
        average_stations(THREE, PARTS, missing="mean")
    with pytest.raises(InputError, match="nothing above 0 for b"):
        average_stations(THREE, PARTS, weights={"a": 1, "c": 1})
    with pytest.raises(InputError, match="carry no year"):
        average_campaigns(THREE.drop_vars("year"))
    with pytest.raises(InputError, match="longer than the record 2020-2021"):
        average_campaigns(THREE, years=6)
    with pytest.raises(InputError, match=r"season wanted \(din in winter\)"):
        average_campaigns(THREE, seasons={"din": "winter"})


def test_a_table_without_positions_is_summarized_by_day_and_layer(tmp_path):
    rows = [("A", "2020-06-01", "surface", 90, 0.2), ("A", "2020-06-01", "bottom", 60, 0.9),
            ("A", "2020-06-09", "surface", 95, 0.4)]  # fmt: skip
    path = tmp_path / "plain.csv"
    columns = ["station", "date", "layer", "DO saturation (%)", "DIN (mg/L)"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    samples = read_samples(path)
    days = summarize(samples, campaigns="day", layer={"do_sat": "bottom"})
    assert days["campaign"].to_numpy().tolist() == ["2020-06-01", "2020-06-09"]
    assert days["do_sat"].to_numpy()[:, 0] == pytest.approx([60, NAN], nan_ok=True)
    assert days["din"].to_numpy()[:, 0].tolist() == [0.2, 0.4]
    assert np.isnan(days["x"].item()) and np.isnan(days["lon"].item())
    both = summarize(samples, campaigns="year", layer={"din": None})
    assert both["din"].item() == pytest.approx(0.5)

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from bayqa.assess.ratings.nitrogen import tabulate_river_nitrogen
from bayqa.assess.time.network import keep_common_stations, split_area_change, split_change
from bayqa.errors import InputError
from tests.builders import make_assessment, make_samples, make_shares


def two_summers():
    """Summer of 2022 and 2023: T01 only before, T06 only after; the rest rise by 0.02."""
    result = make_assessment()
    stations = result.stations.sel(campaign=["2023-summer"] * 2)
    names = {"campaign": ["2022-summer", "2023-summer"], "year": ("campaign", [2022, 2023])}
    stations = stations.assign_coords(names)
    din = np.array([[0.50, 0.20, 0.20, 0.20, 0.20, np.nan], [np.nan, 0.22, 0.22, 0.22, 0.22, 0.10]])
    stations["din"] = (("campaign", "station"), din)
    category = np.where(np.isnan(din), 0, np.where(din > 0.4, 4, np.where(din > 0.2, 2, 1)))
    classes = xr.Dataset(
        {"category": (("campaign", "station"), category)}, coords=stations.coords
    ).assign_coords(parameter=["din"])
    return replace(result, stations=stations, station_classes=classes)


def test_change_is_real_change_plus_network():
    found = split_change(two_summers(), 2022, 2023).set_index("figure")
    din = found.loc["mean din"]
    assert (din["before"], din["after"]) == (pytest.approx(0.26), pytest.approx(0.196))
    # four common stations rose by 0.02; the fall comes from the exchange of T01 for T06
    assert din["real"] == pytest.approx(0.02) and din["network"] == pytest.approx(-0.084)
    assert (din["n_before"], din["n_after"], din["n_common"]) == (5, 5, 4)
    good = found.loc["good share"]
    assert good["change"] == pytest.approx(0.2) and good["real"] == 0


def test_a_year_without_campaign_is_refused():
    with pytest.raises(InputError, match="no campaign of 2019 .* holds 2022, 2023"):
        split_change(two_summers(), 2019, 2023)


def test_area_change_is_split_by_the_common_network():
    shares = pd.concat([make_shares().assign(year=y) for y in (2022, 2023)])
    better = shares.copy()
    rows = (better["year"] == 2023) & (better["category"] == "II")
    better.loc[rows, "share"] += 0.1
    row = split_area_change(better, shares, 2022, 2023).iloc[0]
    assert row["change"] == pytest.approx(0.1)
    assert row["real"] == pytest.approx(0) and row["network"] == pytest.approx(0.1)


def test_common_stations_were_visited_in_both_years():
    samples = make_samples()
    before = samples[samples["station"] != "T06"].copy()
    before["time"] = before["time"] - pd.DateOffset(years=1)
    both = pd.concat([before, samples[samples["station"] != "T01"]])
    found = keep_common_stations(both, 2022, 2023)
    assert set(found["station"]) == {"T02", "T03", "T04", "T05"}


def rivers():
    return pd.DataFrame(
        {
            "section": ["a", "b", "c", "a", "b"],
            "to_sea": ["是", "yes", "否"] * 1 + ["是", "yes"],
            "year": [2020, 2020, 2020, 2023, 2023],
            "tn": [4.0, 2.0, 100.0, 3.0, 2.7],
        }
    )


def test_river_nitrogen_against_2020():
    found = tabulate_river_nitrogen(rivers()).set_index(["place", "year"])
    total = found.loc[("all", 2023)]
    # (3 + 2.7) / 2 = 2.85 against 3: -5 %; c does not enter the sea
    assert total["change_pct"] == pytest.approx(-5) and total["met"]
    assert total["n_above_mean"] == 1 and found.loc[("all", 2020)]["met"] is pd.NA
    assert found.loc[("b", 2023)]["change_pct"] == pytest.approx(35)
    assert not found.loc[("b", 2023)]["met"]


def test_a_new_section_changes_the_mean_but_not_the_common_change():
    table = pd.concat(
        [rivers(), pd.DataFrame({"section": ["n"], "to_sea": ["yes"], "year": [2023], "tn": [0.3]})]
    )
    total = tabulate_river_nitrogen(table).query("place == 'all' and year == 2023").iloc[0]
    assert total["change_pct"] == pytest.approx(100 * (2.0 - 3) / 3)
    assert total["change_common_pct"] == pytest.approx(-5) and total["n_common"] == 2


def test_without_a_base_year_nothing_is_claimed():
    found = tabulate_river_nitrogen(rivers(), base_year=2019)
    assert found["met"].isna().all() and (found["n_common"] == 0).all()
    apart = pd.DataFrame({"section": ["a", "b"], "year": [2020, 2021], "tn": [1.0, 2.0]})
    total = tabulate_river_nitrogen(apart).query("place == 'all' and year == 2021").iloc[0]
    assert total["n_common"] == 0 and np.isnan(total["change_common_pct"])


def test_sections_without_nitrogen_are_refused():
    with pytest.raises(InputError, match="no section that enters the sea has 'tp'"):
        tabulate_river_nitrogen(rivers(), parameter="tp")

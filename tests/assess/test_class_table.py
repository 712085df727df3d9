"""Categories of stations as tables: in words, in shares with weights, and good ambient water."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from bayqa.assess import (
    classify,
    rate_ambient_water,
    tabulate_classes,
    tabulate_station_shares,
)
from bayqa.errors import InputError
from bayqa.standards import load_standard

NAN = np.nan


def classes(din, campaigns=("2023-spring", "2023-summer"), **coords):
    names = [f"S{k}" for k in range(len(din[0]))]
    field = xr.Dataset(
        {"din": (("campaign", "station"), np.array(din, float))},
        coords={
            "campaign": list(campaigns),
            "year": ("campaign", [int(c[:4]) for c in campaigns]),
            "station": names,
        }
        | coords,
    )
    return classify(field, load_standard("GB 3097-1997"), probability=False)


TWO = classes([[0.1, 0.25, 0.9], [0.1, NAN, 0.45]])


def test_a_row_for_each_station_and_campaign():
    table = tabulate_classes(TWO)
    assert table["category"].tolist() == ["I", "II", "worse", "I", "not assessed", "IV"]
    assert table["number"].tolist() == [1, 2, 5, 1, 0, 4]
    assert table["limiting"].tolist() == ["din", "din", "din", "din", "", "din"]
    assert table["din"].tolist() == table["category"].tolist()
    one = tabulate_classes(TWO.isel(campaign=1))
    assert one["category"].tolist() == ["I", "not assessed", "IV"]


def test_rules_over_years_give_a_row_a_year():
    years = [f"{y}-{m:02d}-01" for y in (2020, 2021) for m in (5, 6)]
    field = xr.Dataset(
        {"chla": (("campaign", "station"), [[8.0], [9.0], [9.0], [10.0]])},
        coords={
            "campaign": years,
            "year": ("campaign", [2020, 2020, 2021, 2021]),
            "station": ["OTB"],
        },
    )
    standard = load_standard("us-tampa-bay OTB", missing="skip")
    table = tabulate_classes(classify(field, standard))
    assert table["campaign"].tolist() == ["2020", "2021"]
    assert table["category"].tolist() == ["green", "yellow"]


def test_shares_of_stations_and_of_what_they_stand_for():
    plain = tabulate_station_shares(TWO).set_index(["campaign", "category"])["share"]
    assert plain["2023-spring", "I"] == pytest.approx(1 / 3)
    assert plain["2023-summer", "I"] == pytest.approx(1 / 2)
    assert plain["2023-summer", "not assessed"] == pytest.approx(1 / 3)
    assert plain["annual", "I"] == pytest.approx((1 / 3 + 1 / 2) / 2)
    table = tabulate_station_shares(TWO, weights={"S0": 6, "S1": 3, "S2": 1})
    weighted = table.set_index(["campaign", "category"])
    assert weighted["share"]["2023-spring", "I"] == pytest.approx(0.6)
    assert weighted["share"]["2023-summer", "IV"] == pytest.approx(1 / 7)
    assert weighted["n_stations"]["2023-spring", "I"] == 1
    bays = classes([[0.1, 0.25, 0.9]], ["2023-summer"], bay=("station", ["a", "a", "b"]))
    assert tabulate_station_shares(bays)["bay_id"].unique().tolist() == ["a", "b"]
    single = tabulate_station_shares(TWO.isel(campaign=0)).query("category == 'I'")
    assert single["share"].tolist() == pytest.approx([1 / 3, 1 / 3])


def test_what_is_no_station_is_refused():
    for call in (tabulate_classes, tabulate_station_shares):
        with pytest.raises(InputError, match="found no categories of stations"):
            call(TWO[["limiting"]])
    with pytest.raises(InputError, match="no weight of 0 or more for S1, S2"):
        tabulate_station_shares(TWO, weights={"S0": 1})


def test_bodies_with_four_fifths_of_their_values_at_target_are_good():
    table = pd.DataFrame(
        {
            "section": ["A", "B", "C", "C"],
            "river": ["r", "r", "s", "s"],
            "do": [6.0, 6.0, 6.0, 4.0],
            "nh4_n": [0.4, 0.4, 0.4, 0.4],
            "tp": [0.1, 0.25, 0.3, NAN],
        }
    )
    standard = load_standard("GB 3838-2002")
    found = rate_ambient_water(table, standard, target="III", body="river").set_index("place")
    assert found["n_values"].to_dict() == {"r": 6, "s": 5, "all": 11}
    assert found["percent"].to_dict() == pytest.approx({"r": 500 / 6, "s": 60.0, "all": 50.0})
    assert found["good"].tolist()[:2] == [True, False]
    assert found["parameters"]["r"] == "do; nh4_n; tp"
    by_place = rate_ambient_water(table, standard, target="III", parameters=("do",))
    assert by_place["percent"].tolist() == pytest.approx([100, 100, 50, 200 / 3])
    with pytest.raises(InputError, match="no column 'lake'"):
        rate_ambient_water(table, standard, body="lake")
    with pytest.raises(InputError, match="no value of oil"):
        rate_ambient_water(table, standard, parameters=("oil",))

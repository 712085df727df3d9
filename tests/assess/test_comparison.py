"""The same data under several standards, and under other choices of the assessment."""

from dataclasses import replace

import numpy as np
import pytest

from bayqa.assess.classes import classify
from bayqa.assess.comparison import compare, compare_stations
from bayqa.assess.sensitivity import tabulate_sensitivity
from bayqa.errors import CoverageError, StandardError
from bayqa.standards import load_standard
from tests.builders import make_assessment


def test_two_standards_side_by_side():
    result = make_assessment()
    table = compare(result, ["GB 3097-1997", "jp-sea-a"])
    assert list(table["standard"].unique()) == ["GB 3097-1997", "jp-sea-a"]
    assert set(table.loc[table["standard"] == "jp-sea-a", "category"]) == {
        "meets", "fails", "not assessed"}  # fmt: skip
    judged = table.groupby("standard")["judged"].first()
    assert judged.to_dict() == {"GB 3097-1997": "do din", "jp-sea-a": "do"}
    areas = table[table["parameter"] == "overall"].groupby(["standard", "campaign"])["area_km2"]
    assert np.allclose(areas.sum(), areas.sum().iloc[0], rtol=1e-9)
    own = result.shares.query("parameter == 'overall' and campaign == 'annual'")
    ours = table.query("standard == 'GB 3097-1997' and parameter == 'overall'")
    ours = ours[ours["campaign"] == "annual"].set_index("category")["share"]
    expected = own.set_index("category")["share"][["I", "II", "III"]]
    assert np.allclose(ours[expected.index], expected, atol=0.005)


def test_versions_of_one_standard_are_told_apart():
    plain = load_standard("GB 3097-1997")
    other = load_standard("GB 3097-1997", missing="not-assessed")
    table = compare(make_assessment(), [plain, other])
    assert list(table["version"].unique()) == ["1997", "1997, missing=not-assessed"]


def _idw(result, **more):
    return replace(result, settings=result.settings | {"method": "idw"} | more)


def test_parameters_that_were_not_interpolated_are_now():
    result = _idw(make_assessment())
    stations = result.stations.copy()
    for suffix in ("", "_lower", "_upper", "_sd", "_n"):
        stations[f"tn{suffix}"] = stations[f"din{suffix}"]
    result = replace(result, stations=stations)
    table = compare(result, ["jp-sea-tn-tp", "GB 3097-1997"])
    assert table.groupby("standard", sort=False)["judged"].first().tolist() == ["tn", "do din"]
    assert table.groupby("standard", sort=False)["absent"].first().iloc[0] == "tp"
    assert set(table["parameter"]) == {"overall", "tn", "do", "din"}


def test_draws_give_each_standard_its_interval():
    result = make_assessment()
    seen = []
    table = compare(result, ["GB 3097-1997", "jp-sea-a"], draws=8,
                    progress=lambda *step: seen.append(step))  # fmt: skip
    shares = table[table["category"] != "not assessed"]
    assert shares["share_low"].notna().all() and seen
    assert (shares["share_low"] <= shares["share_high"]).all()
    assert compare(result, ["jp-sea-a"])["share_low"].isna().all()


def test_rules_over_years_stand_beside_others():
    percentile = load_standard("jp-sea-a", rule="percentile")
    table = compare(make_assessment(), [percentile, "GB 3097-1997"])
    japan = table[(table["standard"] == "jp-sea-a") & (table["parameter"] == "overall")]
    by_campaign = japan.pivot_table(index="campaign", columns="category", values="share")
    # The year is judged as one, so every campaign shows the same.
    assert np.allclose(by_campaign, by_campaign.iloc[0])


def test_stations_side_by_side():
    result = make_assessment()
    table = compare_stations(result, ["GB 3097-1997", "jp-sea-a"])
    assert list(table.columns) == ["campaign", "station", "GB 3097-1997", "jp-sea-a"]
    number = classify(result.stations, load_standard("GB 3097-1997"))["category"].to_numpy()
    names = np.array(["not assessed", "I", "II", "III", "IV", "worse"])
    assert table["GB 3097-1997"].tolist() == names[number].ravel().tolist()


def test_a_standard_that_cannot_judge_is_refused():
    with pytest.raises(
        CoverageError, match="jp-sea-tn-tp judges tn, tp; the stations hold din, do"
    ):
        compare(make_assessment(), ["jp-sea-tn-tp"])
    with pytest.raises(StandardError, match="no standard is called"):
        compare(make_assessment(), ["GB 1"])


@pytest.fixture(scope="module")
def sensitivity():
    result = make_assessment()
    result = replace(result, settings=result.settings | {"method": "idw", "spacing": 200.0})
    seen = []
    table = tabulate_sensitivity(result, methods=("idw", "kriging"), spacings=(300.0,),
                                 leave_out=["T01"], campaigns=["2023-summer"],
                                 progress=lambda *step: seen.append(step))  # fmt: skip
    return table, seen


def test_sensitivity_has_a_row_for_each_choice(sensitivity):
    table, seen = sensitivity
    choices = table.loc[table["campaign"] == "annual", ["choice", "setting"]].to_numpy().tolist()
    assert choices == [["base", "idw"], ["method", "kriging"], ["spacing", "300"],
                       ["station", "T01"]]  # fmt: skip
    assert [step[:2] for step in seen] == [(k, 5) for k in range(1, 6)]


def test_change_is_from_the_base(sensitivity):
    table, _ = sensitivity
    annual = table[table["campaign"] == "annual"].set_index("choice")
    assert annual.loc["base", "change"] == 0
    whole = annual.drop("station")
    assert np.allclose(whole["change"], whole["share"] - annual.loc["base", "share"])
    assert annual.loc["station", "spacing"] == 400 and abs(annual.loc["station", "change"]) < 0.5
    assert annual["share"].between(0, 1).all()
    assert (table["note"] == "").all()


def test_a_station_is_judged_on_its_own_cells(sensitivity):
    table, _ = sensitivity
    base = table[(table["choice"] == "base") & (table["campaign"] == "annual")]["share"].item()
    station = table[(table["choice"] == "station") & (table["campaign"] == "annual")].iloc[0]
    result = _idw(make_assessment(), spacing=200.0)
    coarse = tabulate_sensitivity(result, methods=(), spacings=(400.0,), leave_out=False,
                                  campaigns=["2023-summer"])  # fmt: skip
    all_stations = coarse[(coarse["choice"] == "spacing") & (coarse["campaign"] == "annual")]
    assert station["change"] == pytest.approx(station["share"] - all_stations["share"].item())
    assert base == pytest.approx(coarse[coarse["campaign"] == "annual"]["share"].iloc[0])


def test_a_choice_that_fails_says_why():
    result = make_assessment()
    result = replace(result, settings=result.settings | {"method": "idw"})
    table = tabulate_sensitivity(result, methods=("guesswork",), spacings=(), leave_out=False)
    row = table[table["choice"] == "method"].iloc[0]
    assert np.isnan(row["share"]) and "guesswork" in row["note"]

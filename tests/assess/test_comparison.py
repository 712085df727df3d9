"""The same data under several standards."""

from dataclasses import replace

import numpy as np
import pytest

import bayqa as bq
from bayqa.assess.categories.classes import classify
from bayqa.assess.comparison import compare, compare_stations
from bayqa.errors import CoverageError, StandardError
from bayqa.standards import load_standard
from tests.builders import make_assessment, make_bays, make_samples


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


def test_the_own_standard_gets_its_own_intervals_again():
    result = bq.assess(make_bays(), make_samples(), spacing=200, draws=40)
    table = compare(result, [result.standard, "jp-sea-a"], draws=40)
    ours = table[table["standard"] == result.standard.id]
    for name in ("share", "share_low", "share_high", "share_mean"):
        np.testing.assert_allclose(ours[name].to_numpy(), result.shares[name].to_numpy())

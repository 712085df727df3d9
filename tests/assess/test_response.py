from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bayqa as bq
from bayqa.assess import draft_bay_policy, rate_zones, tabulate_reduction
from bayqa.assess.areas.response import measure_response, read_reduction, tabulate_response
from bayqa.assess.seeds import own_seed
from tests.assess.test_zones import zones
from tests.builders import make_assessment, make_bays, make_samples

CALL = dict(spacing=200, draws=40)


@pytest.fixture(scope="module")
def result():
    return bq.assess(make_bays(), make_samples(), zones=zones(), **CALL)


@pytest.fixture(scope="module")
def drawn(result):
    """The same assessment with its draws kept."""
    grids = bq.interpolate(
        result.stations, result.water, parameters=result.settings["parameters"], draws=40,
        seed=own_seed(1, result.bays),
    )  # fmt: skip
    return replace(result, grids=grids, tables={})


def test_the_reduction_has_the_interval_of_the_dropped_draws(result, drawn):
    for share in (0.6, 0.8, 0.9):
        told, exact = (tabulate_reduction(one, share) for one in (result, drawn))
        assert told["parameter"].tolist() == exact["parameter"].tolist()
        for name in ("reduction", "reduction_low", "reduction_high"):
            # steps of half a percent, and percentiles taken across instead of along
            assert told[name].to_numpy() == pytest.approx(exact[name].to_numpy(), abs=0.011)
    assert draft_bay_policy(result, target_share=0.8)["reduction"]["reduction_low"].notna().all()


def test_a_reduction_never_lowers_the_share(result):
    table = result.tables["response"]
    for _, part in table.groupby(["bay_id", "year", "parameter"]):
        for name in ("share", "share_low", "share_high"):
            assert (np.diff(part[name]) >= -1e-12).all()
        assert part["reduction"].tolist() == pytest.approx(np.linspace(0, 1, 201).tolist())


def test_without_reduction_the_share_is_the_good_share(result):
    good = result.tables["good"].query("campaign == 'annual' and parameter == 'overall'")
    now = result.tables["response"].query("reduction == 0 and parameter == 'all'")
    for name in ("share", "share_low", "share_high"):
        assert now[name].to_numpy() == pytest.approx(good[name].to_numpy(), abs=1e-9)


def test_a_reduction_by_hand():
    result = make_assessment()
    found = tabulate_response(
        [measure_response(result.grids, result.classes, result.bays, result.standard)]
    )
    whole = found[found["parameter"] == "all"]
    point = tabulate_reduction(result, 0.9).set_index("parameter").loc["all", "reduction"]
    # the first step at which the share reaches 0.9
    step = whole.loc[whole["share"] >= 0.9, "reduction"].min()
    assert 0 <= step - point <= 0.0051
    assert whole["share_low"].isna().all()
    assert np.isnan(read_reduction(whole, 0.9)).all()


def test_a_reduction_is_read_between_the_steps():
    table = pd.DataFrame(
        {"reduction": [0, 0.5, 1], "share_low": [0.2, 0.4, 0.8], "share_high": [0.6, 0.9, 1.0]}
    )
    assert read_reduction(table, 0.6) == pytest.approx((0.0, 0.75))
    assert read_reduction(table, 0.9) == pytest.approx((0.5, 1.0))


def test_another_target_has_no_measured_interval(result):
    found = tabulate_reduction(result, 0.9, target="III")
    assert found["reduction_low"].isna().all()


def test_rules_other_than_the_worst_have_no_response():
    result = make_assessment()
    other = replace(result.standard, rule="count")
    assert measure_response(result.grids, result.classes, result.bays, other) is None


def test_zones_have_the_interval_of_the_draws(result, drawn):
    found = rate_zones(result, zones())
    assert found["share_low"].notna().all()
    assert (found["share_low"] <= found["share"] + 1e-12).all()
    assert (found["share"] <= found["share_high"] + 1e-12).all()
    blind = rate_zones(drawn, zones())
    assert found["share"].to_numpy() == pytest.approx(blind["share"].to_numpy(), abs=1e-9)
    assert found["zone_km2"].to_numpy() == pytest.approx(blind["zone_km2"].to_numpy(), abs=1e-9)


def test_zones_that_part_the_bay_add_up_to_it(result):
    keys = ["year", "campaign", "parameter", "category"]
    shares = result.tables["zone_shares"].groupby(keys)["area_km2"].sum()
    whole = result.shares.groupby(keys)["area_km2"].sum()
    assert shares.to_numpy() == pytest.approx(whole[shares.index].to_numpy(), rel=1e-6, abs=1e-9)
    upto = result.tables["zone_shares"].query("category == 'worse'")
    assert upto["upto"].to_numpy() == pytest.approx(1.0)


def test_a_campaign_without_values_leaves_the_mean_of_the_others():
    result = make_assessment()
    grids = result.grids.copy(deep=True)
    first = grids["din"].isel(campaign=[0] * grids.sizes["campaign"]).to_numpy()
    grids["din"][:] = first
    means = []
    for hole in (False, True):
        if hole:
            grids["din"][-1] = np.nan
        table = tabulate_reduction(replace(result, grids=grids.copy(deep=True)), 0.9)
        means.append(table.set_index("parameter").loc["din", "mean_now"])
    assert means[1] == pytest.approx(means[0], rel=1e-12)

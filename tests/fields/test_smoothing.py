import json

import numpy as np
import pytest

import bayqa as bq
from bayqa.errors import MethodError
from bayqa.fields import interpolate, series, smooth_campaigns
from tests.builders import make_bays, make_standard, make_stations, make_water
from tests.fields.truth import make_truth


def remember(truth, memory, rng):
    """Turn independent campaigns into a series with a memory; returns fields and stations."""
    field = truth.field - truth.field.mean(axis=1, keepdims=True)
    for c in range(1, len(field)):
        field[c] = memory * field[c - 1] + np.sqrt(1 - memory**2) * field[c]
    values = field[:, truth.cell] + 0.3 * rng.standard_normal((len(field), len(truth.cell)))
    stations = truth.stations.copy()
    for name in ("ph", "ph_lower", "ph_upper"):
        stations[name] = (("campaign", "station"), values)
    return field, stations


def test_no_memory_gives_fields_like_the_separate_ones():
    stations, water = make_stations(), make_water()
    smooth = smooth_campaigns(stations, water, parameters=["do"], memory=0.0)
    apart = interpolate(stations, water, parameters=["do"])
    assert np.abs(smooth.do - apart.do).max().item() < 0.1
    assert smooth.do.attrs["units"] == "mg/L"
    assert smooth.sizes["campaign"] == 3


def test_rotating_stations_gain_from_the_memory():
    rng = np.random.default_rng(5)
    truth = make_truth(rng, 24, 10)
    field, stations = remember(truth, 0.85, rng)
    turn = np.add.outer(np.arange(10), np.arange(24)) % 3 == 0
    for name in ("ph", "ph_lower", "ph_upper"):
        stations[name] = stations[name].where(turn)
    smooth, apart = smooth_campaigns(stations, truth.water), interpolate(stations, truth.water)
    wet = truth.water.wet.to_numpy()
    rmse = [np.sqrt(np.mean((g.ph.to_numpy()[:, wet] - field) ** 2)) for g in (smooth, apart)]
    assert rmse[0] < 0.97 * rmse[1]
    report = json.loads(smooth.attrs["smoothing"])["ph"]
    assert report["memory"] >= 0.4
    assert report["better"] == "smoothed"
    assert report["smoothed"]["n"] == report["separate"]["n"] == 80


@pytest.fixture(scope="module")
def drawn():
    call = dict(parameters=["do"], memory=0.8, draws=800)
    return smooth_campaigns(make_stations(), make_water(), **call)


def test_draws_have_the_mean_and_spread_of_the_smoothed_fields(drawn):
    wet = make_water().wet.to_numpy()
    mean, sd = (drawn[n].to_numpy()[:, wet] for n in ("do", "do_sd"))
    dof = drawn.do_sd.attrs["dof"]
    values = drawn.do_draws.to_numpy()
    off = (values.mean(axis=0) - mean) / (sd * np.sqrt(dof / (dof - 2) / 800))
    assert np.abs(off).mean() < 1.2
    ratio = values.std(axis=0) / (sd * np.sqrt(dof / (dof - 2)))
    assert np.median(ratio) == pytest.approx(1, abs=0.04)
    assert drawn.do_draws.dims == ("draw", "campaign", "cell")
    np.testing.assert_array_equal(drawn.cell, np.flatnonzero(wet.ravel()))


def test_draws_of_successive_campaigns_go_together(drawn):
    apart = smooth_campaigns(
        make_stations(), make_water(), parameters=["do"], memory=0.0, draws=400, seed=2
    )

    def together(grids):
        errors = grids.do_draws - grids.do_draws.mean("draw")
        return float((errors[:, 0] * errors[:, 1]).mean() / (errors[:, 0] ** 2).mean())

    assert together(drawn) > 0.4
    assert abs(together(apart)) < 0.1


def test_shares_of_smoothed_fields_have_intervals_and_the_seed_decides(drawn):
    classes = bq.classify(drawn, make_standard(), parameters=["do"])
    shares = bq.tabulate_shares(classes, make_bays())
    annual = shares.query("campaign == 'annual' and parameter == 'overall'")
    assert annual["share_low"].notna().all()
    assert (annual["share_high"] - annual["share_low"]).max() > 0.01
    call = dict(parameters=["do"], memory=0.8, draws=3)
    one, two, other = (
        smooth_campaigns(make_stations(), make_water(), **call, seed=s).do_draws for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_a_campaign_without_a_value_is_missing_in_fields_and_draws():
    stations = make_stations()
    for name in ("do", "do_lower", "do_upper"):
        stations[name] = stations[name].where(stations.campaign != "2023-autumn")
    made = smooth_campaigns(stations, make_water(), parameters=["do"], memory=0.5, draws=2)
    known = np.isfinite(made.do_draws).all(["draw", "cell"])
    assert known.to_numpy().tolist() == [True, True, False]
    assert not np.isfinite(made.do[2]).any()


def test_draws_that_do_not_fit_are_refused(monkeypatch):
    monkeypatch.setenv("BAYQA_MEMORY", "0.0001")
    with pytest.raises(MethodError, match="the draws of 1,200 cells .* fewer draws, parameters or"):
        smooth_campaigns(make_stations(), make_water(), draws=100)


def test_wrong_memory_and_too_many_values_are_refused(monkeypatch):
    stations, water = make_stations(), make_water()
    with pytest.raises(MethodError, match="memory=1.0: give a correlation from 0 to below 1"):
        smooth_campaigns(stations, water, memory=1.0)
    monkeypatch.setattr(series, "_MOST_VALUES", 10)
    with pytest.raises(MethodError, match="do has 18 values, more than 10 make one system"):
        smooth_campaigns(stations, water, parameters=["do"])

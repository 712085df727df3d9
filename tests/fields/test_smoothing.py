import json

import numpy as np
import pytest

from bayqa.errors import MethodError
from bayqa.fields import interpolate, smooth_campaigns, smoothing
from tests.builders import make_stations, make_water
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


def test_wrong_memory_and_too_many_values_are_refused(monkeypatch):
    stations, water = make_stations(), make_water()
    with pytest.raises(MethodError, match="memory=1.0: give a correlation from 0 to below 1"):
        smooth_campaigns(stations, water, memory=1.0)
    monkeypatch.setattr(smoothing, "_MOST_VALUES", 10)
    with pytest.raises(MethodError, match="do has 18 values, more than 10 make one system"):
        smooth_campaigns(stations, water, parameters=["do"])

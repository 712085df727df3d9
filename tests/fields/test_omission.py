"""Fields without one station after the other."""

import numpy as np
import pytest

from bayqa.fields import interpolate, iterate_without
from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.pooling import fit_parameter, predict
from bayqa.fields.task import prepare_task
from tests.builders import make_stations, make_water
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at


@pytest.mark.parametrize("method", ["matern", "kriging", "idw"])
def test_without_a_gap_it_is_the_field(method):
    stations, water = make_stations(), make_water()
    whole = interpolate(stations, water, method=method)
    ((name, found),) = iterate_without(stations, water, method=method)
    assert name == ""
    for parameter in ("din", "do"):
        np.testing.assert_allclose(found[parameter], whole[parameter], rtol=1e-8, equal_nan=True)
    assert found.din.attrs["units"] == whole.din.attrs["units"]


def test_leaving_out_is_exact_for_the_fitted_range_and_noise():
    stations, water = make_stations(), make_water()
    found = dict(iterate_without(stations, water, ["T03"], parameters=["din"]))
    task = prepare_task(stations, water, "matern")
    inputs = prepare_inputs(stations, task.placement, "din")
    fit = fit_parameter(task, inputs)
    values = inputs.values.copy()
    values[:, stations.station.to_numpy().tolist().index("T03")] = np.nan
    slow = predict(task, fit._replace(inputs=inputs._replace(values=values)), [0, 1, 2])
    for c, field in enumerate(slow):
        value = inputs.scale.to_unit(field.mean)
        np.testing.assert_allclose(found["T03"].din[c].to_numpy()[task.mask], value, rtol=1e-8)


def test_campaigns_can_be_chosen():
    stations, water = make_stations(), make_water()
    every = dict(iterate_without(stations, water, ["T01"]))
    some = dict(iterate_without(stations, water, ["T01"], campaigns=["2023-summer"]))
    assert some["T01"].campaign.to_numpy().tolist() == ["2023-summer"]
    np.testing.assert_allclose(some["T01"].do[0], every["T01"].do[1], rtol=1e-12, equal_nan=True)


def test_a_station_out_of_the_water_changes_nothing():
    stations, water = make_stations(), make_water()
    far = stations.assign_coords(x=stations.x.where(stations.station != "T02", 1e6))
    found = dict(iterate_without(far, water, ["T02"], parameters=["do"]))
    np.testing.assert_array_equal(found["T02"].do, found[""].do)


@pytest.mark.parametrize("method", ["matern", "idw"])
def test_too_few_stations_leave_no_map(method):
    from shapely.geometry import box

    water = grid_of(box(0, 0, 1000, 1000))
    stations = values_at(
        make_stations(), water, x=[100, 900, 500], y=[500, 500, 100],
        ph=[[8.0, 8.2, np.nan], [8.0, np.nan, np.nan]],
    )  # fmt: skip
    found = dict(iterate_without(stations, water, ["S0"], method=method))
    assert np.isfinite(found[""].ph[0].to_numpy()[water.wet.to_numpy()]).all()
    assert np.isnan(found[""].ph[1]).all() and np.isnan(found["S0"].ph[1]).all()
    # one place alone makes no map, as in `interpolate`
    assert np.isnan(found["S0"].ph[0]).all()


def test_many_stations_are_made_in_batches(monkeypatch):
    stations, water = make_stations(), make_water()
    names = ["T01", "T02", "T03"]
    whole = dict(iterate_without(stations, water, names))
    monkeypatch.setattr("bayqa.fields.omission._BYTES", 1)
    parts = dict(iterate_without(stations, water, names))
    assert list(parts) == ["", *names]
    for name in names:
        np.testing.assert_allclose(parts[name].din, whole[name].din, rtol=1e-12, equal_nan=True)

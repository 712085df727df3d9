import json

import numpy as np
import pytest
import xarray as xr
from scipy.stats import t as student
from shapely.geometry import box

from bayqa.errors import CoverageError, InputError, MethodError
from bayqa.fields import interpolate, iterate_fields
from tests.builders import make_stations, make_water
from tests.fields.shapes import grid_of


def values_at(stations, water, **columns):
    """Stations at given x, y with ph values; exact, one visit."""
    x, y, ph = (np.asarray(columns[k], float) for k in ("x", "y", "ph"))
    ph = np.atleast_2d(ph)
    lower = np.asarray(columns.get("lower", ph), float)
    upper = np.asarray(columns.get("upper", ph), float)
    dims = ("campaign", "station")
    data = {"ph": ph, "ph_lower": lower, "ph_upper": upper, "ph_sd": np.zeros(ph.shape)}
    found = {k: (dims, v) for k, v in data.items()} | {"ph_n": (dims, np.isfinite(ph).astype(int))}
    coords = {
        "campaign": [f"{2000 + k}" for k in range(len(ph))],
        "station": [f"S{k}" for k in range(len(x))],
        "x": ("station", x),
        "y": ("station", y),
    }
    return xr.Dataset(found, coords=coords, attrs={"crs": water.attrs["crs"]})


@pytest.fixture(scope="module")
def grids():
    return interpolate(make_stations(), make_water(), draws=40, seed=3)


def test_the_noun_has_its_shape_and_attributes(grids):
    assert grids.din.dims == grids.din_sd.dims == ("campaign", "y", "x")
    assert grids.din_draws.dims == ("draw", "campaign", "cell")
    assert grids.din_draws.dtype == np.float32
    assert grids.din.attrs["scale"] == grids.din_sd.attrs["scale"] == "log10"
    assert grids.do.attrs["scale"] == "linear"
    assert grids.din.attrs["ancillary_variables"] == "din_sd"
    assert grids.din.attrs["grid_mapping"] == "spatial_ref"
    assert grids.din.attrs["standard_name"].startswith("mass_concentration_of_inorganic")
    assert grids.din_sd.attrs["dof"] > 2
    assert json.loads(grids.attrs["scores"])["din"]["n"] == 18
    assert grids.attrs["method"] == "matern"
    assert grids.year.dims == grids.season.dims == ("campaign",)


def test_values_are_known_exactly_on_the_wet_cells(grids):
    wet = make_water().wet
    for name in ("din", "din_sd", "do", "do_sd"):
        for c in range(3):
            np.testing.assert_array_equal(np.isfinite(grids[name][c]), wet)
    np.testing.assert_array_equal(grids.cell, np.flatnonzero(wet.to_numpy().ravel()))


def test_the_field_is_near_the_stations_and_less_sure_far_away(grids):
    stations = make_stations()
    near = grids.sel(x=stations.x, y=stations.y, method="nearest")
    gap = np.abs(np.log10(near.din) - np.log10(stations.din))
    assert float(gap.max()) < 0.05
    assert float(near.din_sd.max()) < float(grids.din_sd.max())


def test_draws_have_the_mean_and_spread_of_the_field():
    grids = interpolate(
        make_stations().isel(campaign=[0]), make_water(), parameters=["do"], draws=600
    )
    wet = grids.wet.to_numpy()
    made = grids.do_draws.to_numpy()[:, 0]
    sd = grids.do_sd.to_numpy()[0][wet]
    dof = grids.do_sd.attrs["dof"]
    error = (made.mean(axis=0) - grids.do.to_numpy()[0][wet]) / sd
    assert np.abs(error).max() < 0.25
    # One campaign of six stations leaves range and noise open: a mix of Student-t distributions
    # is more peaked than one with the same spread, so its quartiles are a little nearer.
    low, high = np.percentile(made, [25, 75], axis=0)
    ratio = (high - low) / (2 * student.ppf(0.75, dof) * sd)
    assert 0.8 < np.median(ratio) < 1.05


def test_kriging_draws_have_the_mean_and_spread_of_the_field():
    options = {"model": "exponential", "range": 4000.0, "sill": 0.01, "nugget": 0.001}
    made = interpolate(
        make_stations(), make_water(), method="kriging", draws=300, parameters=["din"],
        options=options,
    )  # fmt: skip
    wet = make_water().wet.to_numpy()
    drawn = np.log10(made.din_draws.to_numpy()[:, 0])
    mean, sd = np.log10(made.din.to_numpy()[0][wet]), made.din_sd.to_numpy()[0][wet]
    assert np.isinf(made.din_sd.attrs["dof"])
    assert np.median(drawn.std(axis=0) / sd) == pytest.approx(1, abs=0.03)
    assert abs((drawn.mean(axis=0) - mean) / (sd / np.sqrt(300))).max() < 5
    again = interpolate(
        make_stations(), make_water(), method="kriging", draws=300, parameters=["din"],
        options=options,
    )  # fmt: skip
    np.testing.assert_array_equal(made.din_draws, again.din_draws)


def test_idw_says_that_it_has_no_model_of_error():
    made = interpolate(make_stations(), make_water(), method="idw", parameters=["din"])
    assert made.din_sd.attrs["comment"].startswith("no model of error")
    with pytest.raises(MethodError, match="idw has no model of error, so it makes no joint draws"):
        interpolate(make_stations(), make_water(), method="idw", draws=2)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(grids):
    again = interpolate(make_stations(), make_water(), draws=40, seed=3)
    np.testing.assert_array_equal(again.din_draws, grids.din_draws)
    other = interpolate(make_stations(), make_water(), draws=40, seed=4)
    assert not np.array_equal(other.din_draws, grids.din_draws)
    np.testing.assert_array_equal(other.din, grids.din)


def test_one_campaign_at_a_time_gives_the_same_fields(grids):
    parts = list(iterate_fields(make_stations(), make_water(), draws=40, seed=3))
    assert [p.sizes["campaign"] for p in parts] == [1, 1, 1]
    for c, part in enumerate(parts):
        np.testing.assert_array_equal(part.din[0], grids.din[c])
        np.testing.assert_array_equal(part.do_draws[:, 0], grids.do_draws[:, c])


def test_parameters_that_vary_together_are_drawn_together(grids):
    joint = json.loads(grids.attrs["joint"])
    assert joint["correlation"][0][1] < -0.3
    din = np.log10(grids.din_draws.to_numpy()[:, 0])
    do = grids.do_draws.to_numpy()[:, 0]
    found = [np.corrcoef(din[:, k], do[:, k])[0, 1] for k in range(0, din.shape[1], 50)]
    assert np.mean(found) < -0.2
    assert "correlation of their residuals" in joint["text"]


def test_station_order_does_not_matter(grids):
    turned = interpolate(make_stations().isel(station=[3, 1, 5, 0, 2, 4]), make_water())
    np.testing.assert_allclose(turned.din, grids.din, rtol=1e-8)


def test_progress_reaches_its_total():
    told = []
    interpolate(make_stations(), make_water(), progress=lambda *a: told.append(a))
    assert told[-1][0] == told[-1][1] == 8
    assert [t[0] for t in told] == sorted(t[0] for t in told)


@pytest.mark.parametrize("method", ["kriging", "idw"])
def test_other_methods_fill_the_water_too(method):
    grids = interpolate(make_stations(), make_water(), method=method)
    assert np.isfinite(grids.do.to_numpy()[:, grids.wet.to_numpy()]).all()
    assert grids.attrs["method"] == method
    assert json.loads(grids.attrs["scores"])["do"]["rmse"] > 0


def test_a_causeway_keeps_the_other_side_apart():
    water = grid_of(box(0, 0, 4000, 2000).difference(box(1995, 0, 2005, 2000)))
    x, y = np.tile([500.0, 1500, 2500, 3500], 2), np.repeat([500.0, 1500.0], 4)
    west = x < 2000
    one = interpolate(values_at(None, water, x=x, y=y, ph=np.where(west, y / 1e3, 5.0)), water)
    two = interpolate(values_at(None, water, x=x, y=y, ph=np.where(west, y / 1e3, 9.0)), water)
    left = water.x.to_numpy() < 1990
    gap = np.abs(one.ph - two.ph).to_numpy()[0]
    assert np.nanmax(gap[:, left]) < 1e-6
    assert np.nanmin(gap[:, ~left]) > 3.9


def test_a_basin_without_a_station_stays_missing():
    water = grid_of(box(0, 0, 2000, 1000), box(3000, 0, 4000, 1000))
    stations = values_at(None, water, x=[300, 900, 1700], y=[500, 300, 600], ph=[7.0, 8, 7.5])
    grids = interpolate(stations, water, draws=5)
    far = water.body.to_numpy() == 2
    assert np.isnan(grids.ph.to_numpy()[0][far]).all()
    assert np.isnan(grids.ph_draws.to_numpy()[:, 0, far[water.wet.to_numpy()]]).all()
    assert np.isfinite(grids.ph.to_numpy()[0][water.body.to_numpy() == 1]).all()


def test_a_campaign_with_one_station_is_missing_and_says_so():
    water = make_water()
    ph = np.array([[7.0, 8, 7.5], [7.1, np.nan, np.nan]])
    stations = values_at(None, water, x=[-1500, 0, 1500], y=[0, 800, -900], ph=ph)
    grids = interpolate(stations, water, draws=4)
    assert np.isnan(grids.ph[1]).all()
    assert np.isnan(grids.ph_draws[:, 1]).all()
    assert json.loads(grids.ph.attrs["fit"])[1]["note"] == "too few stations in this campaign"
    assert np.isfinite(grids.ph_sd.attrs["dof"])


def test_a_parameter_at_one_station_is_missing_and_the_others_are_made():
    stations = make_stations().copy(deep=True)
    for name in ("din", "din_lower", "din_upper"):
        stations[name][:, 1:] = np.nan
    grids = interpolate(stations, make_water(), draws=3)
    assert np.isnan(grids.din).all()
    assert np.isnan(grids.din_draws).all()
    assert np.isfinite(grids.do.to_numpy()[:, grids.wet.to_numpy()]).all()
    assert "din: no campaign has a value" in json.loads(grids.din.attrs["fit"])[0]["notes"][-1]


def test_equal_values_give_a_flat_field_and_equal_places_are_borne():
    water = make_water()
    x, y = [-1500, -1500, 0, 1500], [0, 0, 800, -900]
    flat = interpolate(values_at(None, water, x=x, y=y, ph=[8.0] * 4), water, draws=2)
    np.testing.assert_allclose(flat.ph.to_numpy()[0][water.wet], 8.0, atol=1e-9)
    twice = interpolate(values_at(None, water, x=x, y=y, ph=[8.0, 8.4, 7.5, 7.0]), water)
    near = twice.ph.sel(x=-1490, y=10, method="nearest").item()
    assert 7.5 < near < 8.4
    same = values_at(None, water, x=[0, 0, 0], y=[800, 800, 800], ph=[8.0, 8.1, 8.2])
    with pytest.raises(MethodError, match="no campaign has a value at 2 places or more .most: 1."):
        interpolate(same, water)


def test_stations_in_a_line_are_enough():
    water = make_water()
    stations = values_at(None, water, x=[-1500, 0, 700], y=[-1000] * 3, ph=[7.0, 7.5, 8.0])
    assert np.isfinite(interpolate(stations, water).ph.to_numpy()[0][water.wet]).all()


def test_a_campaign_of_limits_only_keeps_the_policys_numbers():
    water = make_water()
    ph = np.array([[7.0, 8, 7.5], [0.5, 0.5, 0.5]])
    lower = np.array([[7.0, 8, 7.5], [0.0, 0, 0]])
    upper = np.array([[7.0, 8, 7.5], [1.0, 1, 1]])
    place = {"x": [-1500, 0, 1500], "y": [0, 800, -900]}
    grids = interpolate(values_at(None, water, **place, ph=ph, lower=lower, upper=upper), water)
    np.testing.assert_allclose(grids.ph[1].to_numpy()[water.wet], 0.5, atol=1e-6)
    assert "numbers of the censoring policy" in json.loads(grids.ph.attrs["fit"])[1]["notes"][0]


def test_censored_values_stay_below_their_limit():
    water = make_water()
    x, y = np.linspace(-1800, 1800, 8), np.tile([600.0, -600], 4)
    ph = np.array([4.0, 3.5, 3, 2.5, 2, 1, 1, 1])
    upper = np.where(np.arange(8) > 4, 2.0, ph)
    lower = np.where(np.arange(8) > 4, 0.0, ph)
    grids = interpolate(
        values_at(None, water, x=x, y=y, ph=ph, lower=[lower], upper=[upper]), water
    )
    east = grids.ph.sel(x=1750, y=-650, method="nearest").item()
    assert 0.0 < east < 2.0


def test_a_stray_cell_takes_its_waters_nearest_value():
    water = make_water()
    for name in ("link_east", "link_south"):
        water[name] = water[name].copy()
    water.link_east[0, 0] = False
    water.link_south[0, 0] = False
    water["body"] = water.wet.astype(int)
    grids = interpolate(make_stations(), water)
    assert grids.do[0, 0, 0].item() in (grids.do[0, 0, 1].item(), grids.do[0, 1, 0].item())


def test_arguments_are_not_changed():
    stations, water = make_stations(), make_water()
    before = stations.copy(deep=True), water.copy(deep=True)
    interpolate(stations, water, draws=2)
    xr.testing.assert_identical(stations, before[0])
    xr.testing.assert_identical(water, before[1])


def test_refusals_say_what_to_do(monkeypatch):
    stations, water = make_stations(), make_water()
    with pytest.raises(MethodError, match="method='spline' is not known: use one of"):
        interpolate(stations, water, method="spline")
    with pytest.raises(MethodError, match="options .'power'. are not known: use"):
        interpolate(stations, water, options={"power": 2})
    with pytest.raises(CoverageError, match="parameter 'tn' is not among the stations' .din, do."):
        interpolate(stations, water, parameters=["tn"])
    far = stations.assign_coords(x=stations.x + 1e5)
    with pytest.raises(CoverageError, match="none of the 6 stations lies within 300 m"):
        interpolate(far, water)
    with pytest.raises(MethodError, match="din: no campaign has a value at 2 places or more"):
        interpolate(stations.isel(station=[0]), water)
    monkeypatch.setenv("BAYQA_MEMORY", "0.001")
    with pytest.raises(MethodError, match="the fields of 1,200 cells .* would fit; without draws"):
        interpolate(stations, water, draws=100)


def test_swapped_or_wrong_nouns_are_named():
    stations, water = make_stations(), make_water()
    with pytest.raises(InputError, match=r"stations: found .*'y'.*as summarize"):
        interpolate(water, stations)
    with pytest.raises(InputError, match=r"water: found str, wanted a Dataset .*build_water_grid"):
        next(iterate_fields(stations, "bays.gpkg"))

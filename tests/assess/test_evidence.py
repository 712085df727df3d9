import json

import numpy as np
import pytest

from bayqa.assess.categories.evidence import measure_evidence, read_scales
from tests.builders import SPACING, make_grids, make_stations, make_water

FIT = {"range": 1200.0, "sill": 0.04, "nugget": 0.01}


def scales_of(fit=FIT):
    grids = make_grids()
    grids["din"].attrs["fit"] = json.dumps(fit)
    return read_scales(grids, ["din", "do"])


def test_field_equation_gives_the_sill_of_the_field_and_a_variogram_the_total():
    assert scales_of()["prior_sd"].sel(parameter="din").values.tolist() == [0.2] * 3
    total = scales_of(FIT | {"model": "exponential"})
    assert total["prior_sd"].sel(parameter="din").values == pytest.approx(0.03**0.5)
    assert scales_of()["range_m"].sel(parameter="din").values.tolist() == [1200.0] * 3


def test_a_fit_for_each_campaign_is_kept_apart():
    many = scales_of([FIT | {"range": r} for r in (1.0, 2.0, 3.0)])
    assert many["range_m"].sel(parameter="din").values.tolist() == [1.0, 2.0, 3.0]


def test_a_method_that_fits_nothing_has_no_scale():
    assert scales_of({})["range_m"].isnull().all() and scales_of()["prior_sd"][1].isnull().all()


def test_distance_is_zero_at_a_station_and_goes_round_the_island():
    water, stations = make_water(), make_stations()
    east = stations.isel(station=[3])
    found = measure_evidence(east, water, scales_of())
    far = found["station_distance"].isel(network_number=0)
    at = {"x": float(east.x[0]), "y": float(east.y[0])}
    # The station stands on the edge of two cells.
    assert far.min() == 0 and float(far.sel(at, method="nearest")) <= SPACING
    # Behind the island of 400 m radius: the way round is longer than the straight line.
    behind = far.sel(x=550, y=0, method="nearest")
    straight = np.hypot(float(behind.x) - at["x"], float(behind.y) - at["y"])
    assert straight + SPACING / 2 < float(behind) < 1.5 * straight
    assert np.isnan(far.to_numpy()[~water.wet.to_numpy()]).all()


def test_only_stations_with_a_value_count_and_equal_networks_are_kept_once():
    stations = make_stations()
    stations["din"][0, 1:] = np.nan
    found = measure_evidence(stations, make_water(), scales_of())
    assert found["network"].values.tolist() == [[0, 1, 1], [1, 1, 1]]
    few, all_ = found["station_distance"].isel(network_number=[0, 1]).max(("y", "x")).values
    assert few > all_ > 0


def test_a_campaign_without_any_value_reaches_nowhere():
    stations = make_stations()
    stations["din"][:] = np.nan
    found = measure_evidence(stations, make_water(), scales_of())
    wet = make_water().wet.to_numpy()
    nowhere = found["station_distance"].isel(network_number=int(found["network"][0, 0]))
    assert np.isinf(nowhere.to_numpy()[wet]).all()

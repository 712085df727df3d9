import numpy as np
import pytest
import xarray as xr

from bayqa.assess import measure_distance
from bayqa.errors import StandardError
from bayqa.standards import load_standard
from tests.builders import make_grids, make_standard, make_stations


def test_distance_by_hand_for_each_kind_of_limit():
    field = xr.Dataset(
        {
            "din": ("station", [0.45, 0.15, np.nan]),
            "do": ("station", [4.0, 10, np.nan]),
            "ph": ("station", [8.5, 8.15, np.nan]),
        }
    )
    found = measure_distance(field, load_standard("GB 3097-1997"))
    # class II: din 0.30, oxygen 5, pH 7.8 to 8.5
    wanted = {"din": [0.5, -0.5], "do": [0.2, -1.0], "ph": [0.0, -1.0]}
    for name, values in wanted.items():
        part = found["parameter_distance"].sel(parameter=name)
        np.testing.assert_allclose(part[:2], values, atol=1e-12)
    np.testing.assert_allclose(found["distance"], [0.5, -0.5, np.nan])
    assert found.attrs == {"target": "II", "standard": "GB 3097-1997"}


def test_stations_and_grids_share_it():
    for field in (make_stations(), make_grids()):
        found = measure_distance(field, make_standard(), target="III")
        assert found["distance"].dims == field["din"].dims
        over = field["din"] > 0.4 * (1 + 1e-9)
        assert (found["distance"].where(over, 1.0) > 0).all()


def test_nothing_to_judge_is_refused():
    with pytest.raises(StandardError, match="no limit for what the field holds"):
        measure_distance(make_stations()[["do"]], make_standard(), parameters=["din"])

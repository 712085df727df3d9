from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from bayqa.assess.bays.reduction import tabulate_reduction
from bayqa.assess.categories.classes import classify
from bayqa.assess.causes.waterways import nearest_by_water
from bayqa.assess.causes.why import tabulate_distance, tabulate_influence, tabulate_limiting
from bayqa.standards import load_standard
from tests.builders import make_assessment, make_water


def test_nearest_by_water_goes_round_a_wall():
    # 3 x 5 cells; a wall of land closes column 2 but for its south end
    wet = np.ones((3, 5), bool)
    wet[:2, 2] = False
    water = xr.Dataset({"wet": (("y", "x"), wet)}, coords={"y": [2.0, 1, 0], "x": np.arange(5.0)})
    found = nearest_by_water(water, np.array([1.0, 4.0]), np.array([2.0, 0.0]))
    # (y 2, x 3) is 2 m from station 0 through the wall, but nearer to station 1 by water
    assert found.tolist() == [[0, 0, -1, 1, 1], [0, 0, -1, 1, 1], [0, 0, 1, 1, 1]]
    assert (nearest_by_water(water, np.array([]), np.array([])) == -1).all()


def test_a_thin_wall_between_cells_blocks_too():
    wet = np.ones((1, 4), bool)
    east = np.array([[True, False, True, False]])
    water = xr.Dataset(
        {
            "wet": (("y", "x"), wet),
            "link_east": (("y", "x"), east),
            "link_south": (("y", "x"), wet & False),
        },
        coords={"y": [0.0], "x": np.arange(4.0)},
    )
    assert nearest_by_water(water, np.array([1.0]), np.array([0.0])).tolist() == [[0, 0, -1, -1]]


def test_limiting_areas_add_up():
    result = make_assessment()
    found = tabulate_limiting(result)
    shares = result.shares.query("parameter == 'din' and category in ('III', 'IV', 'worse')")
    summer = found.query("campaign == '2023-summer'").set_index("parameter")
    assert summer["rank"]["din"] == 1 and summer["blame_share"].sum() == pytest.approx(1)
    wanted = shares.query("campaign == '2023-summer'")["share"].sum()
    assert summer["over_share"]["din"] == pytest.approx(wanted, abs=0.002)


def test_distance_to_the_next_category():
    found = tabulate_distance(make_assessment()).set_index(["parameter", "station", "campaign"])
    din = found.loc[("din", "T01", "2023-spring")]
    assert (din["category"], din["better"], din["worse"]) == ("III", "II", "IV")
    assert din["to_better"] == pytest.approx(0.3 - din["value"])
    assert din["to_worse"] == pytest.approx(0.4 - din["value"])
    best = found.loc[("din", "T04", "2023-spring")]
    assert best["better"] == "" and np.isnan(best["to_better"])


def test_distance_steps_over_classes_that_share_a_limit():
    result = make_assessment()
    standard = load_standard("GB 3097-1997")
    stations = result.stations.rename({"din": "dip", "do": "ph"})
    stations["dip"] = stations["dip"] * 0 + 0.035
    stations["ph"] = stations["ph"] * 0 + 7.5
    judged = result.station_classes.assign_coords(parameter=["dip", "ph"])
    found = (
        tabulate_distance(
            replace(result, stations=stations, standard=standard, station_classes=judged)
        )
        .groupby("parameter")
        .first()
    )
    # DIP: II and III share 0.030; pH: I and II share 7.8-8.5, III and IV 6.8-8.8
    assert found.loc["dip", ["category", "better", "worse"]].tolist() == ["IV", "II", "worse"]
    assert found["to_better"]["dip"] == pytest.approx(-0.005)
    assert found.loc["ph", ["category", "better", "worse"]].tolist() == ["III", "I", "worse"]
    assert found["to_better"]["ph"] == pytest.approx(0.3)
    assert found["to_worse"]["ph"] == pytest.approx(-0.7)


def test_the_weightiest_station_is_the_one_in_the_bad_water():
    found = tabulate_influence(make_assessment())
    spring = found.query("campaign == '2023-spring'")
    assert spring["station"].iloc[0] == "T01" and spring["rank"].tolist() == [1, 2, 3]
    assert spring["share"].sum() == pytest.approx(1)
    assert list(dict.fromkeys(found["campaign"])) == ["2023-spring", "2023-summer", "2023-autumn"]
    assert not len(tabulate_influence(make_assessment(), target="worse"))


def test_reduction_brings_the_share_to_the_target():
    result = make_assessment()
    row = tabulate_reduction(result, 0.9).set_index("parameter").loc["din"]
    factor = 1 - row["reduction"]
    grids = result.grids.assign(din=result.grids["din"] * factor)
    area = (grids.wet_fraction * grids.cell_area_km2).where(grids.wet)
    share = [
        float(area.where(c <= 2).sum() / area.sum())
        for c in classify(grids, result.standard, parameters=["din", "do"])["category"]
    ]
    assert np.mean(share) >= 0.9 - 1e-3
    less = result.grids["din"] * (factor + 0.01)
    again = classify(result.grids.assign(din=less), result.standard, parameters=["din", "do"])
    share = [float(area.where(c <= 2).sum() / area.sum()) for c in again["category"]]
    assert np.mean(share) < 0.9 + 1e-3
    assert row["mean_needed"] == pytest.approx(row["mean_now"] * factor)
    assert "same fraction" in row["assumption_en"]


def test_a_met_target_needs_no_reduction_and_low_oxygen_cannot_be_reduced():
    result = make_assessment()
    assert (tabulate_reduction(result, 0.1)["reduction"] == 0).all()
    low = result.grids.assign(do=(result.grids["do"] * 0 + 2.0))
    found = tabulate_reduction(replace(result, grids=low), 0.9).set_index("parameter")
    assert not found["reachable"].any() and np.isnan(found["reduction"]["all"])
    empty = result.grids.assign(do=low["do"] * np.nan, din=low["do"] * np.nan)
    assert not len(tabulate_reduction(replace(result, grids=empty), 0.9))


def test_draws_give_the_reduction_an_interval():
    result = make_assessment()
    cells = np.flatnonzero(make_water()["wet"].to_numpy().ravel())
    grids = result.grids
    for name in ("din", "do"):
        flat = grids[name].transpose("campaign", "y", "x").to_numpy().reshape(3, -1)[:, cells]
        # two draws, 10 % above and below
        spread = (1.1, 0.9) if name == "din" else (1.0, 1.0)
        draws = np.stack([flat * f for f in spread])
        grids[f"{name}_draws"] = (("draw", "campaign", "cell"), draws)
    grids = grids.assign_coords(cell=cells)
    row = tabulate_reduction(replace(result, grids=grids), 0.9).iloc[0]
    assert row["reduction_low"] < row["reduction"] < row["reduction_high"]
    # at 10 % more the need is 1 - (1 - r) / 1.1
    most = 1 - (1 - row["reduction"]) / 1.1
    assert row["reduction_high"] == pytest.approx(most, abs=0.02)

import pandas as pd
import pytest

from bayqa.assess.bays.standing import (
    STANDINGS,
    count_unknown_areas,
    summarize_standing,
    tabulate_standing,
)
from bayqa.errors import InputError

REGISTER = pd.DataFrame(
    [("u1", "a", "provincial", 10.0, 30.0), ("u2", "a b", "国家级", 20.0, 50.0),
     ("u3", "", "省级", None, None), ("u4", "c", "", 5.0, 20.0)],
    columns=["unit_id", "bay_ids", "level", "area_km2", "shoreline_km"],
)  # fmt: skip


def test_a_bay_of_two_units_has_the_better_standing():
    table = tabulate_standing(REGISTER).set_index("bay_id")["status"]
    assert table.to_dict() == {"a": "national", "b": "national", "c": "no_data"}


def test_units_without_polygon_are_counted_and_their_size_stays_unknown():
    table = summarize_standing(REGISTER).set_index("status")
    assert table["count"].to_dict() == dict(zip(STANDINGS, (1, 2, 0, 1), strict=True))
    assert table.loc["provincial", "area_km2"] == 10.0
    assert table.loc["provincial", "n_area_unknown"] == 1
    assert table["shoreline_share"].sum() == pytest.approx(1.0)
    assert table.loc["preparation", "area_km2"] == 0.0
    assert count_unknown_areas(table) == 1 and count_unknown_areas(table[["count"]]) == 0


def test_the_register_has_its_own_latest_date():
    assert set(summarize_standing(REGISTER)["register_to"]) == {""}
    dated = REGISTER.assign(recognised=["2022-06", "2021", None, ""])
    assert set(summarize_standing(dated)["register_to"]) == {"2022-06"}
    undated = summarize_standing(dated).set_index("status")["n_undated"]
    assert undated.to_dict() == dict(zip(STANDINGS, (0, 1, 0, 0), strict=True))
    numbers = REGISTER.assign(recognised=[2022.0, 2023.0, None, None])
    assert set(summarize_standing(numbers)["register_to"]) == {"2023"}


def test_an_unknown_level_is_refused():
    with pytest.raises(InputError, match="level world is unknown"):
        tabulate_standing(REGISTER.assign(level="world"))

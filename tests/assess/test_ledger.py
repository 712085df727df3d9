from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bayqa.assess import open_ledger, summarize_ledger
from bayqa.assess.causes.ledger import LEDGER_COLUMNS, locate_stations
from bayqa.assess.targets import (
    exceedance_multiple,
    limit_at,
    limit_text,
    target_number,
)
from bayqa.errors import InputError, StandardError
from bayqa.standards.standard import Limit
from tests.builders import make_assessment, make_standard


def with_values(parameter, values):
    """An assessment whose only exceedances are the given (campaign, station) values."""
    result = make_assessment()
    clean = result.stations.copy(deep=True)
    clean["din"] = clean["din"] * 0 + 0.1
    clean["do"] = clean["do"] * 0 + 8.0
    table = clean[parameter].to_numpy().copy()
    for (campaign, station), value in values.items():
        table[campaign, station] = value
    clean[parameter] = (("campaign", "station"), table)
    for p in ("din", "do"):
        clean[f"{p}_lower"] = clean[f"{p}_upper"] = clean[p]
    return replace(result, stations=clean)


def test_a_problem_opens_and_is_closed_by_the_next_met_value():
    ledger = open_ledger(with_values("din", {(0, 0): 0.45, (1, 0): 0.6, (2, 1): 0.31}))
    assert list(ledger.columns) == list(LEDGER_COLUMNS)
    first, second, third = ledger.to_dict("records")
    # 0.45 / 0.3 - 1
    assert first["multiple"] == pytest.approx(0.5) and first["limit"] == "<= 0.3"
    assert (first["category"], first["target"]) == ("IV", "II")
    assert first["first_seen"] == second["first_seen"] == "2023-spring"
    assert first["status"] == second["status"] == "closed"
    assert second["closed_in"] == "2023-autumn"
    assert (third["station"], third["status"], third["closed_in"]) == ("T02", "open", "")


def test_a_value_at_the_limit_is_no_problem_and_oxygen_at_it_is():
    assert not len(open_ledger(with_values("din", {(0, 0): 0.3})))
    ledger = open_ledger(with_values("do", {(2, 0): 5.0}))
    # class II asks for more than 5; oxygen has no multiple
    assert ledger["limit"].tolist() == ["> 5"] and np.isnan(ledger["multiple"][0])


def test_a_station_that_is_not_judged_again_stays_open():
    ledger = open_ledger(with_values("din", {(0, 0): 0.5, (1, 0): np.nan, (2, 0): np.nan}))
    assert ledger["status"].tolist() == ["open"]


def test_open_rows_are_carried_over_and_closed():
    before = open_ledger(with_values("din", {(2, 0): 0.5, (2, 1): 0.5}))
    later = with_values("din", {(0, 1): 0.4, (1, 1): np.nan, (2, 1): np.nan})
    names = ["2024-spring", "2024-summer", "2024-autumn"]
    later = replace(later, stations=later.stations.assign_coords(campaign=names))
    found = open_ledger(later, before)
    assert found.query("station == 'T01'")["closed_in"].tolist() == ["2024-spring"]
    second = found.query("station == 'T02'")
    assert second["status"].tolist() == ["open", "open"]
    # seen first in the earlier assessment
    assert second["first_seen"].tolist() == ["2023-autumn"] * 2
    assert second["note"].tolist() == ["carried over", ""]


def test_closed_rows_of_an_earlier_ledger_stay_closed():
    before = open_ledger(with_values("din", {(0, 0): 0.5}))
    later = with_values("din", {})
    later = replace(later, stations=later.stations.assign_coords(campaign=["a", "b", "c"]))
    assert open_ledger(later, before)["status"].tolist() == ["closed"]


def test_a_ledger_survives_a_file(tmp_path):
    before = open_ledger(with_values("din", {(2, 0): 0.5, (0, 1): 0.5}))
    before.to_csv(tmp_path / "ledger.csv", index=False)
    again = pd.read_csv(tmp_path / "ledger.csv")
    later = with_values("din", {(0, 0): 0.4})
    later = replace(later, stations=later.stations.assign_coords(campaign=["x", "y", "z"]))
    one, two = open_ledger(later, before), open_ledger(later, again)
    columns = ["station", "campaign", "first_seen", "status", "closed_in"]
    pd.testing.assert_frame_equal(one[columns], two[columns])
    assert one["closed_in"].tolist() == ["y", "y", "2023-summer"]


def test_a_censored_value_is_not_certain():
    result = with_values("din", {(0, 0): 0.5})
    stations = result.stations.copy(deep=True)
    stations["din_lower"] = stations["din"] * 0
    assert not open_ledger(replace(result, stations=stations))["certain"][0]


def test_a_bay_may_have_a_target_of_its_own():
    result = with_values("din", {(0, 0): 0.35})
    strict = replace(result, bays=result.bays.assign(target="III"))
    assert len(open_ledger(result)) == 1 and not len(open_ledger(strict))
    assert len(open_ledger(result, target="I")) == 1


def test_summary_counts_problems_not_rows():
    ledger = open_ledger(with_values("din", {(0, 0): 0.45, (1, 0): 0.6, (2, 1): 0.31}))
    row = summarize_ledger(ledger).iloc[0]
    assert (row["n_open"], row["n_closed"], row["worst_station"]) == (1, 1, "T01")
    assert row["worst_multiple"] == pytest.approx(1.0)


def test_stations_belong_to_the_bay_they_are_nearest_to():
    result = make_assessment()
    assert set(locate_stations(result)) == {"test"}
    west = result.bays.translate(-0.5)
    both = pd.concat([result.bays, result.bays.set_geometry(west).rename(index={"test": "far"})])
    assert set(locate_stations(replace(result, bays=both))) == {"test"}
    named = result.stations.assign_coords(bay=("station", ["x"] * 6))
    assert set(locate_stations(replace(result, stations=named))) == {"x"}
    assert len(open_ledger(replace(result, stations=named))) == len(open_ledger(result))
    some = result.stations.assign_coords(bay=("station", ["x", "", "", "", "", ""]))
    assert locate_stations(replace(result, stations=some)).tolist() == ["x", *["test"] * 5]


def test_wrong_inputs_are_refused():
    with pytest.raises(InputError, match="previous ledger lacks the columns bay_id"):
        open_ledger(make_assessment(), pd.DataFrame({"a": [1]}))
    with pytest.raises(StandardError, match="target 'VI' is not a category"):
        open_ledger(make_assessment(), target="VI")


@pytest.mark.parametrize(
    "text", ["III", "Ⅲ", "Ⅲ类", "三类", "第三类", "class III", "3", "三类水质"]
)
def test_targets_may_be_written_as_people_do(text):
    assert target_number(make_standard(), text) == 3


def test_limits_in_words_and_multiples():
    standard = make_standard()
    assert target_number(standard) == 2
    ph = Limit("ph", ((7.8, 8.5), None), "range")
    assert [limit_text(ph, 1), limit_text(ph, 2)] == ["7.8-8.5", ""]
    assert limit_at(ph, 3) is None
    assert np.isnan(exceedance_multiple(9.0, ph, 1))
    found = exceedance_multiple([0.1, 0.6, np.nan], standard.limits["din"], 2)
    np.testing.assert_allclose(found, [0, 1, np.nan])

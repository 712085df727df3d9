"""The good share under other choices of the assessment."""

from dataclasses import replace

import numpy as np
import pytest

import bayqa as bq
from bayqa.assess import tabulate_sensitivity
from tests.builders import make_assessment, make_bays, make_samples


@pytest.fixture(scope="module")
def result():
    return bq.assess(make_bays(), make_samples(), spacing=200, draws=0)


@pytest.fixture(scope="module")
def sensitivity(result):
    seen = []
    table = tabulate_sensitivity(result, methods=("matern", "idw", "kriging"), spacings=(300.0,),
                                 leave_out=["T01", "T02"], campaigns=["2023-summer"],
                                 progress=lambda *step: seen.append(step))  # fmt: skip
    return table, seen


def test_sensitivity_has_a_row_for_each_choice(sensitivity):
    table, seen = sensitivity
    choices = table.loc[table["campaign"] == "annual", ["choice", "setting"]].to_numpy().tolist()
    assert choices == [["base", "matern"], ["method", "idw"], ["method", "kriging"],
                       ["spacing", "300"], ["station", "T01"], ["station", "T02"]]  # fmt: skip
    assert [step[:2] for step in seen] == [(k, 6) for k in range(1, 7)]
    assert table["share"].between(0, 1).all() and (table["note"] == "").all()


def test_the_base_is_the_assessment_itself(sensitivity, result):
    table, _ = sensitivity
    base = table[(table["choice"] == "base") & (table["campaign"] == "2023-summer")]
    good = result.tables["good"].query("campaign == '2023-summer' and parameter == 'overall'")
    assert base["share"].to_numpy() == pytest.approx(good["share"].to_numpy(), abs=1e-12)


def test_change_is_from_the_base(sensitivity):
    table, _ = sensitivity
    summer = table[table["campaign"] == "2023-summer"]
    base = summer.loc[summer["choice"] == "base", "share"].item()
    assert summer["change"].to_numpy() == pytest.approx(summer["share"].to_numpy() - base, abs=1e-9)
    assert summer.loc[summer["choice"] == "station", "change"].abs().max() > 0


def test_every_station_is_left_out_by_default(result):
    table = tabulate_sensitivity(result, methods=(), spacings=(), campaigns=["2023-spring"])
    found = table.loc[(table["choice"] == "station") & (table["campaign"] == "annual"), "setting"]
    assert found.tolist() == result.stations.station.to_numpy().tolist()


def test_a_choice_that_fails_says_why():
    table = tabulate_sensitivity(
        make_assessment(), methods=("guesswork",), spacings=(), leave_out=False
    )
    row = table[table["choice"] == "method"].iloc[0]
    assert np.isnan(row["share"]) and "guesswork" in row["note"]


def test_a_bay_with_joined_rivers_keeps_them_at_other_spacings(result):
    joined = replace(result, settings={**result.settings, "join_rivers": True})
    table = tabulate_sensitivity(joined, methods=(), spacings=(400.0,), leave_out=False)
    assert (table["note"] == "").all()

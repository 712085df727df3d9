"""Levels describe the stations: median, range, counts."""

from __future__ import annotations

import numpy as np
import pytest

from bayqa.assess.levels import tabulate_levels
from tests.builders import make_stations


def test_median_and_range_by_hand():
    stations = make_stations().isel(station=slice(0, 5))
    stations["din"][0] = [1.0, 2.0, 3.0, 4.0, 5.0]
    row = tabulate_levels(stations, ["din"]).iloc[0]
    assert (row.campaign, row.n, row["median"]) == ("2023-spring", 5, 3.0)
    # Linear between ranks: 10 % of 4 steps above the least, and the same below the greatest.
    assert (row.low, row.high) == (pytest.approx(1.4), pytest.approx(4.6))
    assert (row.smallest, row.largest) == (1.0, 5.0)


def test_missing_stations_are_counted_out_and_censored_ones_counted():
    stations = make_stations().copy(deep=True)
    stations["din"][0, 0] = np.nan
    stations["din_lower"][0, 1] = 0.0
    row = tabulate_levels(stations, ["din"]).iloc[0]
    assert (row.n, row.n_censored) == (5, 1)


def test_campaign_without_a_value_stays_as_missing():
    stations = make_stations()
    stations["din"][1] = np.nan
    row = tabulate_levels(stations, ["din"]).iloc[1]
    assert row.n == 0
    assert np.isnan(row["median"])


def test_all_measured_parameters_come_by_default():
    assert tabulate_levels(make_stations()).parameter.unique().tolist() == ["din", "do"]

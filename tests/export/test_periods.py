"""Campaign names are read as calendar periods."""

from __future__ import annotations

import pandas as pd
import pytest

from bayqa.export.periods import find_periods


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2023-spring", "2023-03-01", "2023-06-01"),
        ("2023-autumn", "2023-09-01", "2023-12-01"),
        ("2024-winter", "2023-12-01", "2024-03-01"),
        ("2023-Q4", "2023-10-01", "2024-01-01"),
        ("2023-02", "2023-02-01", "2023-03-01"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("2023-typhoon", "2023-01-01", "2024-01-01"),
        ("baseline", "1970-01-01", "1971-01-01"),
    ],
)
def test_names_say_their_months(name, start, end):
    assert find_periods([name]) == [(pd.Timestamp(start), pd.Timestamp(end))]


def test_own_seasons_name_their_months():
    scheme = {"flood": (5, 6), "ice": 1}
    flood, ice = find_periods(["2020-flood", "2020-ice"], scheme)
    assert (flood.start, flood.end) == (pd.Timestamp("2020-05-01"), pd.Timestamp("2020-07-01"))
    assert ice.middle == pd.Timestamp("2020-01-16")

"""Flags and states that a file carries, rows of blanks, and depths in other units."""

import numpy as np
import pytest

from .files import found, read_rows

KEYS = ["station", "lon", "lat", "date", "DIN (mg/L)"]


def flagged(tmp_path, head, *cells):
    rows = [[*KEYS, head]]
    rows += [[f"W{i}", 122, 37 + i / 10, "2023-05-08", 0.2 + i / 10, c]
             for i, c in enumerate(cells)]  # fmt: skip
    return read_rows(tmp_path, rows)


@pytest.mark.parametrize(("head", "cells", "flags"), [
    ("qc_flag", ["1", "2", "3", "4", "9"], [2, 2, 3, 4, 4]),
    ("quality flag", ["good", "suspect", "bad", ""], [2, 3, 4, 2]),
    ("status", ["Accepted", "Rejected", "Final"], [2, 4, 2]),
    ("质控码", ["有效", "无效", "可疑"], [2, 4, 3]),
    ("sample type", ["Routine", "Field blank", "Matrix spike"], [2, 4, 4]),
    ("样品类型", ["水样", "现场空白", "加标"], [2, 4, 4]),
])  # fmt: skip
def test_rows_that_the_file_calls_bad_are_not_used(tmp_path, head, cells, flags):
    samples = flagged(tmp_path, head, *cells)
    assert samples["flag"].tolist() == flags
    marked = found(samples, "quality", "flagged")["count"].sum()
    assert marked == sum(f > 2 for f in flags)


def test_flags_without_an_agreed_meaning_are_a_doubt(tmp_path):
    samples = flagged(tmp_path, "flag", "0", "1", "0")
    assert samples["flag"].tolist() == [2, 2, 2]
    assert found(samples, "quality", "doubtful")["found"].tolist() == ["1"]
    assert found(flagged(tmp_path, "flag", "B7", "good"), "quality")["found"].tolist() == ["B7"]


@pytest.mark.parametrize(("head", "cells"), [
    ("depth", ["-0.5", "-10"]), ("depth (ft)", ["1.640419948", "32.80839895"]),
    ("depth_cm", ["50", "1000"]),
])  # fmt: skip
def test_depths_in_other_units_and_negative_ones(tmp_path, head, cells):
    samples = flagged(tmp_path, head, *cells)
    np.testing.assert_allclose(samples["depth_m"], [0.5, 10])
    assert samples["layer"].tolist() == ["surface", "unstated"]
    assert len(found(samples, "depth")) == 1


def test_a_range_of_months_in_a_title_is_no_date(tmp_path):
    rows = [["2023年5月~8月监测结果"], [*KEYS[:3], KEYS[4]], ["W1", 122, 37, 0.3]]
    assert len(found(read_rows(tmp_path, rows), "date", "flagged")) == 1

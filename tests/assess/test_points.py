import numpy as np
import pandas as pd
import pytest

from bayqa.assess import rate_groundwater, tabulate_points
from bayqa.assess.ratings.points import average_points, find_place, tidy_points
from bayqa.assess.ratings.tables import arrange
from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.standards import load_standard
from tests.builders import make_samples


def some_samples():
    samples = make_samples().iloc[:6].copy()
    samples["water"] = ["river", "river", "river", "river", "sea", "river"]
    samples["flag"] = [1, 2, 4, 1, 1, 1]
    samples["lower"] = [0.1, 0.0, 0.1, 2.0, 0.1, np.nan]
    samples["upper"] = [0.1, 0.02, 0.1, np.inf, 0.1, np.nan]
    samples["value"] = [0.1, np.nan, 0.1, 9.0, 0.1, np.nan]
    return samples


def test_points_hold_usable_values_of_one_water():
    table = tabulate_points(some_samples(), "river")
    # exact, below 0.02 as its half, above 2 as its bound; flagged and empty rows are counted
    assert table["value"].tolist() == [0.1, 0.01, 2.0]
    assert table.attrs == {"censored": "half", "n_left_out": 2}
    assert "geometry" not in table and table.columns[0] == "station"
    assert tabulate_points(some_samples(), "river", censored="limit")["value"][1] == 0.02
    assert len(tabulate_points(some_samples())) == 4


def test_unknown_treatment_is_named():
    with pytest.raises(InputError, match="treatment 'guess' of values below detection"):
        tabulate_points(some_samples(), censored="guess")


def test_wide_and_tidy_tables_give_the_same():
    wide = pd.DataFrame(
        {
            "断面": ["a", "b"],
            "水质目标": ["III", "II"],
            "year": [2023, 2023],
            "高锰酸盐指数": [3.0, 4.0],
            "DO": [7.0, 8.0],
        }
    )
    long = pd.DataFrame(
        {
            "section": list("abab"),
            "target": ["III", "II"] * 2,
            "year": 2023,
            "parameter": ["cod_mn", "cod_mn", "do", "do"],
            "value": [3.0, 4.0, 7.0, 8.0],
        }
    )
    one, two = (average_points(tidy_points(t)) for t in (wide, long))
    pd.testing.assert_frame_equal(one, two)
    assert find_place(tidy_points(wide), "target").to_dict() == {"a": "III", "b": "II"}
    assert find_place(tidy_points(wide), "river").to_dict() == {"a": "", "b": ""}


def test_means_by_period_and_of_ph():
    table = pd.DataFrame(
        {
            "station": "a",
            "parameter": ["tp", "tp", "tp", "ph", "ph", "ph"],
            "time": ["2023-01-01", "2023-01-20", "2023-02-01"] * 2,
            "value": [0.1, 0.3, 0.5, 7.0, 9.0, np.nan],
        }
    )
    tidy = tidy_points(table)
    assert average_points(tidy, period="month")["value"].tolist()[:2] == [0.2, 0.5]
    year = average_points(tidy).set_index("parameter")
    assert year["value"]["tp"] == pytest.approx(0.3) and year["n"]["ph"] == 2
    # the mean of 1e-7 and 1e-9 is 5.05e-8
    assert year["value"]["ph"] == pytest.approx(-np.log10(5.05e-8))
    plain = average_points(tidy, ph_mean="plain").set_index("parameter")
    assert plain["value"]["ph"] == 8.0
    assert average_points(tidy, period="quarter")["period"].unique().tolist() == ["2023Q1"]


def test_a_mean_at_the_limit_is_not_pushed_over_it():
    table = pd.DataFrame(
        {"station": "a", "parameter": "tp", "year": 2023, "value": [0.1 + 0.2, 0.3, 0.3]}
    )
    assert average_points(tidy_points(table))["value"].tolist() == [0.3]


def test_unusable_tables_are_refused():
    with pytest.raises(InputError, match="no column names the place"):
        tidy_points(pd.DataFrame({"tp": [1.0]}))
    with pytest.raises(InputError, match="no column is a known parameter"):
        tidy_points(pd.DataFrame({"station": ["a"], "beauty": [1.0]}))
    with pytest.raises(InputError, match="parameter column but no value column"):
        tidy_points(pd.DataFrame({"station": ["a"], "parameter": ["tp"]}))
    with pytest.raises(InputError, match="value '0.01L' .* is not a number"):
        tidy_points(pd.DataFrame({"station": ["a"], "tp": ["0.01L"]}))
    with pytest.raises(InputError, match="period 'week' is unknown"):
        average_points(tidy_points(pd.DataFrame({"station": ["a"], "tp": [1.0]})), period="week")


def test_tables_have_one_type_a_column():
    parts = [
        pd.DataFrame({"value": [1], "good_share": [0.5]}),
        pd.DataFrame({"level": ["all"], "target_met": [True]}),
        pd.DataFrame(),
    ]
    found = arrange(parts, ["level", "value", "good_share", "target_met"])
    assert found["level"].tolist() == ["", "all"]
    kinds = [str(found[c].dtype) for c in ("value", "good_share", "target_met")]
    assert kinds == ["Int64", "float64", "boolean"]


def test_what_is_not_detected_meets_a_class_that_asks_for_it(tmp_path):
    # GB/T 14848: anionic surfactants of class I are "not detected"; half the limit is 0.025 mg/L.
    path = tmp_path / "wells.csv"
    heads = ["监测点", "监测时间", "阴离子表面活性剂(mg/L)", "砷(mg/L)"]
    rows = [("p", "2023-05", "0.05L", "0.001"), ("p", "2023-10", "未检出", "0.001"),
            ("q", "2023-05", "0.05L", "0.001"), ("q", "2023-10", "0.06", "0.001"),
            ("r", "2023-05", "0.05L", "<0.01")]  # fmt: skip
    pd.DataFrame(rows, columns=heads).to_csv(path, index=False)
    points = tabulate_points(read_samples(path, water="groundwater"))
    card = rate_groundwater(points, load_standard("GB/T 14848-2017")).set_index("place")
    # Other items keep what stands in for them: arsenic below 0.01 counts as 0.005, class III.
    assert card["category"].to_dict() == {"p": "I", "q": "II", "r": "III", "all": ""}

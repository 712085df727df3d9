"""Edges of the standards, by hand and against worked cases."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.errors import StandardError
from bayqa.standards import TOLERANCE, load_standard
from tests.shared_data import shared_file

GB3097 = load_standard("GB 3097-1997")
NAMES = {"DO": "do", "pH": "ph", "COD": "cod_mn", "DIN": "din", "DIP": "dip", "oil": "oil",
         "Zn": "zinc", "Hg": "mercury", "As": "arsenic", "Cu": "copper", "Pb": "lead",
         "Cd": "cadmium", "Cr": "chromium"}  # fmt: skip


@pytest.mark.parametrize(
    ("parameter", "value", "category"),
    [
        ("do", 6.01, 1), ("do", 6.00, 2), ("do", 5.00, 3), ("do", 3.00, 5), ("do", 3.01, 4),
        ("din", 0.20, 1), ("din", 0.2001, 2), ("din", 0.50, 4), ("din", 0.51, 5),
        ("dip", 0.015, 1), ("dip", 0.020, 2), ("dip", 0.030, 2), ("dip", 0.031, 4),
        ("ph", 8.5, 1), ("ph", 8.51, 3), ("ph", 7.8, 1), ("ph", 7.79, 3), ("ph", 6.8, 3),
        ("ph", 8.8, 3), ("ph", 8.81, 5), ("ph", 8.9, 5), ("ph", 6.79, 5),
        ("oil", 0.05, 1), ("oil", 0.051, 3), ("cadmium", 0.010, 3), ("ddt", 0.0001, 2),
        ("bap", 0.0025, 1), ("bap", 0.0026, 5), ("cs137", 0.7, 1),
        ("total_coliforms", 10_000, 1), ("total_coliforms", 10_001, 4),
    ],
)  # fmt: skip
def test_gb3097_edges(parameter, value, category):
    assert GB3097.grade(parameter, value) == category


def test_oxygen_sign_differs_between_sea_and_river():
    river = load_standard("GB 3838-2002")
    assert GB3097.grade("do", 5.0) == 3
    assert river.grade("do", 5.0) == 3 and river.grade("do", 4.999) == 4
    assert GB3097.grade("do", 6.0) == 2 and river.grade("do", 6.0) == 2
    assert river.grade("do", 7.5) == 1


def test_coliforms_beyond_class_three_are_a_switch():
    assert load_standard("GB 3097-1997", open_class="worse").grade("total_coliforms", 10_001) == 5
    assert load_standard("GB 3097-1997 raw-shellfish").grade("total_coliforms", 701) == 4


def test_temperature_rise_is_stricter_in_summer():
    assert GB3097.grade("temperature_rise", 1.5) == 1
    assert GB3097.grade("temperature_rise", 1.5, season="summer") == 3


def test_groundwater_shared_limits_give_the_better_class():
    ground = load_standard("GB/T 14848-2017")
    assert ground.grade("arsenic", 0.001) == 1
    assert ground.grade("ph", [6.5, 8.5, 6.49, 9.0, 5.49, 9.01]).tolist() == [1, 1, 4, 4, 5, 5]
    assert ground.grade("gross_alpha", [0.1, 0.5, 0.51, 100]).tolist() == [1, 3, 4, 4]
    assert ground.grade("las", [0, 0.01]).tolist() == [1, 2]
    # 3.0 MPN/100 mL is 30 a litre.
    assert ground.grade("total_coliforms", [30, 31, 1001]).tolist() == [1, 4, 5]


def test_river_and_lake_part_at_phosphorus():
    assert load_standard("GB 3838-2002").grade("tp", 0.05) == 2
    assert load_standard("GB 3838-2002 lake").grade("tp", 0.05) == 3
    with pytest.raises(StandardError, match="GB 3838-2002 has no limit for 'tn'"):
        load_standard("GB 3838-2002").grade("tn", 1.0)


def test_noise_of_unit_conversion_flips_no_class():
    assert 0.1 + 0.2 > 0.3
    assert GB3097.grade("din", 0.1 + 0.2) == 2
    assert GB3097.grade("do", 0.1 * 60) == 2
    assert GB3097.grade("din", np.array([0.3], np.float32))[0] == 2
    assert GB3097.grade("din", 0.3 * (1 + 3 * TOLERANCE)) == 3
    # 20 ug/L given in mg/L through a factor that is not exact.
    assert GB3097.grade("nh3_un", 20 * 1e-3) == 1


@given(st.sampled_from(list(GB3097.limits)), st.floats(1e-7, 1e5), st.floats(1e-7, 1e5))
def test_a_worse_value_never_has_a_better_grade(name, a, b):
    limit, (low, high) = GB3097.limits[name], sorted((a, b))
    if limit.direction == "max":
        assert GB3097.grade(name, low) <= GB3097.grade(name, high)
    elif limit.direction == "min":
        assert GB3097.grade(name, low) >= GB3097.grade(name, high)


def test_shape_is_kept():
    assert GB3097.grade("din", np.full((2, 3), 0.25)).shape == (2, 3)
    assert GB3097.grade("din", [[0.1], [np.nan]]).tolist() == [[1], [0]]
    assert isinstance(GB3097.grade("din", 1), int)


def _cases(prefix):
    table = pd.read_csv(shared_file("oracles/china.csv"))
    rows = table[table["id"].str.startswith(prefix)]
    assert len(rows)
    return [(json.loads(r.inputs), json.loads(r.expected)) for r in rows.itertuples()]


def test_oracle_edges():
    for given_, expected in _cases("CN-EDGE"):
        assert GB3097.grade("do", given_["DO_mgL"]) == expected["DO_class"]
        assert GB3097.grade("ph", given_["pH"]) == expected["pH_class"]


def test_oracle_stations():
    for given_, expected in _cases("CN-STN"):
        grades = {
            short: GB3097.grade(NAMES[short], given_[short])
            for short in expected["class_by_parameter"]
        }
        assert grades == expected["class_by_parameter"]
        assert max(grades.values()) == expected["station_class"]


def test_oracle_of_a_wrong_table_in_the_wild():
    ((_, expected),) = _cases("CN-NEG")
    assert list(GB3097.limits["dip"].edges) == expected["correct_DIP"]
    bands = [f"{low}-{high}" for low, high in GB3097.limits["ph"].edges]
    assert bands == expected["correct_pH"]


def test_a_published_korean_record():
    # Haeundae, second quarter 2018: 10 * 2 + 6 + 4 = 30, grade II; oxygen equal to its reference.
    korea = load_standard("kr-wqi korea-strait")
    scores = [
        korea.grade("chla", 0.82),
        korea.grade("do_sat", 90),
        korea.grade("secchi", 3.5),
        korea.grade("din", 0.1137),
        korea.grade("dip", 0.0281),
    ]
    assert scores == [1, 2, 1, 1, 1]

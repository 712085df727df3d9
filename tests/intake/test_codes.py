"""Codes of quality, fractions of samples, and the columns and depths that belong to them."""

import pytest

from bayqa.intake.vocabulary.codes import read_codes
from bayqa.intake.vocabulary.fractions import find_part, name_part, read_fraction

from .files import found, read_rows, values

KEYS = ["station", "lon", "lat", "date"]
PLACE = ["W1", 122, 37, "2023-05-08"]


@pytest.mark.parametrize(("heading", "words", "flags", "signs"), [
    ("QV:SEADATANET", "1 2 3 4 6 7 8 9 A Q", [0, 0, 3, 4, 0, 0, 3, 0, 3, 0],
     ["", "", "", "", "below", "above", "", "missing", "", "below"]),
    ("QV:ODV:SAMPLE", "0 1 4 8", [0, 0, 3, 4], [""] * 4),
    ("SALNTY_FLAG_W", "2 3 4 5 6 9", [0, 3, 4, 0, 0, 0], ["", "", "", "missing", "", "missing"]),
    ("qc", "1 3 4 9", [0, 3, 4, 0], ["", "", "", "missing"]),
    ("flag", "0 1", [0, 0], ["", "unknown"]),
    ("qc", "0 1", [0, 0], ["", ""]),
    ("state", "good suspect bad B7", [0, 3, 4, 0], ["", "", "", "unknown"]),
])  # fmt: skip
def test_schemes_of_codes(heading, words, flags, signs):
    codes = read_codes(words.split(), heading)
    assert [c.flag for c in codes] == flags
    assert [c.sign for c in codes] == signs


def test_other_columns_of_codes_tell_the_scheme():
    assert read_codes(["1"], "flag", others=["1", "4"])[0].sign == ""
    assert read_codes(["1"], "flag", others=["1", "0"])[0].sign == "unknown"


def test_words_of_a_mapping_win():
    codes = read_codes(["U", "good", "B"], "flag", {"suspect": ["good"], "bad": ["U"]})
    assert [(c.flag, c.sign) for c in codes] == [(4, ""), (3, ""), (0, "unknown")]


@pytest.mark.parametrize(("text", "fraction"), [
    ("Dissolved", "dissolved"), ("Filtered, field", "dissolved"), ("Total", "total"),
    ("Unfiltered", "total"), ("Non-Filterable (Particle)", "particulate"), ("W-DIS", "dissolved"),
    ("Suspended", "particulate"), ("Total Recoverable", "total"), ("", ""), ("None", ""),
])  # fmt: skip
def test_fractions(text, fraction):
    assert read_fraction(text) == fraction


@pytest.mark.parametrize(("parameter", "fraction", "part"), [
    ("tp", "dissolved", "tdp"), ("tn", "dissolved", "tdn"), ("tp", "particulate", None),
    ("no3_n", "dissolved", "no3_n"), ("tss", "dissolved", None), ("tss", "particulate", "tss"),
    ("toc", "dissolved", None), ("cadmium", "dissolved", "cadmium"), (None, "total", None),
])  # fmt: skip
def test_parts_of_parameters(parameter, fraction, part):
    assert find_part(parameter, fraction) == part


@pytest.mark.parametrize(("name", "parameter"), [
    ("Nitrate + Nitrite as N, Dissolved", "no23_n"), ("Dissolved Phosphorus", "tdp"),
    ("Phosphorus Total", "tp"), ("Phosphate, Total as P", "tp"), ("TotPhos", "tp"),
    ("Orthophosphate, Total", "dip"), ("Particulate Phosphorus", None), ("Total", None),
    ("Dissolved Organic Nitrogen", None), ("Total Organic Nitrogen", None), ("TON", None),
    ("Total solids", None), ("Dissolved organic carbon", None), ("Chlorophyll a, dissolved", None),
])  # fmt: skip
def test_names_with_words_of_fractions(name, parameter):
    assert name_part(name)[0] == parameter


def test_a_code_belongs_to_the_value_beside_it(tmp_path):
    head = [*KEYS, "NH4-N", "QC flag", "NO3-N", "QC flag"]
    samples = read_rows(tmp_path, [head, [*PLACE, 0.1, 4, 0.2, 1], [*PLACE, 0.1, 2, 0.2, 3]])
    assert values(samples, "nh4_n", "flag").tolist() == [4, 2]
    assert values(samples, "no3_n", "flag").tolist() == [2, 3]


def test_codes_without_a_meaning_are_a_doubt(tmp_path):
    rows = [[*KEYS, "DIN (mg/L)", "DIN_QC"], [*PLACE, 0.1, "Z1"]]
    doubt = found(read_rows(tmp_path, rows), "quality", "doubtful").iloc[0]
    assert (doubt["column"], doubt["found"]) == ("DIN_QC", "Z1")


def test_a_u_for_unreliable_is_no_limit(tmp_path):
    rows = [[*KEYS, "parameter", "value", "unit", "quality flag"],
            [*PLACE, "DIN", 0.1, "mg/L", "U"], [*PLACE, "DIN", 0.2, "mg/L", "good"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din", "lower").tolist() == [0.1, 0.2]


def test_parts_beside_their_whole_are_left_to_the_user(tmp_path):
    rows = [[*KEYS, "Zinc (ug/L)", "Dissolved Zinc (ug/L)"], [*PLACE, 5, 4]]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "zinc") == pytest.approx([0.005])
    assert found(samples, "column", "doubtful")["found"].tolist() == ["Dissolved Zinc (ug/L)"]


@pytest.mark.parametrize(("clock", "time"), [
    ("804", "08:04"), ("1430", "14:30"), ("2:05 PM", "14:05"), ("12:10:30 am", "00:10"),
])  # fmt: skip
def test_clock_times_of_many_forms(tmp_path, clock, time):
    rows = [["station", "lon", "lat", "Date", "Time", "DIN"],
            ["W1", 122, 37, "2023-05-08", clock, 0.1]]  # fmt: skip
    assert str(read_rows(tmp_path, rows)["time"].iloc[0])[11:16] == time


def test_codes_of_a_place_hold_for_the_row(tmp_path):
    head = ["station", "lon", "lat", "POSITION_QC", "date", "NH4-N", "NO3-N"]
    rows = [head, ["A", 122, 37, 1, "2023-05-08", 1, 2], ["B", 122, 37, 4, "2023-05-08", 1, 2]]
    samples = read_rows(tmp_path, rows)
    assert samples["flag"].tolist() == [2, 2, 4, 4]


def test_codes_that_belong_to_nothing_are_a_doubt(tmp_path):
    rows = [["T_qual", *KEYS, "DIN"], [4, *PLACE, 0.1]]
    assert found(read_rows(tmp_path, rows), "column", "doubtful")["found"].tolist() == ["T_qual"]


def test_water_is_never_without_ph(tmp_path):
    rows = [
        [*KEYS, "pH", "DIN", "Cd"],
        [*PLACE, "ND", "ND", "ND"],
        ["W2", *PLACE[1:], 8, 0.2, "ND"],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["flag"].tolist() == [9, 9, 9, 2, 2, 9]
    assert values(samples, "ph", "upper")[1] == 8
    assert found(samples, "not measured", "assumed")["count"].sum() == 3


@pytest.mark.parametrize("text", ["-999.0000", "-9999.000", "-99999.00"])
def test_fill_values_with_any_decimals_are_missing(tmp_path, text):
    samples = read_rows(tmp_path, [[*KEYS, "DIN"], [*PLACE, text], [*PLACE, "0.2"]])
    assert samples["flag"].tolist()[0] == 9

"""Marks and numbers of laboratories, one by one."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.intake.vocabulary.values import KINDS, decimal_comma, parse_value, parse_words
from tests.shared_data import shared_file

INF = math.inf
CASES = [
    ("0.32", "exact", 0.32, 0.32),
    ("0．05", "exact", 0.05, 0.05),
    ("３．１４", "exact", 3.14, 3.14),
    ("0. 5", "exact", 0.5, 0.5),
    ("- 0.5", "exact", -0.5, -0.5),
    ("1,234.5", "exact", 1234.5, 1234.5),
    ("1.2×10^-3", "exact", 0.0012, 0.0012),
    ("1.2x10-3", "exact", 0.0012, 0.0012),
    ("1.2E−3", "exact", 0.0012, 0.0012),
    ("7.95±0.02", "exact", 7.95, 7.95),
    ("<0.01", "below", 0, 0.01),
    ("＜0.01", "below", 0, 0.01),
    ("≤ 0.01", "below", 0, 0.01),
    ("小于0.01", "below", 0, 0.01),
    ("0.001L", "below", 0, 0.001),
    ("0.001 L", "below", 0, 0.001),
    ("0.05(L)", "below", 0, 0.05),
    ("<0.5L", "below", 0, 0.5),
    ("ND(0.01)", "below", 0, 0.01),
    ("未检出(0.003)", "below", 0, 0.003),
    ("未检出（检出限0.003）", "below", 0, 0.003),
    ("ND<0.004", "below", 0, 0.004),
    ("<0.01 mg/L", "below", 0, 0.01),
    (">3.0", "above", 3, INF),
    ("≥2", "above", 2, INF),
    ("大于3", "above", 3, INF),
    ("0.1~0.3", "interval", 0.1, 0.3),
    ("0.1-0.3", "interval", 0.1, 0.3),
    ("[0, 0.02]", "interval", 0, 0.02),
]
MISSING = [
    "—",
    "－",
    "--",
    "/",
    "-9999",
    "-999",
    "缺测",
    "n/a",
    "NaN",
    "未监测",
    "#N/A",
    "*",
    "NULL",
]
BARE = ["ND", "N.D.", "nd", "未检出", "未检出 ", "低于检出限", "<LOD", "BDL"]
BAD = ["0.013sd", "S12", "1.5.2", "1_000", "1e999", "inf", "<", "0.3-0.1", "<-1", "3.2*", "2023年"]


@pytest.mark.parametrize(("text", "kind", "lower", "upper"), CASES)
def test_every_mark_becomes_its_interval(text, kind, lower, upper):
    reading = parse_value(text)
    assert reading.kind == kind
    assert (reading.lower, reading.upper) == (lower, upper)


@pytest.mark.parametrize("text", MISSING)
def test_marks_for_missing(text):
    assert parse_value(text).kind == "missing"


@pytest.mark.parametrize("text", BARE)
def test_marks_for_not_detected_have_no_upper_end_yet(text):
    reading = parse_value(text)
    assert reading.kind == "not detected"
    assert reading.lower == 0
    assert math.isnan(reading.upper)


@pytest.mark.parametrize("text", BAD)
def test_nothing_is_coerced(text):
    reading = parse_value(text)
    assert reading.kind == "unreadable"
    assert math.isnan(reading.value)


def test_blank_and_own_missing_words():
    assert parse_value(" \u3000 ").kind == "blank"
    assert parse_value("7777", missing=frozenset({"7777"})).kind == "missing"


def test_the_unit_in_a_cell_is_kept():
    assert parse_value("0.017 ug/L").unit == "ug/l"
    assert parse_value("85%").unit == "%"


def test_decimal_comma_is_told_from_thousands():
    assert parse_value("0,5", comma=True).value == 0.5
    assert parse_value("1.234,5", comma=True).value == 1234.5
    assert parse_value("<0,005", comma=True).upper == 0.005
    assert parse_value("0,5").kind == "unreadable"
    assert decimal_comma(["0,5", "12,25"]) is True
    assert decimal_comma(["0.5", "1,234.5"]) is False
    assert decimal_comma(["1,234", "7"]) is None


def test_the_ingest_oracle():
    rows = shared_file("oracles/china.csv").read_text("utf-8").splitlines()
    import csv

    row = next(r for r in csv.DictReader(rows) if r["id"] == "CN-INGEST-1")
    raw, want = json.loads(row["inputs"])["raw"], json.loads(row["expected"])
    kinds = {name: parse_value(text).kind for name, text in raw.items()}
    assert kinds["DIP"] == "unreadable"
    assert kinds["code"] == "unreadable"
    assert kinds["oil"] == "missing"
    assert kinds["blank"] == "blank"
    assert kinds["多环芳烃"] == kinds["无机氮"] == "not detected"
    assert parse_value(raw["六六六"]).upper == want["六六六"]["value"]
    assert parse_value(raw["铬"]).value == want["铬"]
    assert parse_value(raw["neg"]).value == -0.5  # impossible: flagged by the range test


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_their_text(number):
    assert parse_value(repr(number)).value == number or repr(number) in (
        "-9999.0",
        "-999.0",
        "-99.0",
    )


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_exception(text):
    reading = parse_value(text)
    assert reading.kind in KINDS
    if reading.kind in ("exact", "below", "interval"):
        assert reading.lower <= reading.value <= reading.upper


def test_words_agree_with_single_readings():
    words = [c[0] for c in CASES] + MISSING + BARE + BAD
    kind, bounds, units, notes = parse_words(words)
    for k, word in enumerate(words):
        reading = parse_value(word)
        assert KINDS[kind[k]] == reading.kind
        assert np.array_equal(bounds[:, k], [reading.value, reading.lower, reading.upper], True)

"""CSV tables: readable by people, spreadsheets and Frictionless, and harmless."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.export.tables import defuse, write_table


@pytest.mark.slow
def test_frictionless_accepts_every_table(saved):
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(saved / "tables" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert len(report.tasks) == len(list((saved / "tables").glob("*.csv")))


def test_shares_return_exactly(result, saved):
    table = pd.read_csv(saved / "tables" / "shares.csv", float_precision="round_trip")
    pd.testing.assert_frame_equal(table, result.shares, check_dtype=False, rtol=0, atol=0)


def test_package_names_keys_and_meanings(saved):
    document = json.loads((saved / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    shares = next(r for r in document["resources"] if r["name"] == "shares")
    assert shares["schema"]["primaryKey"][0] == "bay_id"
    fields = {field["name"]: field for field in shares["schema"]["fields"]}
    assert fields["share"]["type"] == "number"
    assert fields["year"]["type"] == "integer"
    assert "percentile" in fields["share_low"]["description"]
    assert document["description"] == "demonstration values"


def test_stations_table_is_long_with_categories(saved):
    table = pd.read_csv(saved / "tables" / "stations.csv")
    assert len(table) == 6 * 3 * 2
    row = table.query("station == 'T01' and campaign == '2023-spring' and parameter == 'din'")
    assert row.category.item() == "III"
    assert row.unit.item() == "mg/L"


def test_formulas_are_defused_and_numbers_are_not(tmp_path):
    table = pd.DataFrame(
        {"note": ["=1+1", "@SUM(A1)", "-", "好", None], "value": [-1.5, 2, 3, 4, 5]}
    )
    write_table(table, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["note,value", "'=1+1,-1.5", "'@SUM(A1),2.0", "'-,3.0", "好,4.0", ",5.0"]


def test_column_names_are_defused_too(tmp_path):
    resource = write_table(pd.DataFrame({"=cmd()": [1]}), tmp_path / "t.csv")
    assert resource["schema"]["fields"][0]["name"] == "'=cmd()"
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").startswith("'=cmd()")


@given(st.text(max_size=12))
def test_no_cell_starts_as_a_formula(text):
    assert not defuse(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_infinite_missing_and_boolean_values(tmp_path):
    table = pd.DataFrame({"a": [np.inf, np.nan], "b": [True, False], "c": pd.NaT})
    resource = write_table(table, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1:] == ["INF,true,", ",false,"]
    kinds = [field["type"] for field in resource["schema"]["fields"]]
    assert kinds == ["number", "boolean", "datetime"]


def test_repeated_keys_make_no_primary_key(tmp_path):
    table = pd.DataFrame({"station": ["a", "a"]})
    assert "primaryKey" not in write_table(table, tmp_path / "t.csv", keys=["station"])["schema"]

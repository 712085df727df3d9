"""Units against pint, the oracle file, and hand answers."""

import json

import numpy as np
import pytest

from bayqa.intake.oxygen import oxygen_solubility
from bayqa.intake.vocabulary.units import MOLAR_MASS, convert_unit, parse_species, parse_unit
from bayqa.parameters import load_parameters
from tests.shared_data import shared_file

from .files import found, one, read_rows, with_cells, with_column

SPELLINGS = {
    ("mass", 1.0): [
        "mg/L",
        "mg/l",
        "MG/L",
        "mg·L-1",
        "mg·L⁻¹",
        "mg L-1",
        "mg L^-1",
        "mgL",
        "mg_L",
        "毫克/升",
        "g/m3",
        "g/m³",
        "mg/dm3",
        "ppm",
        "（mg/L）",
        "mg / L",
        "ug/ml",
    ],
    ("mass", 1e-3): ["µg/L", "μg/L", "ug/l", "微克/升", "mg/m3", "mg m-3", "ppb", "ng/mL"],
    ("mass", 1e-6): ["ng/L", "纳克/升"],
    ("mole", 1e-3): [
        "µmol/L",
        "umol/l",
        "μmol·L-1",
        "µM",
        "uM",
        "mmol/m3",
        "mmol m^-3",
        "微摩尔/升",
        "ug-at/L",
    ],
    ("count", 10.0): ["CFU/100mL", "MPN/100ml", "cfu_100mL", "个/100mL"],
    ("count", 1.0): ["个/L", "MPN/L", "cells/L"],
    ("temperature", 1.0): ["℃", "°C", "degC", "deg C", "C", "摄氏度"],
    ("salinity", 1.0): ["psu", "PSU", "‰", "ppt", "g/kg"],
    ("percent", 1.0): ["%", "% saturation", "per_saturation", "percent"],
}
PINT = [
    ("g/L", 1e3),
    ("mg/L", 1.0),
    ("ug/L", 1e-3),
    ("ng/L", 1e-6),
    ("mg/m3", 1e-3),
    ("kg/m3", 1e3),
]


@pytest.mark.parametrize(("meant", "texts"), SPELLINGS.items(), ids=str)
def test_spellings(meant, texts):
    for text in texts:
        unit = parse_unit(text)
        assert unit is not None, text
        assert (unit.kind, pytest.approx(unit.factor, rel=1e-12)) == meant, text


@pytest.mark.parametrize("text", ["", "abc", "表层", "DO", "2023", "mg", "m/s", "无机氮"])
def test_what_is_no_unit(text):
    assert parse_unit(text) is None


def test_species():
    assert parse_unit("mg/L as NO3").species == "NO3"
    assert parse_unit("mg N/L").species == "N"
    assert parse_unit("mg/L(以N计)").species == "N"
    assert parse_unit("mg/l PO4").species == "PO4"
    assert parse_species("as P") == "P"
    assert parse_species("以PO4计") == "PO4"
    assert parse_species("anything") == ""


def test_hand_answers():
    # DIN 10 umol/L x 14.007 g/mol = 0.14007 mg/L; DIP 1 umol/L = 0.030974 mg/L.
    assert convert_unit(parse_unit("umol/L"), "din").factor * 10 == pytest.approx(
        0.14007, rel=1e-12
    )
    assert convert_unit(parse_unit("umol/L"), "dip").factor == pytest.approx(0.030974, rel=1e-12)
    # 4.4268 mg NO3/L hold 1 mg N/L; 3.0661 mg PO4/L hold 1 mg P/L.
    assert convert_unit(parse_unit("mg/L as NO3"), "no3_n").factor == pytest.approx(
        1 / 4.4266, 1e-4
    )
    assert convert_unit(parse_unit("mg/L as PO4"), "dip").factor == pytest.approx(1 / 3.0661, 1e-4)
    assert convert_unit(parse_unit("mg/L"), "dip", "PO4").factor == pytest.approx(1 / 3.0661, 1e-4)
    assert convert_unit(parse_unit("ug/L"), "copper").factor == pytest.approx(1e-3)
    assert convert_unit(parse_unit("ml/l"), "do").factor == pytest.approx(1.42905, rel=1e-4)
    kelvin = convert_unit(parse_unit("K"), "temperature")
    assert (kelvin.factor, kelvin.offset) == (1, -273.15)
    warm = convert_unit(parse_unit("degF"), "temperature")
    assert 77 * warm.factor + warm.offset == pytest.approx(25)


def test_kinds_that_do_not_fit_are_no_conversion():
    for unit, parameter in [
        ("%", "do"),
        ("mg/L", "temperature"),
        ("psu", "din"),
        ("m", "din"),
        ("umol/L", "cod_mn"),
        ("NTU", "tss"),
    ]:
        assert convert_unit(parse_unit(unit), parameter) is None, (unit, parameter)


@pytest.mark.parametrize("parameter", load_parameters())
def test_the_canonical_unit_of_every_parameter_converts_to_itself(parameter):
    unit = parse_unit(load_parameters()[parameter].unit)
    assert unit is not None
    got = convert_unit(unit, parameter)
    assert (got.factor, got.offset) == (pytest.approx(1.0, rel=1e-15), 0.0)


def test_factors_agree_with_pint():
    pint = pytest.importorskip("pint")
    ureg = pint.UnitRegistry()
    for text, factor in PINT:
        assert ureg(text.replace("m3", "m**3")).to("mg/L").magnitude == pytest.approx(factor, 1e-12)
        assert parse_unit(text).factor == pytest.approx(factor, rel=1e-12)


def test_conversion_oracle():
    cases = json.loads(shared_file("oracles/unit_conversions.json").read_text())["cases"]
    known = {c["from"]: c["expect"] for c in cases}
    # The oracle rounds the mass of P to 30.97.
    assert 1 / MOLAR_MASS["P"] == pytest.approx(known["1 g P"], rel=2e-4)
    assert 0.265e-6 * MOLAR_MASS["P"] == pytest.approx(known["0.265 umol as P"], rel=2e-4)
    want = known["DO 70 percent saturation at 25 degC, 1 atm, fresh"]
    assert 0.7 * oxygen_solubility(25.0, 0.0) == pytest.approx(want, rel=2e-3)


def test_oxygen_solubility_check_value():
    # Garcia and Gordon (1992): 274.610 umol/kg at 10 degrees and salinity 35, density 1026.95.
    umol = oxygen_solubility(np.array(10.0), np.array(35.0)) / 31.998 * 1000 / 1.02695
    assert umol == pytest.approx(274.610, rel=2e-3)


def test_unit_of_the_cell_beats_the_column(tmp_path):
    samples = read_rows(tmp_path, with_cells("无机氮(mg/L)", ["210 µg/L", "0.034", "400ug/L"]))
    assert [one(samples, "din", f"W0{k}")["value"] for k in (1, 2, 3)] == pytest.approx(
        [0.21, 0.034, 0.4]
    )
    assert found(samples, "unit", "converted")["count"].sum() == 2


def test_oxygen_in_percent_is_saturation(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "监测时间", "DO(%)"],
        ["W01", "122.5", "37.1", "2023-05-08", "95"],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["parameter"].tolist() == ["do_sat"]
    assert found(samples, "oxygen", "left out")["count"].tolist() == [1]
    rows = [[*rows[0], "水温(℃)", "盐度"], [*rows[1], "25", "0"]]
    got = one(read_rows(tmp_path, rows), "do")
    assert got["value"] == pytest.approx(0.95 * 8.26, rel=3e-3)
    assert "from saturation" in got["note"]


def test_nitrogen_is_summed_only_where_complete(tmp_path):
    head = ["站位", "经度", "纬度", "监测时间", "NO3-N(µmol/L)", "NO2-N(mg/L)", "NH4-N(mg/L)"]
    rows = [
        head,
        ["W01", "122.5", "37.1", "2023-05-08", "10", "0.01", "<0.02"],
        ["W02", "122.6", "37.1", "2023-05-08", "10", "", "0.02"],
    ]
    samples = read_rows(tmp_path, rows)
    din = one(samples, "din")
    assert (din["lower"], din["upper"]) == pytest.approx((0.15007, 0.17007))
    assert din["note"] == "sum of no3_n + no2_n + nh4_n"
    assert "W02" not in samples.loc[samples["parameter"] == "din", "station"].tolist()
    assert found(samples, "nitrogen", "left out")["count"].tolist() == [1]


def test_unknown_unit_is_left_out_with_a_flag(tmp_path):
    samples = read_rows(tmp_path, with_column("TN (mg/kg干重)", ["1", "2", "3"]))
    assert samples.loc[samples["parameter"] == "tn", "flag"].tolist() == [4, 4, 4]
    assert found(samples, "unit", "left out")["found"].tolist() == ["mg/kg干重"]
    rows = [
        ["站位", "经度", "纬度", "监测时间", "项目", "值", "单位"],
        ["W01", "122.5", "37.1", "2023-05-08", "无机氮", "1", "furlong"],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["flag"].tolist() == [4]
    assert samples["note"].tolist() == ["unit furlong is no known unit"]


def test_a_column_of_units_beside_a_lone_value_column(tmp_path):
    rows = [
        ["点位", "经度", "纬度", "时间", "无机氮", "单位"],
        ["A", "122.5", "37.1", "2023-8-1", "0.2", "mg/L"],
        ["B", "122.6", "37.1", "2023-8-1", "210", "μg/L"],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["value"].tolist() == pytest.approx([0.2, 0.21])


def test_an_ion_as_heading_of_a_mass_is_doubtful(tmp_path):
    samples = read_rows(tmp_path, with_column("NO3 (mg/L)", ["1", "2", "3"]))
    assert "taken as N" in found(samples, "basis", "doubtful")["message"].iloc[0]
    for heading in ("NO3 (µmol/L)", "NO3-N (mg/L)", "NO3 (mg/L as NO3)", "硝酸盐 (mg/L)"):
        samples = read_rows(tmp_path, with_column(heading, ["1", "2", "3"]))
        assert not len(found(samples, "basis")), heading
        assert "no3_n" in samples["parameter"].tolist()

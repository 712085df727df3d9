"""Whole tables: unseen headings, long and wide, presets, mappings, layers, limits, strictness."""

import numpy as np
import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.samples import SAMPLE_COLUMNS
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.parameters import load_parameters
from tests.shared_data import shared_file

from .files import HEAD, ROWS, found, one, read_rows, same_values, with_cells

HEADINGS = {
    "无机氮(mg/L)": ("din", "mg/L", ""),
    "无机氮（DIN，mg/L）": ("din", "mg/L", ""),
    "DIN (µmol/L)": ("din", "μmol/L", ""),
    "DIN[µM]": ("din", "μM", ""),
    "COD mg/L": ("cod_mn", "mg/L", ""),
    "COD/(mg·L-1)": ("cod_mn", "mg·L-1", ""),
    "DO_底": ("do", "", "bottom"),
    "表层DIN": ("din", "", "surface"),
    "底层DO (mg/L)": ("do", "mg/L", "bottom"),
    "无机氮(表)": ("din", "", "surface"),
    "DO(%)": ("do_sat", "%", ""),
    "溶解氧饱和度(%)": ("do_sat", "%", ""),
    "水温℃": ("temperature", "°C", ""),
    "悬浮物mg/L": ("tss", "mg/L", ""),
    "活性磷酸盐 PO4-P (µg/L)": ("dip", "μg/L", ""),
    "化学需氧量(COD)": ("cod_mn", "", ""),
    "粪大肠菌群(个/L)": ("faecal_coliforms", "个/L", ""),
    "DIN（以N计，mg/L）": ("din", "mg/L as N", ""),
    "Dissolved Oxygen per_saturation": ("do_sat", "%", ""),
    "Chlorophyll-a ug_L": ("chla", "ug_L", ""),
    "苯并(a)芘(µg/L)": ("bap", "μg/L", ""),
    "As(μg/L)": ("arsenic", "μg/L", ""),
}


@pytest.mark.parametrize(("text", "meant"), HEADINGS.items())
def test_headings(text, meant):
    heading = parse_heading(text)
    assert (heading.parameter, heading.unit, heading.layer) == meant


@pytest.mark.parametrize("parameter", load_parameters())
def test_every_parameter_is_found_by_its_names_with_its_unit(parameter):
    row = load_parameters()[parameter]
    for name in (row.name_zh, row.name_en):
        heading = parse_heading(f"{name} ({row.unit})")
        assert heading.parameter == parameter, name


def test_a_clean_table_gives_no_doubt(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    assert same_values(samples)
    assert tuple(samples.columns[: len(SAMPLE_COLUMNS)]) == SAMPLE_COLUMNS
    assert samples.crs.to_epsg() == 4326
    actions = {r["action"] for r in samples.attrs["report"]}
    assert actions <= {"read", "assumed", "converted", "ignored"}
    assert samples["flag"].tolist() == [2] * 9
    assert samples["unit"].tolist() == ["1", "mg/L", "mg/L"] * 3
    assert samples["water"].unique().tolist() == ["sea"]
    row = one(samples, "din")
    assert (row["lower"], row["upper"], row["source"]) == (0.21, 0.21, "table.csv:2")


def test_long_table_with_a_unit_in_each_row(tmp_path):
    rows = [
        ["监测站位", "经度", "纬度", "采样日期", "监测项目", "监测结果", "单位", "检出限"],
        ["W01", "122.5", "37.1", "2023-05-08", "无机氮", "10", "µmol/L", ""],
        ["W01", "122.5", "37.1", "2023-05-08", "活性磷酸盐", "未检出", "mg/L", "0.003"],
        ["W01", "122.5", "37.1", "2023-05-08", "溶解氧", "95", "%", ""],
        ["W01", "122.5", "37.1", "2023-05-08", "盐度", "31.2", "", ""],
        ["W01", "122.5", "37.1", "2023-05-08", "神秘指标", "1", "mg/L", ""],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["parameter"].tolist() == ["din", "dip", "do_sat", "salinity"]
    assert one(samples, "din")["value"] == pytest.approx(0.14007)
    assert one(samples, "dip")["upper"] == 0.003
    assert found(samples, "parameter")["found"].tolist() == ["神秘指标"]


def test_headings_in_row_five_and_a_limit_row(tmp_path):
    blank = [""] * 6
    rows = [
        ["威海市近岸海域水质监测数据表", *blank],
        ["", *blank],
        ["监测单位：某站", *blank],
        ["2023年5月", *blank],
        HEAD,
        ["检出限", "", "", "", "", "0.1", "0.005"],
        *with_cells("无机氮(mg/L)", ["未检出", "0.034", "0.40"])[1:],
    ]
    samples = read_rows(tmp_path, rows)
    row = one(samples, "din")
    assert (row["lower"], row["upper"], row["source"]) == (0, 0.005, "table.csv:7")


def test_limits_from_the_mapping_the_file_and_the_values(tmp_path):
    rows = with_cells("无机氮(mg/L)", ["ND", "0.034", "<0.02"])
    for mapping, limit, origin in [
        ({"limits": {"din": 0.003}}, 0.003, "the mapping"),
        (None, 0.02, "smallest limit in the file"),
    ]:
        row = one(read_rows(tmp_path, rows, mapping=mapping), "din")
        assert (row["lower"], row["value"], row["upper"]) == (0, limit / 2, limit)
        assert origin in row["note"]
    samples = read_rows(tmp_path, with_cells("无机氮(mg/L)", ["ND", "0.034", "0.4"]))
    assert one(samples, "din")["upper"] == 0.034
    assert found(samples, "censored", "assumed")["count"].tolist() == [1]
    samples = read_rows(tmp_path, with_cells("无机氮(mg/L)", ["ND", "ND", "ND"]))
    assert (samples.loc[samples["parameter"] == "din", "flag"] == 9).all()
    assert found(samples, "censored", "left out")["count"].tolist() == [3]


def test_missing_stays_missing(tmp_path):
    samples = read_rows(tmp_path, with_cells("无机氮(mg/L)", ["—", "", "-9999"]))
    din = samples[samples["parameter"] == "din"]
    assert din["flag"].tolist() == [9, 9, 9]
    assert din[["value", "lower", "upper"]].isna().to_numpy().all()
    assert found(samples, "not measured")["count"].sum() == 3


def test_right_censored_and_unreadable_values(tmp_path):
    samples = read_rows(tmp_path, with_cells("无机氮(mg/L)", [">3.0", "0.1~0.3", "abc"]))
    din = samples[samples["parameter"] == "din"]
    assert din["lower"].tolist()[:2] == [3.0, 0.1]
    assert din["upper"].tolist()[:2] == [np.inf, 0.3]
    assert din["flag"].tolist() == [2, 2, 4]
    hit = found(samples, "unreadable", "flagged")
    assert hit[["row", "column", "found"]].to_numpy().tolist() == [[4, "无机氮(mg/L)", "abc"]]


def test_layer_glued_to_the_station(tmp_path):
    head = ["站位", "经度", "纬度", "监测时间", "DIN(mg/L)"]
    for names in (
        ["W01表", "W01底"],
        ["W01-表层", "W01-底层"],
        ["W01(表)", "W01(底)"],
        ["W01_surface", "W01_bottom"],
        ["W01-S", "W01-B"],
    ):
        rows = [head, *[[n, "122.5", "37.1", "2023-05-08", "0.1"] for n in names]]
        samples = read_rows(tmp_path, rows)
        assert samples["station"].tolist() == ["W01", "W01"], names
        assert samples["layer"].tolist() == ["surface", "bottom"]
    lone = read_rows(tmp_path, [head, ["W01-B", "122.5", "37.1", "2023-05-08", "0.1"]])
    assert lone["station"].tolist() == ["W01-B"]


def test_layers_from_words_and_depths(tmp_path):
    head = ["站位", "经度", "纬度", "监测时间", "层次", "采样深度(m)", "DIN(mg/L)"]
    rows = [head] + [
        ["W01", "122.5", "37.1", "2023-05-08", w, d, "0.1"]
        for w, d in [("表", ""), ("底层", "12"), ("", "0.5"), ("", "7"), ("10m层", "")]
    ]
    samples = read_rows(tmp_path, rows)
    assert samples["layer"].tolist() == ["surface", "bottom", "surface", "unstated", "unstated"]
    assert samples["depth_m"].iloc[-1] == 10


def test_waters_and_their_own_oxygen_demand(tmp_path):
    head = ["类型", "断面", "经度", "纬度", "监测时间", "COD(mg/L)"]
    rows = [
        head,
        ["海水", "A", "122.5", "37.1", "2023-05", "1.2"],
        ["入海河流", "B", "122.5", "37.1", "2023-05", "18"],
    ]
    samples = read_rows(tmp_path, rows)
    assert samples[["water", "parameter"]].to_numpy().tolist() == [
        ["sea", "cod_mn"],
        ["river", "cod_cr"],
    ]
    river = read_rows(tmp_path, [head[1:], *[r[1:] for r in rows[1:]]], water="river")
    assert river["water"].unique().tolist() == ["river"]
    with pytest.raises(InputError, match="kind of water 'mud' is not known"):
        read_rows(tmp_path, rows, water="mud")


def test_a_misspelt_parameter_is_doubtful_with_a_hint(tmp_path):
    rows = [[*HEAD, "无机碗(mg/L)", "船名"], *[[*r, "1", "x"] for r in ROWS]]
    samples = read_rows(tmp_path, rows)
    hit = found(samples, "column", "doubtful")
    assert hit["column"].tolist() == ["无机碗(mg/L)"]
    assert "did you mean" in hit["message"].iloc[0]


def test_strict_turns_doubts_into_refusals(tmp_path):
    assert same_values(read_rows(tmp_path, [HEAD, *ROWS], strict=True))
    with pytest.raises(InputError, match=r"table.csv, row 2, column '无机氮.* \(strict reading"):
        read_rows(tmp_path, with_cells("无机氮(mg/L)", ["x", "1", "2"]), strict=True)


def test_hong_kong_raw_and_tidy_tables_agree():
    folder = "data/hongkong-marine/"
    tidy = read_samples(shared_file(folder + "measurements_2015-2020.csv.gz"))
    mapping = {"stations": tidy.drop_duplicates("station")[["station", "geometry"]]}
    raw = read_samples(
        shared_file(folder + "raw_2015-2020_as_found.csv.gz"), preset="hk-epd", mapping=mapping
    )
    assert len(tidy) == 140_677
    assert len(raw) == 140_688
    assert (raw["flag"] == 9).sum() == 11
    assert tidy["station"].nunique() == 94
    keys = ["station", "time", "parameter"]
    both = tidy[[*keys, "value"]].merge(raw.loc[raw["flag"] != 9, [*keys, "value"]], on=keys)
    assert len(both) == 140_677
    assert np.allclose(both["value_x"], both["value_y"], rtol=1e-12, atol=0)
    assert raw["layer"].unique().tolist() == ["surface"]
    assert set(raw["zone"]) == set(tidy["zone"])


def test_chesapeake_intervals():
    samples = read_samples(shared_file("data/chesapeake-censored/measurements.csv.gz"))
    assert len(samples) == 168_166
    assert (samples["lower"] < samples["upper"]).sum() == 3416
    wide = samples["lower"] < samples["upper"]
    assert ((samples["lower"] <= samples["value"]) & (samples["value"] <= samples["upper"]))[
        wide
    ].all()
    assert set(samples["layer"]) == {"surface", "above_pycnocline", "below_pycnocline", "bottom"}
    assert not len(found(samples, "censored", "assumed"))


def test_samples_can_be_joined_and_recast_with_their_reports(tmp_path):
    first = read_rows(tmp_path, [HEAD, *ROWS])
    second = read_rows(tmp_path, with_cells("无机氮(mg/L)", ["x", "1", "2"]))
    assert len(pd.concat([first, second])) == 18
    assert first.astype({"station": "object"}).attrs["report"] == first.attrs["report"]
    assert first.attrs["report"] != second.attrs["report"]


def test_a_report_rides_along_into_parquet(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    samples.to_parquet(tmp_path / "a.parquet")
    assert pd.read_parquet(tmp_path / "a.parquet").shape[0] == len(samples)

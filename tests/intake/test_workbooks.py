"""Workbooks, HTML pages, JSON feeds and Parquet files, as agencies fill them in."""

import datetime as dt
import io
import json
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlwt

from bayqa.errors import InputError
from bayqa.intake import read_samples

from .files import DIN, HEAD, ROWS, found, one, same_values, values, write_book, write_text

TABLE = [HEAD, *ROWS]
NUMBERS = [
    HEAD,
    *[[r[0], float(r[1]), float(r[2]), dt.datetime(2023, 5, 8), *map(float, r[4:])] for r in ROWS],
]


def test_text_and_number_cells_read_alike(tmp_path):
    for table in (TABLE, NUMBERS):
        samples = read_samples(write_book(tmp_path / "a.xlsx", {"数据": table}))
        assert same_values(samples)
        assert samples["time"].iloc[0] == pd.Timestamp("2023-05-08")
        assert samples["source"].iloc[0] == "a.xlsx[数据]:2"


def test_title_unit_and_blank_rows(tmp_path):
    rows = [
        ["2023年威海近岸海域监测结果"],
        [],
        ["单位：mg/L"],
        ["站位", "经度", "纬度", "监测时间", "pH", "溶解氧", "无机氮"],
        ["", "°", "°", "", "无量纲", "mg/L", "µg/L"],
        *[[*r[:6], float(r[6]) * 1000] for r in ROWS],
        [],
        ["注：演示"],
    ]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert same_values(samples)
    assert one(samples, "din")["source"] == "a.xlsx[S]:6"
    assert found(samples, "unit", "converted")["count"].tolist() == [3]


def test_two_level_merged_headings(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "监测时间", "表层", None, "底层", None],
        [None, None, None, None, "溶解氧", "无机氮", "溶解氧", "无机氮"],
        [None, None, None, None, "mg/L", "mg/L", "mg/L", "mg/L"],
        ["W01", 122.5, 37.1, "2023-05", 7.1, 0.21, 6.0, 0.3],
    ]
    merge = ["A1:A3", "B1:B3", "C1:C3", "D1:D3", "E1:F1", "G1:H1"]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}, merge=merge))
    din = samples[samples["parameter"] == "din"].set_index("layer")["value"]
    assert din.to_dict() == {"surface": 0.21, "bottom": 0.3}
    # The same without merged cells, as CSV.
    path = write_text(tmp_path / "a.csv", [["" if c is None else c for c in r] for r in rows])
    again = read_samples(path)
    assert np.array_equal(again["value"], samples["value"])


def test_parameter_above_layer(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "日期", "DIN (mg/L)", "", "DO (mg/L)", ""],
        ["", "", "", "", "表", "底", "表", "底"],
        ["W01", 122.5, 37.1, "2023-05-08", 0.1, 0.2, 7, 6],
    ]
    samples = read_samples(write_text(tmp_path / "a.csv", rows))
    assert samples[["parameter", "layer", "value"]].to_numpy().tolist() == [
        ["din", "surface", 0.1],
        ["din", "bottom", 0.2],
        ["do", "surface", 7],
        ["do", "bottom", 6],
    ]


def test_merged_station_cells_are_repeated(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "监测时间", "层次", "DIN(mg/L)"],
        ["W01", 122.5, 37.1, "2023-05", "表", 0.1],
        [None, None, None, None, "底", 0.2],
    ]
    merge = [f"{c}2:{c}3" for c in "ABCD"]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}, merge=merge))
    assert samples["station"].tolist() == ["W01", "W01"]
    assert samples["layer"].tolist() == ["surface", "bottom"]
    assert not len(found(samples, "carried down"))
    again = read_samples(
        write_text(tmp_path / "a.csv", [["" if c is None else c for c in r] for r in rows])
    )
    assert again["station"].tolist() == ["W01", "W01"]
    assert again.geometry.iloc[1].equals(again.geometry.iloc[0])
    assert found(again, "carried down")["row"].tolist() == [3]


def test_a_month_per_sheet(tmp_path):
    head = [h for h in HEAD if h != "监测时间"]
    body = [[*r[:3], *r[4:]] for r in ROWS]
    book = write_book(
        tmp_path / "2023年.xlsx",
        {"2023年5月": [head, *body], "2023年8月": [head, *body], "说明": [["这里是说明"]]},
    )
    samples = read_samples(book)
    assert sorted(samples["time"].dt.strftime("%Y-%m").unique()) == ["2023-05", "2023-08"]
    assert found(samples, "sheet", "ignored")["sheet"].tolist() == ["说明"]
    only = read_samples(book, sheet="2023年8月")
    assert len(only) == len(samples) / 2
    assert read_samples(book, sheet=1)["value"].equals(only["value"])
    with pytest.raises(InputError, match="there is no sheet '9月'; the sheets are"):
        read_samples(book, sheet="9月")


def test_hidden_sheets_are_passed_over(tmp_path):
    book = write_book(tmp_path / "a.xlsx", {"S": TABLE, "old": TABLE}, hidden=["old"])
    samples = read_samples(book)
    assert same_values(samples)
    assert found(samples, "hidden sheet")["found"].tolist() == ["old"]


def test_formulas_without_values_are_missing_and_said(tmp_path):
    rows = [HEAD, [*ROWS[0][:6], "=0.1+0.2"], ROWS[1], ROWS[2]]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert one(samples, "din")["flag"] == 9
    hit = found(samples, "formula without value")
    assert hit[["sheet", "row", "column"]].to_numpy().tolist() == [["S", 2, "G"]]


def test_old_xls(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for i, row in enumerate(TABLE):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    book.save(str(tmp_path / "a.xls"))
    assert same_values(read_samples(tmp_path / "a.xls"))


def test_html_named_xls(tmp_path):
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in TABLE)
    page = f'<html><head><meta charset="gbk"></head><body><table>{cells}</table></body></html>'
    (tmp_path / "a.xls").write_bytes(page.encode("gbk"))
    assert same_values(read_samples(tmp_path / "a.xls"))
    spanned = page.replace("<td>W01</td>", "<td rowspan=2>W01</td>").replace("<td>W02</td>", "")
    (tmp_path / "b.xls").write_bytes(spanned.encode())
    assert read_samples(tmp_path / "b.xls")["station"].tolist() == ["W01"] * 6 + ["W03"] * 3
    (tmp_path / "c.html").write_text("<html><body><p>Login</p></body></html>")
    with pytest.raises(InputError, match="holds no table"):
        read_samples(tmp_path / "c.html")


def test_truncated_and_false_workbooks(tmp_path):
    data = write_book(tmp_path / "a.xlsx", {"S": TABLE}).read_bytes()
    for cut in (30, 200, len(data) // 2, len(data) - 10):
        (tmp_path / "b.xlsx").write_bytes(data[:cut])
        with pytest.raises(InputError, match="damaged or cut short|damaged, cut short"):
            read_samples(tmp_path / "b.xlsx")
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(InputError, match="damaged"):
        read_samples(tmp_path / "c.xls")


def test_zip_bombs_and_entities_are_refused(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(120 * 2**20))
    (tmp_path / "a.xlsx").write_bytes(bomb.getvalue())
    with pytest.raises(InputError, match="zip bomb"):
        read_samples(tmp_path / "a.xlsx")
    source = write_book(tmp_path / "b.xlsx", {"S": TABLE})
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            new.writestr(item, data)
    with pytest.raises(InputError, match="ENTITY"):
        read_samples(tmp_path / "c.xlsx")


def test_stray_far_cells_are_refused_and_huge_dimensions_are_not(tmp_path):
    source = write_book(tmp_path / "a.xlsx", {"S": TABLE})
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if "sheet1" in item.filename:
                data = data.replace(b'<dimension ref="A1:G4"', b'<dimension ref="A1:XFD1048576"')
            new.writestr(item, data)
    assert same_values(read_samples(tmp_path / "b.xlsx"))
    book = openpyxl.load_workbook(source)
    book.active["XFD1048576"] = " "
    book.save(tmp_path / "c.xlsx")
    with pytest.raises(InputError, match="XFD1048576"):
        read_samples(tmp_path / "c.xlsx")


def test_thousands_of_blank_rows_at_the_end(tmp_path):
    rows = [*TABLE, *[[" "] * 7] * 3_000]
    assert same_values(read_samples(write_book(tmp_path / "a.xlsx", {"S": rows})))


def test_json_of_the_feed(tmp_path):
    record = {
        "sea": "黄海",
        "province": "山东省",
        "city": "威海市",
        "site": "SDK001",
        "lon": 122.5,
        "lat": "37.1",
        "minitor_month": "2023-05",
        "pH": "8.05",
        "rjy": "7.12",
        "hxxyl": "1.1",
        "wjd": "未检出",
        "hxlxy": "<0.001",
        "syl": "--",
        "szlb": "一类",
    }
    other = {**record, "site": "SDK002", "wjd": "0.21", "syl": 0.0123456789012345}
    for content in ([record, other], {"code": 0, "result": {"data": [record, other]}}):
        (tmp_path / "water2023.json").write_text(json.dumps(content), "utf-8")
        samples = read_samples(tmp_path / "water2023.json", preset="mee-feed")
        row = one(samples, "din", "SDK001")
        assert (row["lower"], row["upper"]) == (0, 0.21)
        assert "smallest value reported" in row["note"]
        assert one(samples, "dip", "SDK001")["upper"] == 0.001
        assert one(samples, "oil", "SDK001")["flag"] == 9
        assert one(samples, "oil", "SDK002")["value"] == 0.0123456789012345
        assert samples["published_category"].iloc[0] == "一类"
        assert samples["source"].iloc[0] == "water2023.json:1"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[1, 2", "not valid JSON"),
        ("{}", "no list of records"),
        ("[" * 100000, "not valid JSON"),
        ('{"a": [1, 2]}', "no list of records"),
    ],
)
def test_broken_json(tmp_path, text, match):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=match):
        read_samples(tmp_path / "a.json")


def test_parquet(tmp_path):
    frame = pd.DataFrame(
        {
            "station": ["A", "B"],
            "lon": [122.5, 122.6],
            "lat": [37.1, 37.2],
            "time": pd.to_datetime(["2023-05-08", "2023-05-09"]),
            "parameter": ["din", "din"],
            "value": [0.1 + 0.2, np.nan],
            "unit": ["mg/L", "mg/L"],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    samples = read_samples(tmp_path / "a.parquet")
    assert samples["value"].iloc[0] == 0.1 + 0.2
    assert samples["flag"].tolist() == [2, 9]
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(data[:-20])
    with pytest.raises(InputError, match="Parquet file is damaged"):
        read_samples(tmp_path / "b.parquet")


def test_several_files_are_joined_and_unchanged(tmp_path):
    first = write_text(tmp_path / "a.csv", TABLE)
    second = write_book(tmp_path / "b.xlsx", {"S": TABLE})
    before = [p.read_bytes() for p in (first, second)]
    samples = read_samples([first, second])
    assert np.allclose(values(samples, "din"), DIN * 2)
    assert before == [p.read_bytes() for p in (first, second)]
    with pytest.raises(InputError, match="no file of samples is given"):
        read_samples([])

"""check_path, written reports, registers and bays from mouth lines."""

import csv
import hashlib

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

from bayqa.errors import InputError
from bayqa.intake import build_bays, check_path, read_bays, read_land, read_register, write_report
from bayqa.intake.records.findings import ACTIONS, COLUMNS, Finding, make_report
from bayqa.intake.report import defuse
from tests.builders import make_bays
from tests.shared_data import shared_file

from .files import HEAD, ROWS, found, with_cells, write_book, write_text

CRS = "+proj=laea +lat_0=37.1 +lon_0=122.5 +datum=WGS84 +units=m"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([HEAD, *ROWS], 0),
        (with_cells("无机氮(mg/L)", ["<0.01", "未检出", "—"]), 0),
        (with_cells("无机氮(mg/L)", ["0.1", "abc", "0.2"]), 1),
        (with_cells("pH", ["8.1", "81", "8.0"]), 1),
        (with_cells("监测时间", ["2023-05-08", "2023-02-30", "2023-05-08"]), 1),
        ([["a", "b"], [1, 2]], 2),
        ([HEAD], 2),
    ],
)
def test_exit_codes_of_tables(tmp_path, rows, code):
    path = write_text(tmp_path / "a.csv", rows)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    report, got = check_path(path)
    assert got == code, report.to_string()
    assert list(report.columns) == list(COLUMNS)
    assert set(report["action"]) <= set(ACTIONS)
    assert check_path(path, strict=True)[1] == (2 if code else 0)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_exit_codes_of_vectors_and_missing_files(tmp_path):
    make_bays().reset_index().to_file(tmp_path / "a.gpkg")
    assert check_path(tmp_path / "a.gpkg")[1] == 0
    lines = gpd.GeoDataFrame(
        {"id": ["r"]}, geometry=[LineString([(122, 37), (122.1, 37)])], crs=4326
    )
    lines.to_file(tmp_path / "r.geojson")
    assert check_path(tmp_path / "r.geojson")[1] == 0
    (tmp_path / "b.gpkg").write_bytes(b"junk" * 100)
    report, code = check_path(tmp_path / "b.gpkg")
    assert code == 2
    assert "cannot be read as a vector file" in report["message"].iloc[0]
    assert check_path(tmp_path / "none.csv")[1] == 2


def test_report_files_are_safe_and_complete(tmp_path):
    report = make_report(
        [
            Finding("=cmd|' /C calc'!A0", "k", "flagged", "<script>x</script>", row=3),
            Finding("f", "k", "read", "fine", found="@SUM(1)", count=7),
        ]
    )
    paths = write_report(report, tmp_path / "out")
    assert [p.name for p in paths] == ["intake_report.csv", "intake_report.html"]
    rows = list(csv.DictReader(paths[0].read_text("utf-8-sig").splitlines()))
    assert rows[0]["file"] == "'=cmd|' /C calc'!A0"
    assert rows[1]["found"] == "'@SUM(1)"
    assert rows[1]["count"] == "7"
    page = paths[1].read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert [defuse(c) for c in ("-1", "+1", "=1", "\t=1", "a", 5)] == [
        "'-1",
        "'+1",
        "'=1",
        "'\t=1",
        "a",
        5,
    ]


REGISTER = [
    [
        "编号",
        "海湾名称",
        "name_en",
        "级别",
        "认定年份",
        "海域面积",
        "岸线长度",
        "优良比例目标",
        "依据",
    ],
    ["sanggou", "桑沟湾", "Sanggou Bay", "国家级", "2023年", "160.1", "82.6", "95%", "[5]"],
    ["wulei", "五垒岛湾", "", "省级", "", "—", "", "90", "[2]"],
    ["x", "某湾", "", "创建中", "", "", "", "", ""],
]


def test_register_of_any_kind(tmp_path):
    for path in (
        write_text(tmp_path / "a.csv", REGISTER, encoding="gbk"),
        write_book(tmp_path / "a.xlsx", {"S": [["登记表"], *REGISTER]}),
    ):
        table = read_register(path)
        assert table["level"].tolist() == ["national", "provincial", "in preparation"]
        assert table["recognised_year"].iloc[0] == 2023
        assert table["recognised"].tolist() == ["2023", "", ""]
        assert table["target_good_share"].tolist()[:2] == [0.95, 0.9]
        assert np.isnan(table["area_km2"].iloc[1])
        assert table["region"].tolist() == ["", "", ""]
        assert check_path(path)[1] == 0
    frame = gpd.GeoDataFrame(
        {"unit_id": ["a"], "level": ["national"], "kind": ["bay area"]},
        geometry=[box(122, 37, 122.1, 37.1)],
        crs=4326,
    )
    frame.to_file(tmp_path / "a.gpkg")
    table = read_register(tmp_path / "a.gpkg")
    assert table["kind"].tolist() == ["group"]
    assert table.crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (["sanggou", "b", "", "省级", "", "", "", "", ""], "the unit 'sanggou' is there twice"),
        (["y", "b", "", "county", "", "", "", "", ""], "row 5: level 'county' is not known"),
        (
            ["y", "b", "", "省级", "", "big", "", "", ""],
            "row 5, column area_km2: 'big' is no number",
        ),
        (
            ["y", "b", "", "省级", "2023-13", "", "", "", ""],
            "row 5, column recognised: '2023-13' is no date; write 2023, 2023-08 or 2023-08-28",
        ),
    ],
)
def test_register_mistakes(tmp_path, row, match):
    with pytest.raises(InputError, match=match):
        read_register(write_text(tmp_path / "a.csv", [*REGISTER, row]))


@pytest.mark.parametrize(
    ("text", "wanted", "year"),
    [("2023年8月28日", "2023-08-28", 2023), ("2023/8", "2023-08", 2023), ("2024.0", "2024", 2024),
     ("20230828", "2023-08-28", 2023), ("—", "", None)],
)  # fmt: skip
def test_register_takes_dates_as_they_are_written(tmp_path, text, wanted, year):
    row = ["y", "b", "", "省级", text, "", "", "", ""]
    table = read_register(write_text(tmp_path / "a.csv", [REGISTER[0], row]))
    assert table["recognised"].tolist() == [wanted]
    assert table["recognised_year"].tolist() == pytest.approx([year or np.nan], nan_ok=True)


def test_register_without_units(tmp_path):
    with pytest.raises(InputError, match="no column names the bay units"):
        read_register(write_text(tmp_path / "a.csv", [["x", "y"], ["1", "2"]]))
    with pytest.raises(InputError, match="no row of headings"):
        read_register(write_text(tmp_path / "a.csv", [["x"], ["1"]]))
    with pytest.raises(InputError, match="heading 'level' is there twice"):
        read_register(write_text(tmp_path / "a.csv", [["id", "level", "level"], ["1", "", ""]]))


def degrees(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_crs(4326)


def coast():
    """Land round a 4 km x 3 km bay that opens to the south through a 1 km gap."""
    return (
        box(-6000, -1000, 6000, 6000)
        .difference(box(-2000, 0, 2000, 3000))
        .difference(box(-500, -1000, 500, 0))
    )


def test_a_bay_is_cut_off_by_its_mouth_line():
    land = degrees([coast(), Point(0, 1500).buffer(300)])
    mouth = degrees([LineString([(-480, -1), (480, -1)])], bay_id=["a"], name_zh=["甲湾"])
    bays = build_bays(mouth, land)
    assert bays.index.tolist() == ["a"]
    assert bays["name_zh"].tolist() == ["甲湾"]
    # 12 km2 of bay, a metre of the gap, less the island, a polygon of 64 corners.
    want = 12e6 + 1000 - Point(0, 1500).buffer(300).area
    assert bays.to_crs(CRS).area.iloc[0] == pytest.approx(want, rel=1e-4)
    assert bays["mouth_km"].iloc[0] == pytest.approx(0.96, abs=0.001)
    assert found(bays, "mouth line", "converted")["count"].sum() == 2


def test_a_bay_inside_a_bay():
    land = degrees([coast(), box(-2100, 2000, -200, 2100), box(200, 2000, 2100, 2100)])
    lines = [LineString([(-500, -500), (500, -500)]), LineString([(-200, 2050), (200, 2050)])]
    bays = build_bays(degrees(lines, bay_id=["outer", "inner"]), land).to_crs(CRS)
    assert bays.area["inner"] == pytest.approx(4000 * 900 + 400 * 50, rel=1e-3)
    assert bays.area["outer"] == pytest.approx(4000 * 2000 + 400 * 50 + 1000 * 500, rel=1e-3)


def test_lines_that_cut_nothing_off(tmp_path):
    land = degrees([coast()])
    far = degrees([LineString([(-400, -4000), (400, -4000)])], bay_id=["a"])
    with pytest.raises(InputError, match=r"an end of the line of a is \d+ m from the land"):
        build_bays(far, land)
    idle = degrees([LineString([(-2001, 500), (-2001, 900)])], bay_id=["a"])
    with pytest.raises(InputError, match="the line of a cuts off no water"):
        build_bays(idle, land)
    with pytest.raises(InputError, match="there is no column 'bay_id'"):
        build_bays(idle.drop(columns="bay_id"), land)
    with pytest.raises(InputError, match="a is a Point; wanted a line"):
        build_bays(degrees([Point(0, 0)], bay_id=["a"]), land)


def test_the_bays_of_weihai_come_out_as_drawn():
    folder = "data/weihai-coast/"
    mouths = gpd.read_file(shared_file(folder + "bay_mouths.geojson"))
    bays = build_bays(mouths, read_land(shared_file(folder + "land.geojson"))).to_crs(CRS)
    drawn = read_bays(shared_file(folder + "bays.geojson")).to_crs(CRS)
    assert set(bays.index) == set(drawn.index)
    for key in drawn.index:
        other = drawn.geometry[key]
        assert bays.geometry[key].symmetric_difference(other).area < 2e-4 * other.area

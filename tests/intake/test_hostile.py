"""Files made to hang or exhaust a reader: refused soon, in one sentence, with exit code 2."""

import io
import json
import os
import sqlite3
import time
import zipfile

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import box

from bayqa.intake import check_path

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>station</t></is></c></row>'
_SHARED = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def refused(path, words):
    """The one finding about a file that was refused within seconds."""
    start = time.process_time()
    report, code = check_path(path)
    assert time.process_time() - start < 10
    assert code == 2
    (message,) = report.loc[report["action"] == "refused", "message"]
    assert words in message and "\n" not in message


def package(path, rows, shared=""):
    """Workbook of one sheet with rows as they are given."""
    base = "http://schemas.openxmlformats.org"
    links = f"{base}/officeDocument/2006/relationships"
    kinds = f"{base}/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_NS} xmlns:r="{links}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{kinds}"><Relationship Id="r1" Type="{links}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{links}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {_NS}><sheetData>{rows}</sheetData></worksheet>",
        )
        archive.writestr("xl/sharedStrings.xml", shared or f"<sst {_NS}/>")
    return path


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1048576"><c s=">" r = "XFD1048576"><v>1</v></c></row>',
    ],
)
def test_a_far_stray_cell_is_refused_however_it_is_written(tmp_path, far):
    refused(package(tmp_path / "a.xlsx", _HEAD + far), "")


def test_a_false_count_of_shared_texts_is_refused(tmp_path):
    shared = f'<sst {_NS} count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'
    refused(package(tmp_path / "a.xlsx", _SHARED, shared), "its reader failed")


def test_one_long_text_in_every_cell_is_refused(tmp_path):
    cells = "".join(
        f'<row r="{i}">'
        + "".join(f'<c r="{c}{i}" t="s"><v>0</v></c>' for c in "ABCDEFGH")
        + "</row>"
        for i in range(1, 9000)
    )
    shared = f"<sst {_NS}><si><t>{'x' * 30_000}</t></si></sst>"
    refused(package(tmp_path / "a.xlsx", cells, shared), "its reader failed")


def test_a_table_wider_than_a_spreadsheet_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("station,DIN\nA,1\n" + "," * 100_000)
    refused(tmp_path / "a.csv", "more than the 16384")


def test_records_that_all_have_other_keys_are_refused(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{f"k{i}": 1} for i in range(20_000)]))
    refused(tmp_path / "a.json", "more than the 16384")


def test_a_page_of_very_many_tables_is_refused(tmp_path):
    table = "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>"
    (tmp_path / "a.html").write_text("<html>" + table * 600)
    refused(tmp_path / "a.html", "over 500 tables")


def test_a_pipe_is_refused(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "a.csv")
    refused(tmp_path / "a.csv", "a device or a pipe")


def test_a_layer_that_is_computed_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"bay_id": ["a"]}, geometry=[box(122, 37, 123, 38)], crs=4326).to_file(path)
    with sqlite3.connect(path) as base:
        base.execute("CREATE VIEW v AS SELECT 1 AS fid, zeroblob(900000000) AS geom")
        base.execute("UPDATE gpkg_contents SET table_name = 'v', identifier = 'v'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name = 'v', column_name = 'geom'")
    base.close()
    refused(path, "is a view")


def test_packed_columns_that_unpack_without_end_are_refused(tmp_path):
    many = pa.array(["A"]).take(pa.array([0] * 12_000_000))
    pq.write_table(pa.table({"station": many}), tmp_path / "rows.parquet")
    refused(tmp_path / "rows.parquet", "would unpack to 12000000 rows")
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000), pa.array(["A" * 100_000]))
    pq.write_table(pa.table({"station": text}), tmp_path / "text.parquet")
    refused(tmp_path / "text.parquet", "letters")


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.csv", "0" * 10_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", inner.getvalue())
    refused(tmp_path / "a.zip", "archive in an archive")


def test_a_number_of_very_many_digits_is_unreadable(tmp_path):
    digits = "9" * 100_000
    (tmp_path / "a.csv").write_text(
        f"station,time,lon,lat,DIN (mg/L)\nA,2023-05-08,122,37,{digits}\nB,2023-05-08,122,37,1\n"
    )
    start = time.process_time()
    report, code = check_path(tmp_path / "a.csv")
    assert time.process_time() - start < 10
    assert code == 1 and "unreadable" in set(report["kind"])


@pytest.mark.parametrize("heading", ["经度" + " 1" * 20_000, "站位" + "9" * 20_000, "DIN(" * 9000])
def test_a_heading_as_long_as_a_book_is_passed_over(tmp_path, heading):
    (tmp_path / "a.csv").write_text(
        f"station,time,lon,lat,DIN (mg/L),{heading}\nA,2023-05-08,122,37,0.2,1\n", "utf-8"
    )
    start = time.process_time()
    assert check_path(tmp_path / "a.csv")[1] < 2
    assert time.process_time() - start < 10


@pytest.mark.parametrize("text", ["1" * 100_000, "1-" * 50_000, "未检出" * 30_000])
@pytest.mark.parametrize("place", ["title", "station", "foot"])
def test_a_cell_as_long_as_a_book_is_read_soon_and_cut_in_the_report(tmp_path, text, place):
    title, foot = (f"{text}\n" if place == p else "" for p in ("title", "foot"))
    station = text if place == "station" else "B"
    (tmp_path / "a.csv").write_text(
        f"{title}station,time,lon,lat,DIN (mg/L)\nA,2023-05-08,122,37,0.2\n"
        f"{station},2023-05-08,122,37,0.3\n{foot}",
        "utf-8",
    )
    start = time.process_time()
    report, _ = check_path(tmp_path / "a.csv")
    assert time.process_time() - start < 5
    assert max(len(str(cell)) for cell in report.to_numpy().ravel()) <= 500


def test_an_archive_of_very_many_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for i in range(2001):
            archive.writestr(f"{i}.csv", b"a")
    refused(tmp_path / "a.zip", "holds 2001 files, more than 2000")


def test_features_that_all_have_other_columns_are_refused(tmp_path):
    ring = [[122, 37], [122.1, 37], [122.1, 37.1], [122, 37]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    features = [
        {"type": "Feature", "properties": {f"k{i}": 1}, "geometry": shape} for i in range(1500)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "a.geojson").write_text(text)
    refused(tmp_path / "a.geojson", "1500 features of 1500 columns, nearly all of them empty")


def test_a_member_that_ends_behind_the_file_is_one_sentence(tmp_path):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        book.writestr("content.xml", "<a>" + "x" * 60 + "</a>")
    data = bytearray(path.read_bytes())
    # The two sizes in the central directory now reach behind the end of the file.
    at = data.index(b"PK\x01\x02")
    data[at + 20 : at + 28] = (len(data) - 10).to_bytes(4, "little") * 2
    path.write_bytes(data)
    refused(path, "damaged")

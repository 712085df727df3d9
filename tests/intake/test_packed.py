"""Zip archives of tables and XML workbooks of 2003."""

import zipfile

import pytest

from bayqa.errors import InputError
from bayqa.intake import check_path, read_samples

from .files import HEAD, ROWS, found, one, same_values

CSV = "\n".join(",".join(r) for r in [HEAD, *ROWS]) + "\n"
LATER = CSV.replace("W0", "X0").replace("2023-05", "2023-06")
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def pack(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zipped_table_is_read(tmp_path):
    path = pack(tmp_path / "a.zip", {"导出/数据.csv": CSV, "__MACOSX/._数据.csv": "x"})
    samples = read_samples(path)
    assert same_values(samples)
    assert one(samples, "din")["source"] == "a.zip/导出/数据.csv:2"
    assert check_path(path)[1] == 0


def test_every_table_of_an_archive_is_read_and_the_rest_is_named(tmp_path):
    path = pack(tmp_path / "a.zip", {"a.csv": CSV, "b.csv": LATER, "c.png": "x", "d.csv": "x"})
    samples = read_samples(path)
    assert len(samples) == 18
    assert found(samples, "archive", "ignored")["found"].tolist() == ["c.png"]
    assert "a.zip/d.csv: no row of headings" in " ".join(
        found(samples, "sheet", "ignored")["message"]
    )


def test_names_of_old_chinese_archivers_are_readable(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("000000.csv", CSV)
    name = "水数据".encode("gb18030")
    path.write_bytes(path.read_bytes().replace(b"000000.csv", name + b".csv"))
    assert one(read_samples(path), "din")["source"] == "a.zip/水数据.csv:2"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.png": "x"}, "the archive holds no table"),
        ({"a.csv": ""}, "a.zip/a.csv: the file is empty"),
        ({"../a.csv": CSV}, "points outside the archive"),
    ],
)
def test_archives_without_a_table_are_refused(tmp_path, members, message):
    path = pack(tmp_path / "a.zip", members)
    with pytest.raises(InputError, match=message):
        read_samples(path)


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = pack(tmp_path / "b.zip", {"a.csv": CSV}).read_bytes()
    with pytest.raises(InputError, match="archive in an archive"):
        read_samples(pack(tmp_path / "a.zip", {"b.xlsx": inner}))


def test_a_broken_member_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", CSV * 50)
    raw = bytearray(path.read_bytes())
    raw[45:60] = b"\xff" * 15
    path.write_bytes(raw)
    with pytest.raises(InputError, match="a.zip/a.csv: the archive is damaged"):
        read_samples(path)


def spreadsheet(rows, more=""):
    def cell(text):
        return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'

    body = "".join("<Row>" + "".join(map(cell, r)) + "</Row>" for r in rows)
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns='
        f'"{SPREADSHEET}" xmlns:ss="{SPREADSHEET}"><Worksheet ss:Name="S"><Table>{body}{more}'
        "</Table></Worksheet></Workbook>"
    )


@pytest.mark.parametrize("name", ["a.xml", "a.xls"])
def test_an_xml_workbook_is_read(tmp_path, name):
    merged = (
        '<Row ss:Index="6"><Cell><Data ss:Type="String">W09</Data></Cell><Cell ss:Index="4">'
        '<Data ss:Type="DateTime">2023-05-08T00:00:00.000</Data></Cell><Cell ss:Index="7">'
        '<Data ss:Type="Number">0.5</Data></Cell></Row>'
    )
    (tmp_path / name).write_text(spreadsheet([HEAD, *ROWS], merged), "utf-8")
    samples = read_samples(tmp_path / name)
    assert same_values(samples, [0.21, 0.034, 0.40, 0.5])
    assert one(samples, "din", "W09")["source"] == f"{name}[S]:6"


def test_broken_and_boundless_xml_workbooks_are_refused(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(spreadsheet([HEAD, *ROWS])[:-60], "utf-8")
    with pytest.raises(InputError, match="damaged or cut short"):
        read_samples(path)
    far = '<Row ss:Index="1000000"><Cell ss:Index="16000"/></Row>'
    path.write_text(spreadsheet([HEAD, *ROWS], far), "utf-8")
    with pytest.raises(InputError, match="too far for a table"):
        read_samples(path)
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]>' + spreadsheet([HEAD, *ROWS])[21:], "utf-8")
    with pytest.raises(InputError, match="<!ENTITY"):
        read_samples(path)


def test_an_unusual_way_of_packing_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", CSV)
    with pytest.raises(InputError, match="packed in an unusual way"):
        read_samples(tmp_path / "a.zip")


def test_a_member_that_claims_more_than_the_file_is_refused(tmp_path):
    path = pack(tmp_path / "a.zip", {"a.csv": CSV})
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02") + 20
    raw[at : at + 4] = b"\x00\x00\x00\xf0"
    path.write_bytes(raw)
    with pytest.raises(InputError, match="claims more bytes than there are"):
        read_samples(path)


def test_a_member_without_a_name_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "x")
        archive.writestr("a.csv", "station,DIN (mg/L)\n")
    with pytest.raises(InputError, match="a member has no name"):
        read_samples(tmp_path / "a.zip")

"""Delimited text: encodings, separators, ragged and foreign rows."""

import numpy as np
import pytest

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.files.codepages import decode_text
from bayqa.intake.files.delimited import read_delimited, sniff_separator

from .files import DIN, HEAD, ROWS, found, one, read_rows, same_values, values, write_text

TABLE = [HEAD, *ROWS]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("gbk", b""),
        ("gb18030", b""),
    ],
)
def test_every_encoding_gives_the_same_table(tmp_path, encoding, bom):
    path = write_text(tmp_path / "a.csv", TABLE, encoding=encoding, bom=bom)
    assert same_values(read_samples(path))


@pytest.mark.parametrize("sep", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end(tmp_path, sep, end):
    path = write_text(tmp_path / "a.csv", TABLE, sep=sep, end=end)
    assert same_values(read_samples(path))


def test_bom_before_gbk_bytes_is_refused_with_the_line(tmp_path):
    path = write_text(tmp_path / "a.csv", TABLE, encoding="gbk", bom=b"\xef\xbb\xbf")
    with pytest.raises(InputError, match="line 1 is neither|line 1"):
        read_samples(path)


def test_mixed_encodings_are_refused_with_the_line(tmp_path):
    lines = [",".join(r) for r in TABLE]
    data = lines[0].encode() + b"\n" + lines[1].encode() + b"\n"
    data += lines[2].replace("W02", "威海二").encode("gbk") + b"\n" + lines[3].encode()
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"a.csv: line 3 .*UTF-8 and GBK mixed"):
        read_samples(tmp_path / "a.csv")


def test_a_short_gbk_header_is_not_taken_for_utf16(tmp_path):
    # Guessers call these eight bytes UTF-16.
    assert decode_text("a", "联通,站位".encode("gbk")) == "联通,站位"


def test_decimal_comma_with_semicolon(tmp_path):
    rows = [[c.replace(".", ",") for c in r] for r in TABLE]
    path = write_text(tmp_path / "a.csv", rows, sep=";")
    samples = read_samples(path)
    assert same_values(samples)
    assert samples.geometry.iloc[0].x == 122.5


def test_thousands_separators(tmp_path):
    rows = [
        [*HEAD, "粪大肠菌群(个/L)"],
        *[[*r, c] for r, c in zip(ROWS, ['"1,234.5"', '"12,000"', "90"], strict=True)],
    ]
    assert values(read_rows(tmp_path, rows), "faecal_coliforms").tolist() == [1234.5, 12000, 90]


def test_quoted_newline_keeps_row_numbers(tmp_path):
    rows = [[*HEAD, "备注"], [*ROWS[0], '"two\nlines"'], [*ROWS[1], ""], [*ROWS[2], "x"]]
    samples = read_rows(tmp_path, rows)
    assert same_values(samples)
    assert one(samples, "din", "W02")["source"] == "table.csv:4"


def test_ragged_rows_are_reported_by_row(tmp_path):
    rows = [HEAD, ROWS[0], ROWS[1][:5], [*ROWS[2], "7", "8"]]
    samples = read_rows(tmp_path, rows)
    assert found(samples, "ragged row")["row"].tolist() == [3, 4]
    assert one(samples, "din", "W02")["flag"] == 9


def test_trailing_separators_are_no_fault(tmp_path):
    samples = read_rows(tmp_path, [[*r, "", ""] for r in TABLE])
    assert same_values(samples)
    assert not len(found(samples, "ragged row"))
    half = read_rows(tmp_path, [HEAD, *[[*r, ""] for r in ROWS]])
    assert same_values(half)
    assert not len(found(half, "ragged row"))


def test_footers_totals_and_repeated_headings_are_no_samples(tmp_path):
    blank = [""] * 7
    rows = [
        HEAD,
        ROWS[0],
        HEAD,
        ROWS[1],
        ["平均值", "", "", "", "8.0", "6", "0.1"],
        ROWS[2],
        blank,
        ["注：数据为演示", *blank[1:]],
        ["制表人：张三", "", "", "审核：李四", "", "", ""],
    ]
    samples = read_rows(tmp_path, rows)
    assert same_values(samples)
    assert found(samples, "repeated heading")["row"].tolist() == [3]
    assert found(samples, "row of totals")["row"].tolist() == [5]
    assert found(samples, "note in the table")["row"].tolist() == [8, 9]


def test_full_width_digits_and_odd_spaces(tmp_path):
    rows = [
        HEAD,
        ["Ｗ01", "１２２．５", "37.10\u00a0", "２０２３－０５－０８", "8.05", "7.12", "０．２１"],
        ["W02 ", " 122.60", "37.20", "2023-05-08", "8.11", "6.40\u3000", "0.034"],
        ROWS[2],
    ]
    samples = read_rows(tmp_path, rows)
    assert same_values(samples)
    assert samples["station"].unique().tolist() == ["W01", "W02", "W03"]


def test_nul_bytes_are_dropped(tmp_path):
    text = "\n".join(",".join(r) for r in TABLE).replace("0.034", "0.0\x0034")
    (tmp_path / "a.csv").write_text(text)
    assert same_values(read_samples(tmp_path / "a.csv"))


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "is empty"),
        (b"   \n \n", "no cell holds anything|no row of headings"),
        (",".join(HEAD).encode(), "only headings"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is a picture"),
        (bytes(range(256)) * 40, "binary"),
        (b"%PDF-1.4 abc", "is a PDF"),
        (b"\x1f\x8b" + b"abc", "gzip file is damaged"),
        (b"hello world, this is\nno table, at all", "no row of headings"),
        (b'station,lon,lat,DIN\nA,1,2,"0.1\n' + b"x\n" * 3000, "quote opened in row 2"),
    ],
)
def test_unusable_files_give_one_line(tmp_path, data, match):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError, match=match) as error:
        read_samples(tmp_path / "a.csv")
    assert "\n" not in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_samples(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_samples(tmp_path)


def test_duplicate_headings_are_refused(tmp_path):
    rows = [[*HEAD, "无机氮(mg/L)"], *[[*r, "1"] for r in ROWS]]
    with pytest.raises(InputError, match="same heading twice: columns G .* and H"):
        read_rows(tmp_path, rows)
    rows = [[*HEAD, "经度"], *[[*r, "1"] for r in ROWS]]
    with pytest.raises(InputError, match="same heading twice: columns B .* and H"):
        read_rows(tmp_path, rows)


def test_wrong_ending_is_only_a_note(tmp_path):
    path = write_text(tmp_path / "a.xlsx", TABLE)
    samples = read_samples(path)
    assert same_values(samples)
    assert found(samples, "file name")["action"].tolist() == ["assumed"]


def test_sniffing_is_not_fooled_by_commas_in_text():
    assert sniff_separator("a;b;c\n1,5;2,5;x, y\n2,5;3,5;z") == ";"
    assert sniff_separator("a\tb\n1\t2") == "\t"


def test_large_and_small_readers_agree(monkeypatch):
    lines = ["station,lon,lat,DIN (mg/L)"] + [f"S{i},122.{i % 10},37,0.{i}" for i in range(500)]
    data = "\n".join(lines).encode()
    slow = read_delimited("a", data)
    monkeypatch.setattr("bayqa.intake.files.delimited._BULK", 0)
    fast = read_delimited("a", data)
    assert np.array_equal(slow.rows, fast.rows)
    assert slow.head(600) == fast.head(600)


def test_large_reader_gives_way_to_the_careful_one(monkeypatch):
    monkeypatch.setattr("bayqa.intake.files.delimited._BULK", 0)
    grid = read_delimited("a", b'a,b\n1,2\n3\n"x\ny",5\n')
    assert grid.rows.tolist() == [1, 2, 3, 4]
    assert [f.row for f in grid.findings] == [3]
    assert len(DIN) == 3

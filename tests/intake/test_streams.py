"""Large files, which are read in pieces: the same cells as small ones, in bounded memory."""

import gzip
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from bayqa.intake.files.codepages import find_encoding
from bayqa.intake.files.delimited import read_delimited
from bayqa.intake.files.legacy import cell_text
from bayqa.intake.records.grid import make_grid
from bayqa.intake.records.guards import cut_tags
from bayqa.intake.tables import read_tables

HEAD = "站位,监测时间,经度,纬度,层次,项目,单位,监测值\n"
MEASURE = """
import pathlib, sys
from bayqa.intake import read_samples
def kilobytes(name):
    return int(pathlib.Path("/proc/self/status").read_text().split(name + ":")[1].split()[0])
read_samples(sys.argv[2])
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS")
read_samples(sys.argv[1])
print(kilobytes("VmHWM") - before)
"""


def long_text(n):
    lines = (
        f"W{k % 300:03d},2023-05-08,{122 + k % 300 / 1e3:.4f},37.1,表层,无机氮,mg/L,{k % 977}\n"
        for k in range(n)
    )
    return HEAD + "".join(lines)


def cells(grid):
    return [c.words[c.codes].tolist() for c in grid.columns]


@pytest.fixture(scope="module")
def text():
    return long_text(110_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_pieces_give_the_same_cells_in_every_encoding(text, encoding, end):
    part = text[: text.index("\n", 4_500_000) + 1]
    data = part.replace("\n", end).encode(encoding)
    grid = read_delimited("a", data)
    want = [list(c) for c in zip(*(line.split(",") for line in part.splitlines()), strict=True)]
    assert cells(grid) == want
    assert grid.rows.tolist() == list(range(1, len(want[0]) + 1))


def test_a_title_above_a_large_table_changes_no_cell(text):
    plain = read_delimited("a", text.encode())
    titled = read_delimited("a", ("2023 年监测数据\n" + text).encode())
    assert [c[1:] for c in cells(titled)] == cells(plain)
    assert titled.findings == ()


def test_quotes_and_commas_in_a_large_table_are_kept(text):
    data = text.replace("W007", '"W,007"').encode()
    assert "W,007" in read_delimited("a", data).columns[0].words


def test_packed_text_is_read_in_pieces(tmp_path, text):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(text.encode(), 1))
    assert cells(read_tables(path)[0]) == cells(read_delimited("a", text.encode()))


def test_the_encoding_is_found_beyond_the_first_piece():
    data = b"a,b\n" * 600_000 + "海域,2\n".encode("gbk")
    assert find_encoding("a", lambda: io.BytesIO(data)) == "gb18030"


def test_numbers_and_texts_of_one_column_are_one_word():
    grid = make_grid("a", [["x", 5.0], ["", "5"], [2.5], ["y", 5.0]], text=cell_text)
    assert cells(grid) == [["x", "", "2.5", "y"], ["5", "5", "", "5"]]
    assert sorted(grid.columns[1].words) == ["", "5"]


def test_markup_is_cut_behind_cells_only():
    data = b"<row>" + b'<c r="A1"><f>1+1</f></c>' * 100_000 + b"</row>"
    pieces = list(cut_tags(io.BytesIO(data)))
    assert b"".join(pieces) == data and len(pieces) > 2
    assert all(p.endswith(b"</c>") for p in pieces[:-1])


def write_table(path: Path, n: int) -> None:
    if path.suffix == ".csv":
        path.write_text(long_text(n), "utf-8")
        return
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["station", "time", "lon", "lat", "DIN (mg/L)", "DIP (mg/L)", "pH"])
    rng = np.random.default_rng(1)
    for k, row in enumerate(rng.random((n // 8, 3)).round(5).tolist()):
        sheet.append([f"W{k % 300}", "2023-05-08", 122 + k % 300 / 1000, 37.1, *row])
    book.save(path)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the counts of Linux")
@pytest.mark.parametrize("name", ["a.csv", "titled.csv", "a.xlsx"])
def test_no_read_takes_four_times_the_file_and_100_megabytes(tmp_path, name):
    write_table(tmp_path / name, 500_000)
    if name == "titled.csv":
        plain = (tmp_path / name).read_text("utf-8")
        (tmp_path / name).write_text("监测数据\n" + plain, "utf-8")
    (tmp_path / "small.csv").write_text(long_text(10), "utf-8")
    command = [sys.executable, "-c", MEASURE, str(tmp_path / name), str(tmp_path / "small.csv")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(done.stdout) * 1024 < 4 * (tmp_path / name).stat().st_size + 100 * 2**20

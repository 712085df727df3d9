"""What cells of a workbook or a page show beside their values, and what is said about it."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font

from bayqa.intake import read_samples
from bayqa.intake.files.appearance import find_looks

from .files import HEAD, ROWS, found, one, values, write_text


def write_cells(path, change, rows=ROWS):
    """A workbook of numbers; `change` may alter it."""
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    for row in rows:
        book.active.append([*row[:1], *map(float, row[1:3]), row[3], *map(float, row[4:])])
    change(book.active)
    book.save(path)
    return path


def formatted(code, value=0.01, cell="G2"):
    def change(sheet):
        sheet[cell] = value
        sheet[cell].number_format = code

    return change


@pytest.mark.parametrize(("code", "value", "lower", "upper"), [
    ('"<"0.00', 0.01, 0, 0.01), ('0.00"L"', 0.01, 0, 0.01), ('0.00;;"ND"', 0, 0, 0.034),
    ('">"0.0', 0.5, 0.5, np.inf), ('0" ug/L"', 210, 0.21, 0.21), ("0.00", 0.21, 0.21, 0.21),
    ('[<0.005]"<0.005";0.000', 0.004, 0, 0.005),
])  # fmt: skip
def test_numbers_are_read_as_their_format_shows_them(tmp_path, code, value, lower, upper):
    path = write_cells(tmp_path / "a.xlsx", formatted(code, value))
    samples = read_samples(path)
    row = one(samples, "din")
    assert (row["lower"], row["upper"]) == (pytest.approx(lower), pytest.approx(upper))
    said = found(samples, "number format", "assumed")
    assert said["row"].tolist() == ([2] if code != "0.00" else [])
    assert values(samples, "din")[1:].tolist() == [0.034, 0.4]


def test_ids_keep_the_zeros_and_letters_of_their_format(tmp_path):
    path = write_cells(tmp_path / "a.xlsx", formatted('"W"00', 7, "A3"))
    assert set(read_samples(path)["station"]) == {"W01", "W07", "W03"}


def test_struck_numbers_are_kept_but_not_used(tmp_path):
    def strike(sheet):
        sheet["G2"].font = Font(strike=True)

    samples = read_samples(write_cells(tmp_path / "a.xlsx", strike))
    assert one(samples, "din")["flag"] == 4
    assert found(samples, "struck through", "doubtful")["row"].tolist() == [2]
    assert found(samples, "unreadable")["found"].tolist() == ["0.21 (struck through)"]


@pytest.mark.parametrize(("text", "action"), [
    ("数据可疑，未采用", "doubtful"), ("检出限 0.003 mg/L", "doubtful"),
    ("Wang typed this", "ignored"),
])  # fmt: skip
def test_comments_are_told(tmp_path, text, action):
    def comment(sheet):
        sheet["G2"].comment = Comment(text, "x")

    told = found(read_samples(write_cells(tmp_path / "a.xlsx", comment)), "comment", action)
    assert (told["row"].item(), told["column"].item(), told["found"].item()) == (2, "G", text)


def test_hidden_rows_and_columns_are_read_and_said(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["F"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    samples = read_samples(write_cells(tmp_path / "a.xlsx", hide))
    assert len(values(samples, "din")) == 3
    assert found(samples, "hidden row", "assumed")["count"].tolist() == [1]
    assert found(samples, "hidden column", "assumed")["count"].tolist() == [1]


def test_workbooks_of_1904_are_a_doubt(tmp_path):
    def early(sheet):
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    path = write_cells(tmp_path / "a.xlsx", early)
    assert len(found(read_samples(path), "date system", "doubtful")) == 1


def rewrite(path, change):
    """A package whose parts were changed by a function of name and bytes."""
    with zipfile.ZipFile(path) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def raised(path, runs):
    """The workbook with cell G2 as a shared string of runs, in the way of spreadsheet programs."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<sst xmlns="{space}"><si>{runs}</si></sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"

    def change(name, data):
        if name.endswith("sheet1.xml"):
            return re.sub(rb'<c r="G2"[^>]*>.*?</c>', b'<c r="G2" t="s"><v>0</v></c>', data)
        if name == "[Content_Types].xml":
            part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
            return data.replace(b"</Types>", part.encode())
        if name == "xl/_rels/workbook.xml.rels":
            part = (
                f'<Relationship Id="rX" Type="{link}" Target="sharedStrings.xml"/></Relationships>'
            )
            return data.replace(b"</Relationships>", part.encode())
        return data

    rewrite(path, change)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/sharedStrings.xml", shared)
    return path


_SUP = "<r><rPr><vertAlign val='superscript'/></rPr><t>{}</t></r>"


@pytest.mark.parametrize(("runs", "value"), [
    ("<r><t>0.21</t></r>" + _SUP.format("1"), 0.21),
    ("<r><t>0.21</t></r>" + _SUP.format("a"), 0.21),
    ("<r><t>2.1×10</t></r>" + _SUP.format("-3"), 0.0021),
])  # fmt: skip
def test_raised_signs_are_no_digits(tmp_path, runs, value):
    path = raised(write_cells(tmp_path / "a.xlsx", lambda sheet: None), runs)
    assert one(read_samples(path), "din")["value"] == pytest.approx(value)


@pytest.mark.parametrize(("cell", "value"), [
    ("<td>0.21<sup>1</sup></td>", 0.21), ("<td>2.1×10<sup>-3</sup></td>", 0.0021),
    ("<td><del>0.3</del>0.21</td>", 0.21), ("<td>0.21<b style='display: none'>9</b></td>", 0.21),
    ("<td style='display:none'>7</td><td>0.21</td>", 0.21), ("<td><b>0</b>.2<i>1</i></td>", 0.21),
])  # fmt: skip
def test_pages_are_read_as_they_are_seen(tmp_path, cell, value):
    rows = [HEAD, *ROWS]
    body = ["".join(f"<td>{c}</td>" for c in row) for row in rows]
    body[1] = body[1].replace(f"<td>{ROWS[0][6]}</td>", cell)
    page = "<html><meta charset=utf-8><table>" + "".join(f"<tr>{r}</tr>" for r in body)
    path = tmp_path / "a.xls"
    path.write_text(page + "</table></html>", "utf-8")
    assert one(read_samples(path), "din")["value"] == pytest.approx(value)


def test_marks_shown_by_old_workbooks_are_a_doubt(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for i, row in enumerate([HEAD, *ROWS]):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    sheet.write(4, 6, 0.01, xlwt.easyxf(num_format_str='"<"0.00'))
    book.save(str(tmp_path / "a.xls"))
    told = found(read_samples(tmp_path / "a.xls"), "number format", "doubtful")
    assert told["found"].tolist() == ['"<"0.00']


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def test_marks_shown_by_open_workbooks_are_a_doubt(tmp_path):
    cell = '<table:table-cell office:value-type="{}"{}><text:p>{}</text:p></table:table-cell>'
    rows = [[cell.format("string", "", c) for c in row] for row in [HEAD, *ROWS]]
    rows[1][6] = cell.format("float", ' office:value="0.01"', "&lt;0.01")
    body = "".join(f"<table:table-row>{''.join(r)}</table:table-row>" for r in rows)
    spaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text")
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", _MANIFEST)
        book.writestr("content.xml", f"<office:document-content{spaces}><office:body>"
                      f"<office:spreadsheet><table:table table:name='a'>{body}</table:table>"
                      "</office:spreadsheet></office:body></office:document-content>")  # fmt: skip
    told = found(read_samples(tmp_path / "a.ods"), "number format", "doubtful")
    assert told["found"].tolist() == ["<0.01"]


def test_numbers_merged_over_columns_count_once(tmp_path):
    path = write_cells(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("F2:G2"))
    samples = read_samples(path)
    assert one(samples, "do")["value"] == 7.12
    assert one(samples, "din")["flag"] == 9
    assert found(samples, "merged cells", "doubtful")["row"].tolist() == [2]


def test_numbers_merged_down_are_said(tmp_path):
    path = write_cells(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("G2:G3"))
    samples = read_samples(path)
    assert values(samples, "din").tolist() == [0.21, 0.21, 0.4]
    assert found(samples, "merged cells", "assumed")["count"].tolist() == [1]


def test_a_broken_package_has_no_looks(tmp_path):
    path = write_text(tmp_path / "a.xlsx", [["PK"]])
    assert find_looks(path, {"xl/worksheets/sheet1.xml": "a"}) == ({}, [])

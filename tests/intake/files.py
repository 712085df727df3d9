"""Small files with one fault each, made on the spot."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd

from bayqa.intake import read_samples

HEAD = ["站位", "经度", "纬度", "监测时间", "pH", "溶解氧(mg/L)", "无机氮(mg/L)"]
ROWS = [
    ["W01", "122.50", "37.10", "2023-05-08", "8.05", "7.12", "0.21"],
    ["W02", "122.60", "37.20", "2023-05-08", "8.11", "6.40", "0.034"],
    ["W03", "122.55", "37.15", "2023-08-09", "7.98", "5.90", "0.40"],
]
DIN = [0.21, 0.034, 0.40]


def write_text(path, rows, *, sep=",", encoding="utf-8", end="\n", bom=b""):
    text = end.join(sep.join(str(c) for c in row) for row in rows) + end
    path.write_bytes(bom + text.encode(encoding))
    return path


def write_book(path, sheets, *, merge=(), hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merge:
            sheet.merge_cells(area)
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def read_rows(tmp_path, rows, name="table.csv", **options):
    return read_samples(write_text(tmp_path / name, rows), **options)


def values(samples, parameter, column="value"):
    """Values of a parameter in the order of the file."""
    return samples.loc[samples["parameter"] == parameter, column].to_numpy()


def one(samples, parameter, station="W01"):
    """The single row of a parameter at a station."""
    hit = samples[(samples["parameter"] == parameter) & (samples["station"] == station)]
    assert len(hit) == 1, hit
    return hit.iloc[0]


def table_of(frame):
    """Findings that ride in a frame, as a table."""
    return pd.DataFrame(frame.attrs["report"])


def found(samples_or_report, kind, action=None):
    """Findings of one kind."""
    report = samples_or_report
    report = table_of(report) if "report" in report.attrs else report
    mask = report["kind"] == kind
    return report[mask & (report["action"] == action)] if action else report[mask]


def with_column(heading, cells, rows=ROWS, head=HEAD):
    """The clean table with one more column."""
    return [[*head, heading], *[[*r, c] for r, c in zip(rows, cells, strict=True)]]


def with_cells(column, cells):
    """The clean table with the cells of one column replaced."""
    j = HEAD.index(column)
    body = [[*r[:j], c, *r[j + 1 :]] for r, c in zip(ROWS, cells, strict=True)]
    return [HEAD, *body]


def same_values(samples, expected=DIN):
    got = values(samples, "din")
    return len(got) == len(expected) and np.allclose(got, expected, rtol=1e-12, atol=0)

"""The intake report: any file checked, its findings written as CSV and HTML."""

from __future__ import annotations

import csv
import html
from pathlib import Path

import pandas as pd

from bayqa.errors import BayqaError, InputError
from bayqa.files import write_text
from bayqa.intake.checks.flags import flag
from bayqa.intake.files.packed import holds_tables
from bayqa.intake.points import holds_points
from bayqa.intake.polygons.bays import read_bays, read_land, read_rivers
from bayqa.intake.polygons.vectors import is_vector
from bayqa.intake.records.findings import ACTIONS, COLUMNS, Finding, exit_code, make_report
from bayqa.intake.register import read_register
from bayqa.intake.samples import read_samples

__all__ = ["check_path", "defuse", "write_report"]

_COLOURS = {0: "#ffffff", 1: "#fff3cd", 2: "#f8d7da"}


def check_path(
    path: str | Path, *, strict: bool = False, preset: str | None = None, mapping=None
) -> tuple[pd.DataFrame, int]:
    """Findings about any single table or vector file; the file is only read.

    Parameters
    ----------
    path : path
        Table of samples, register of bays, or vector file.
    strict : bool
        Count every doubt as a refusal.
    preset, mapping
        As for `read_samples`.

    Returns
    -------
    report : DataFrame
        Columns file, sheet, row, column, kind, action, found, message, count.
    exit_code : int
        0 clean, 1 doubtful, 2 unusable.
    """
    path = Path(path)
    try:
        report = _check(path, preset, mapping)
    except BayqaError as error:
        report = make_report([Finding(path.name, "file", "refused", str(error))])
    code = exit_code(report)
    return report, 2 if strict and code else code


def _check(path: Path, preset: str | None, mapping) -> pd.DataFrame:
    if path.is_dir() or (is_vector(path) and not _may_be_table(path)):
        if not holds_points(path):
            return _check_vector(path)
    try:
        samples = read_samples(path, preset=preset, mapping=mapping)
    except InputError:
        register = _try_register(path)
        if register is None:
            raise
        return register
    return _table(flag(samples))


def _may_be_table(path: Path) -> bool:
    """Whether a file named like a vector file is read as a table first."""
    end = path.suffix.lower()
    return end == ".parquet" or (end == ".zip" and path.is_file() and holds_tables(path))


def _check_vector(path: Path) -> pd.DataFrame:
    errors = []
    for read in (read_bays, read_rivers, read_land):
        try:
            return _table(read(path))
        except InputError as error:
            errors.append(error)
    raise errors[0]


def _try_register(path: Path) -> pd.DataFrame | None:
    try:
        table = read_register(path)
    except InputError:
        return None
    known = (table["level"] != "").any() or table["target_good_share"].notna().any()
    return _table(table) if known else None


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.attrs["report"], columns=list(COLUMNS))


def write_report(report: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Paths of the findings just written: intake_report.csv and intake_report.html.

    Parameters
    ----------
    report : DataFrame
        As `check_path` gives it, or `DataFrame(samples.attrs["report"])`.
    folder : path
        Made when it is not there.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    safe = report.map(defuse)
    text = safe.to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return [
        write_text(folder / "intake_report.csv", "\ufeff" + text),
        write_text(folder / "intake_report.html", _page(report)),
    ]


def defuse(cell: object) -> object:
    """Cell that no spreadsheet program takes for a formula."""
    if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


def _page(report: pd.DataFrame) -> str:
    head = "".join(f"<th>{html.escape(str(c))}</th>" for c in report.columns)
    body = "".join(_line(row) for row in report.to_dict("records"))
    counts = report.groupby("action", sort=False)["count"].agg(["size", "sum"])
    summary = ", ".join(f"{a}: {r['size']} findings, {r['sum']} rows" for a, r in counts.iterrows())
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        "<title>bayqa intake report</title>"
        "<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
        "td,th{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}"
        "th{background:#eee}</style></head><body><h1>Intake report 读入报告</h1>"
        f"<p>{html.escape(summary)}</p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></body></html>\n"
    )


def _line(row: dict) -> str:
    colour = _COLOURS[ACTIONS.get(row.get("action"), 0)]
    cells = "".join(f"<td>{html.escape('' if pd.isna(v) else str(v))}</td>" for v in row.values())
    return f'<tr style="background:{colour}">{cells}</tr>'

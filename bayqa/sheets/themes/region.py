"""The region as a whole: which bays are recognised as beautiful bays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from bayqa.assess.bays.standing import count_unknown_areas
from bayqa.errors import InputError
from bayqa.sheets.drawing.picture import Area, Drawing, Entry, Legend, Picture, Words
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.numbers import format_area, format_share, round_figure
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import crs_of, words

__all__ = ["STATUSES", "draw_beautiful"]

_LEAST_MM = 2.0
STATUSES = ("national", "provincial", "preparation", "no_data")


def draw_beautiful(subject: Subject) -> Drawing:
    """Bays by status, with the count, area and shoreline of each status in the legend.

    Needs ``result.tables["beautiful_bays"]`` with index or column `bay_id` and a column `status`
    (one of `STATUSES`); the figures of the legend come from
    ``result.tables["beautiful_coverage"]`` with the columns `status`, `count`, `area_km2` and
    optionally `shoreline_share`. Without that table the legend has no figures.
    """
    status = _statuses(subject)
    kinds = subject.palette.kinds
    shapes = dict(
        zip(
            (str(b) for b in subject.bays.index),
            project(subject.bays, crs_of(subject)),
            strict=True,
        )
    )
    areas = tuple(
        Area(shape, kinds[status[bay]]) for bay, shape in shapes.items() if status[bay] != "no_data"
    )
    blank = shapely.union_all([s for bay, s in shapes.items() if status[bay] == "no_data"])
    rows = tuple(
        Entry(
            kinds[key],
            words(subject, f"legend.{key}"),
            kind="blank" if key == "no_data" else "area",
        )
        for key in STATUSES
    )
    return Drawing(
        (Picture(areas, blank=blank, least_mm=_LEAST_MM),),
        _legend(subject, rows),
        remarks=_remarks(subject),
        facts={"period": _register_date(subject) or dict.fromkeys(subject.languages, "")},
        silent=("standard", "parameters", "method", "draws"),
    )


def _remarks(subject: Subject) -> tuple:
    table = subject.result.tables.get("beautiful_coverage")
    unknown = 0 if table is None else count_unknown_areas(table)
    remarks = (words(subject, "legend.area_unknown", number=unknown),) if unknown else ()
    return remarks if _register_date(subject) else (*remarks, words(subject, "legend.undated"))


def _register_date(subject: Subject) -> Words:
    """What the register is of, by its own date and never that of the measurements."""
    given = subject.options.get("register_date")
    if given:
        return words(subject, "period.register", date=given)
    table = subject.result.tables.get("beautiful_coverage")
    dates = [] if table is None or "register_to" not in table else table["register_to"].dropna()
    if table is not None and "n_undated" in table and table["n_undated"].any():
        return {}  # those without a date may be later
    latest = next((str(date).removesuffix(".0") for date in dates if str(date)), "")
    return words(subject, "period.recognised", date=latest) if latest else {}


def _statuses(subject: Subject) -> dict[str, str]:
    table = subject.result.tables.get("beautiful_bays")
    if table is None:
        raise InputError(
            "There is no table 'beautiful_bays' in the result: rate the bays first "
            "with rate_beautiful_bays."
        )
    table = table.reset_index() if "bay_id" not in table else table
    found = dict(zip(table["bay_id"].astype(str), table["status"].astype(str), strict=True))
    strange = sorted(set(found.values()) - set(STATUSES))
    if strange:
        raise InputError(
            f"The status {strange[0]!r} in 'beautiful_bays' is not known: use "
            f"{', '.join(STATUSES)}."
        )
    return {str(bay): found.get(str(bay), "no_data") for bay in subject.bays.index}


def _legend(subject: Subject, rows: tuple[Entry, ...]) -> Legend:
    heading = words(subject, "legend.status")
    table = subject.result.tables.get("beautiful_coverage")
    if table is None:
        return Legend(heading, (), rows)
    table = table.set_index("status").reindex(STATUSES)
    keys = ["count", "area"] + (["shoreline"] if "shoreline_share" in table else [])
    cells = [_cells(table.loc[key], keys) for key in STATUSES]
    return Legend(
        heading,
        tuple(words(subject, f"legend.{k}") for k in keys),
        tuple(row._replace(cells=c) for row, c in zip(rows, cells, strict=True)),
        second=_coverage(subject),
    )


def _coverage(subject: Subject) -> Legend | None:
    """How much of each part of the region is recognised; "full" where all of it is."""
    table = subject.result.tables.get("coverage")
    if table is None or not len(table):
        return None
    keys = ("recognised_count", "recognised_area", "recognised_shoreline")
    return Legend(
        words(subject, "legend.recognised"),
        tuple(words(subject, f"legend.{key}") for key in keys),
        tuple(_coverage_row(subject, row) for row in table.to_dict("records")),
    )


def _coverage_row(subject: Subject, row: dict) -> Entry:
    labels = {code: _name(row, code) for code in subject.languages}
    if row["region"] == "all":
        labels = words(subject, "legend.whole_region")
    full = str(row["full"]).lower() == "true"
    if full:
        labels = _say_full(subject, labels)
    cells = (
        f"{int(row['n_recognised'])}/{int(row['n_units'])}",
        _known_share(row, "area_share"),
        _known_share(row, "shoreline_share"),
    )
    return Entry("", labels, cells, "sum" if full else "plain")


def _name(row: dict, code: str) -> str:
    own = row.get(f"region_{code}")
    return own if isinstance(own, str) and own else str(row["region"])


def _say_full(subject: Subject, labels: Words) -> Words:
    first, *others = subject.languages
    full = " ".join(words(subject, "legend.full").values())
    if not others:
        return {first: f"{labels[first]} {full}"}
    return {first: labels[first]} | dict.fromkeys(others, full)


def _known_share(row: dict, name: str) -> str:
    if np.isfinite(row[name]):
        return format_share(float(row[name]))
    known = row.get(f"known_{name}", np.nan)
    return f"({format_share(float(known))})" if np.isfinite(known) else "–"


def _cells(row: pd.Series, keys: list[str]) -> tuple[str, ...]:
    cells = [
        round_figure(float(row["count"]), 0) if np.isfinite(row["count"]) else "0",
        format_area(float(row["area_km2"]), 100.0),
    ]
    if "shoreline" in keys:
        cells.append(format_share(float(row["shoreline_share"])))
    return tuple(cells)

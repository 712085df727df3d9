"""The region as a whole: which bays are recognised as beautiful bays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.sheets.numbers import round_figure
from bayqa.sheets.picture import Area, Drawing, Entry, Legend, Picture
from bayqa.sheets.shapes import project
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import crs_of, words

__all__ = ["STATUSES", "draw_beautiful"]

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
        (Picture(areas, blank=blank),),
        _legend(subject, rows),
        remarks=_remarks(subject),
        silent=("standard", "parameters", "method", "draws"),
    )


def _remarks(subject: Subject) -> tuple:
    table = subject.result.tables.get("beautiful_coverage")
    if table is None or "n_area_unknown" not in table:
        return ()
    unknown = round_figure(float(table["n_area_unknown"].sum()), 0)
    return () if unknown == "0" else (words(subject, "legend.area_unknown", number=unknown),)


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
    )


def _cells(row: pd.Series, keys: list[str]) -> tuple[str, ...]:
    cells = [
        round_figure(float(row["count"]), 0) if np.isfinite(row["count"]) else "0",
        round_figure(float(row["area_km2"]), 1),
    ]
    if "shoreline" in keys:
        cells.append(round_figure(100 * float(row["shoreline_share"]), 1))
    return tuple(cells)

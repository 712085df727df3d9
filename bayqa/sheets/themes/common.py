"""What several themes share: rasters, texts, category rows and stations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from bayqa.assess.areas.totals import total_areas
from bayqa.errors import InputError
from bayqa.sheets.context import name_season
from bayqa.sheets.contours import Raster
from bayqa.sheets.drawing.palettes import pick_category_colors
from bayqa.sheets.drawing.picture import Entry, Legend, Symbol, Words
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.drawing.view import region_crs
from bayqa.sheets.numbers import format_area, format_interval, format_share
from bayqa.sheets.subject import Subject
from bayqa.sheets.words import say
from bayqa.standards.standard import Standard

__all__ = [
    "MOST_COLUMNS",
    "category_entries",
    "category_legend",
    "crs_of",
    "find_ranks",
    "need_parameter",
    "raster_of",
    "shares_of",
    "station_symbols",
    "words",
]

MOST_COLUMNS = 3
"""Campaigns whose shares stand in the legend of a year; those of more stand in the bars."""


def words(subject: Subject, key: str, **context: object) -> Words:
    """A packaged text in each language of the sheet; `context` values may be Words."""
    return {
        code: say(
            code,
            key,
            {
                name: value[code] if isinstance(value, dict) else value
                for name, value in context.items()
            },
        )
        for code in subject.languages
    }


def crs_of(subject: Subject) -> str:
    """CRS of the map: that of the grid, or the region's own for the region as a whole."""
    if subject.theme in ("beautiful", "rivers"):
        return region_crs(subject.bays)
    return str(subject.result.water.attrs["crs"])


def raster_of(subject: Subject) -> Raster:
    """Cell centres and the water of the subject's bays."""
    water = subject.result.water
    domain = shapely.make_valid(shapely.union_all(project(subject.bays, crs_of(subject))))
    return Raster(water["x"].to_numpy(), water["y"].to_numpy(), domain)


def find_ranks(subject: Subject, campaign: str) -> np.ndarray:
    """Category of each cell, overall or of the subject's parameter; shape (ny, nx), 0 = none."""
    classes = subject.result.classes
    if subject.parameter is None:
        field = classes["category"]
    else:
        field = classes["parameter_category"].sel(parameter=subject.parameter)
    return field.sel(campaign=campaign).transpose("y", "x").to_numpy()


def need_parameter(subject: Subject) -> str:
    """The parameter of a theme that cannot do without one.

    Raises
    ------
    InputError
        If none was given.
    """
    if subject.parameter is None:
        known = ", ".join(str(p) for p in subject.result.classes.parameter.values)
        raise InputError(
            f"The theme {subject.theme!r} shows one parameter: give parameter=, one of {known}."
        )
    return subject.parameter


def category_entries(subject: Subject, standard: Standard | None = None) -> tuple[Entry, ...]:
    """A row for each category of the standard, also for those without any area."""
    standard = standard or subject.result.standard
    colors = pick_category_colors(subject.palette, standard)
    return tuple(
        Entry(color, {code: _label(category, code) for code in subject.languages})
        for category, color in zip(standard.categories, colors, strict=True)
    )


def category_legend(subject: Subject) -> Legend:
    """Rows of the categories with km2, percent and interval as in the table of shares."""
    rows = category_entries(subject)
    rows += (
        Entry(subject.palette.not_assessed, words(subject, "legend.not_assessed"), kind="blank"),
    )
    heading = words(subject, "legend.category")
    table = shares_of(subject)
    if table is None:
        return Legend(heading, (), rows)
    labels = [c.id for c in subject.result.standard.categories] + ["not assessed"]
    if subject.campaign == "annual":
        return _annual_legend(subject, words(subject, "legend.share_of"), rows, table, labels)
    return _campaign_legend(subject, heading, rows, table, labels)


def station_symbols(subject: Subject, campaign: str, *, colored: bool = False) -> tuple:
    """A symbol for each station that was visited in the campaign."""
    stations = subject.result.stations.sel(campaign=campaign)
    judged = [p for p in subject.result.classes.parameter.values if f"{p}_n" in stations]
    wanted = [subject.parameter] if subject.parameter in judged else judged
    visited = np.any([stations[f"{p}_n"].to_numpy() > 0 for p in wanted], axis=0)
    colors = _station_colors(subject, campaign) if colored else {}
    return tuple(
        Symbol(
            float(lon),
            float(lat),
            str(name),
            colors.get(str(name), "#FFFFFF"),
            "graded" if colored else "station",
        )
        for name, lon, lat, seen in zip(
            stations["station"].values,
            stations["lon"].values,
            stations["lat"].values,
            visited,
            strict=True,
        )
        if seen
    )


def _station_colors(subject: Subject, campaign: str) -> dict[str, str]:
    classes = subject.result.station_classes
    field = (
        classes["category"]
        if subject.parameter is None
        else classes["parameter_category"].sel(parameter=subject.parameter)
    )
    colors = (
        subject.palette.not_assessed,
        *pick_category_colors(subject.palette, subject.result.standard),
    )
    ranks = field.sel(campaign=campaign).to_numpy()
    return {
        str(name): colors[int(rank)]
        for name, rank in zip(classes["station"].values, ranks, strict=True)
    }


def _label(category, code: str) -> str:
    return category.label_zh if code == "zh" else category.label_en


def shares_of(subject: Subject) -> pd.DataFrame | None:
    """Rows of the table of shares for the subject's one bay, year and parameter; None if none."""
    if len(subject.bays) != 1:
        return None
    shares = subject.result.shares
    rows = shares[
        (shares["bay_id"].astype(str) == str(subject.bays.index[0]))
        & (shares["parameter"] == (subject.parameter or "overall"))
        & (shares["year"].astype(int) == subject.year)
    ]
    return rows if len(rows) else None


def _pick(table: pd.DataFrame, campaign: str, labels: list[str]) -> pd.DataFrame:
    rows = table[table["campaign"].astype(str) == campaign].set_index("category")
    return rows.reindex(labels)


def _total(table: pd.DataFrame, campaign: str) -> float:
    """Water area behind the rows of a campaign, as tabulated."""
    totals = total_areas(table)
    found = totals.loc[totals["campaign"].astype(str) == campaign, "area_km2"]
    return float(found.iloc[0]) if len(found) else float("nan")


def _campaign_legend(subject, heading: Words, rows: tuple, table, labels: list) -> Legend:
    total = _total(table, subject.campaign)
    table = _pick(table, subject.campaign, labels)
    keys = ["legend.area", "legend.share"]
    cells = [(format_area(r.area_km2, total), format_share(r.share)) for r in table.itertuples()]
    if table["share_low"].notna().any():
        keys.append("legend.interval")
        cells = [
            (*c, format_interval(r.share_low, r.share_high))
            for c, r in zip(cells, table.itertuples(), strict=True)
        ]
    entries = tuple(row._replace(cells=c) for row, c in zip(rows, cells, strict=True))
    return Legend(
        heading,
        tuple(words(subject, k) for k in keys),
        entries,
        Entry("", words(subject, "legend.total"), (format_area(total, total),), "sum"),
    )


def _annual_legend(subject, heading: Words, rows: tuple, table, labels: list) -> Legend:
    annual = _pick(table, "annual", labels)
    total = _total(table, "annual")
    columns, parts = _campaign_columns(subject, table, labels)
    columns += [words(subject, "legend.annual_share"), words(subject, "legend.area")]
    cells = [
        (
            *(format_share(part.iloc[k]) for part in parts),
            format_share(row.share),
            # A campaign without data leaves the year unknown, and its area too.
            format_area(row.area_km2 if np.isfinite(row.share) else np.nan, total),
        )
        for k, row in enumerate(annual.itertuples())
    ]
    entries = tuple(row._replace(cells=c) for row, c in zip(rows, cells, strict=True))
    blanks = ("",) * (len(columns) - 1)
    return Legend(
        heading if parts else words(subject, "legend.category"),
        tuple(columns),
        entries,
        Entry("", words(subject, "legend.total"), (*blanks, format_area(total, total)), "sum"),
    )


def _campaign_columns(subject: Subject, table: pd.DataFrame, labels: list[str]) -> tuple:
    """Heads and shares of the campaigns; of more than a legend can hold, the bars tell."""
    if len(subject.drawn) > MOST_COLUMNS:
        return [], []
    seasons = subject.result.classes["season"].to_series()
    heads = [
        {code: name_season(str(seasons[name]), code) for code in subject.languages}
        for name in subject.drawn
    ]
    return heads, [_pick(table, name, labels)["share"] for name in subject.drawn]

"""What the page shows, gathered bay by bay, so that one assessment at a time is in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.features import geometry_mask
from rasterio.transform import from_origin

from bayqa import __version__
from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.areas.totals import total_areas
from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.parameters import load_parameters
from bayqa.sheets.context import name_season
from bayqa.sheets.drawing.palettes import Palette, pick_category_colors
from bayqa.sheets.numbers import round_figure
from bayqa.sheets.page.outline import (
    Frame,
    encode_picture,
    fit_frame,
    measure_bar,
    to_units,
    trace_path,
)

__all__ = ["Bay", "Region", "arrange", "gather"]

_NOT_ASSESSED = "not assessed"
_UNITS_ZH = {"%": "%", "years": " 年", "bays": " 个", "": ""}


class Bay(NamedTuple):
    """One bay of the page."""

    id: str
    zh: str
    en: str
    outline: shapely.Geometry
    shares: dict
    """Period "year|campaign" -> parameter -> c (share, low, high, area of each category),
    n (share and area not assessed), a (area assessed)."""
    good: dict
    ratings: dict
    images: dict
    shape: tuple[int, int]


class Region(NamedTuple):
    """All bays, and what they have in common."""

    first: Assessment
    bays: list[Bay]
    periods: dict[str, list[dict]]
    parameters: list[str]
    note: dict[str, str]
    """What the data are, such as the demonstration label: the first that any assessment says."""


def gather(results: Iterable[Assessment], palette: Palette, *, pictures: bool = True) -> Region:
    """Bays of all assessments.

    Parameters
    ----------
    results : iterable of Assessment
        Read once; each may be dropped by the giver afterwards.
    palette : Palette
    pictures : bool
        Keep a small picture of the categories of each campaign.

    Returns
    -------
    Region

    Raises
    ------
    InputError
        If there is no assessment, a bay comes twice, or the standards differ.
    """
    first, bays, periods, parameters = None, [], {}, ["overall"]
    note: dict[str, str] = {}
    for result in results:
        first = first or _light(result)
        if result.standard.id != first.standard.id:
            raise InputError(
                f"page: found the standards {first.standard.id} and {result.standard.id}; one page "
                "shows one standard: print a page for each"
            )
        _refuse_twice(bays, result)
        bays += [_bay(result, str(bay), palette, pictures) for bay in result.bays.index]
        _add_periods(periods, result)
        for code in ("zh", "en"):
            note[code] = note.get(code) or str(result.provenance.get(f"data_note_{code}", ""))
        held = [str(p) for p in result.shares["parameter"].unique()]
        parameters += [p for p in held if p not in parameters]
    if first is None or not bays:
        raise InputError("page: found no assessment; give at least one")
    return Region(first, bays, {y: periods[y] for y in sorted(periods)}, parameters, note)


def arrange(
    region: Region,
    palette: Palette,
    links: Mapping[str, list],
    headline: pd.DataFrame | None = None,
) -> dict[str, object]:
    """Data of the page, ready for JSON.

    Parameters
    ----------
    region : Region
    palette : Palette
    links : mapping of bay_id to list of {"zh", "en", "href"}
    headline : DataFrame, optional
        As `tabulate_headline` gives it.

    Returns
    -------
    dict
    """
    result, standard = region.first, region.first.standard
    colors = pick_category_colors(palette, standard)
    frame = fit_frame(shapely.total_bounds([bay.outline for bay in region.bays]))
    facts = result.provenance
    return {
        "note": region.note,
        "standard": {"zh": f"{standard.id} {standard.title_zh}",
                     "en": f"{standard.id} {standard.title_en}"},
        "run": str(facts.get("run_id", "")), "date": str(facts.get("date", ""))[:10],
        "version": __version__, "not_assessed": "#D9D9D9",
        "categories": [{"id": c.id, "zh": c.label_zh, "en": c.label_en, "color": color}
                       for c, color in zip(standard.categories, colors, strict=True)],
        "parameters": [_parameter(name) for name in region.parameters],
        "periods": region.periods, "size": [frame.width, frame.height], "bar": measure_bar(frame),
        "land": "" if result.land is None else _land(result.land, frame),
        "bays": [_drawn(bay, k, frame, links) for k, bay in enumerate(region.bays)],
        "shares": {bay.id: bay.shares for bay in region.bays},
        "good": {bay.id: bay.good for bay in region.bays},
        "ratings": {bay.id: bay.ratings for bay in region.bays},
        "headline": [] if headline is None else [_figure(row) for row in _latest(headline)],
    }  # fmt: skip


def _refuse_twice(bays: list[Bay], result: Assessment) -> None:
    twice = {bay.id for bay in bays} & {str(bay) for bay in result.bays.index}
    if twice:
        raise InputError(
            f"page: found the bay {min(twice)!r} in two assessments; give each bay once"
        )


def _light(result: Assessment) -> Assessment:
    """The assessment without its grids, which the page no longer needs."""
    return Assessment(
        bays=result.bays, samples=result.samples, stations=result.stations, water=result.water,
        grids=None, classes=None, station_classes=None, shares=result.shares,
        standard=result.standard, settings=result.settings, provenance=result.provenance,
        land=result.land,
    )  # fmt: skip


def _bay(result: Assessment, bay: str, palette: Palette, pictures: bool) -> Bay:
    row = result.bays[result.bays.index.astype(str) == bay].to_crs(4326).iloc[0]
    mine = result.shares[result.shares["bay_id"].astype(str) == bay]
    drawn = pictures and len(result.bays) == 1
    images, shape = _pictures(result, palette) if drawn else ({}, (1, 1))
    return Bay(bay, str(row["name_zh"]), str(row["name_en"]), row.geometry, _shares(mine, result),
               _good(result, bay), _ratings(result, bay), images, shape)  # fmt: skip


def _shares(mine: pd.DataFrame, result: Assessment) -> dict:
    order = {category.id: k for k, category in enumerate(result.standard.categories)}
    found: dict[str, dict] = {}
    columns = ["year", "campaign", "parameter", "category", "share", "share_low", "share_high",
               "area_km2"]  # fmt: skip
    for year, campaign, parameter, category, *numbers in mine[columns].itertuples(index=False):
        period = found.setdefault(f"{year}|{campaign}", {})
        entry = period.setdefault(str(parameter), {
            "c": [[None] * 4 for _ in order], "n": [None, None], "a": None})  # fmt: skip
        share, low, high, area = (_number(value) for value in numbers)
        if category in order:
            entry["c"][order[category]] = [share, low, high, area]
        elif category == _NOT_ASSESSED:
            entry["n"] = [share, area]
    for row in total_areas(mine).itertuples():
        found[f"{row.year}|{row.campaign}"][str(row.parameter)]["a"] = _number(row.assessed_km2)
    return found


def _good(result: Assessment, bay: str) -> dict:
    if not result.standard.good:
        return {}
    table = find_good_shares(result)
    mine = table[table["bay_id"].astype(str) == bay]
    return {f"{r.year}|{r.campaign}": [_number(v) for v in (r.share, r.share_low, r.share_high)]
            for r in mine.itertuples()}  # fmt: skip


def _ratings(result: Assessment, bay: str) -> dict:
    table = result.tables.get("ratings")
    if table is None or not len(table):
        return {}
    mine = table[table["bay_id"].astype(str) == bay]
    return {f"{r.year}|{r.campaign}": {"zh": str(r.label_zh), "en": str(r.label_en)}
            for r in mine.itertuples()}  # fmt: skip


def _pictures(result: Assessment, palette: Palette) -> tuple[dict[str, str], tuple[int, int]]:
    """Categories of each campaign inside the bay, and the width and height of a picture."""
    colors = pick_category_colors(palette, result.standard)
    inside, window = _inside(result)
    images = {}
    for k, name in enumerate(result.classes.campaign.to_numpy().astype(str)):
        ranks = result.classes.category.isel(campaign=k).to_numpy()
        # Water without a category gets a colour of its own, land stays clear.
        shown = np.where(ranks > 0, ranks, len(colors) + 1)
        shown = np.where(inside, shown, 0).astype(np.uint8)[window]
        images[name] = encode_picture(shown, [*colors, palette.not_assessed])
    height, width = inside[window].shape
    return images, (width, height)


def _inside(result: Assessment) -> tuple[np.ndarray, tuple[slice, slice]]:
    """Wet cells of the bay, without the sea around it that only informs the field."""
    x, y = result.classes.x.to_numpy(), result.classes.y.to_numpy()
    spacing = float(result.water.attrs.get("spacing", x[1] - x[0]))
    corner = from_origin(x[0] - spacing / 2, y[0] + spacing / 2, spacing, spacing)
    bay = result.bays.geometry.to_crs(result.water.attrs["crs"]).to_list()
    dry = geometry_mask(bay, (y.size, x.size), corner, all_touched=True)
    inside = ~dry & (result.classes["wet"].to_numpy() if "wet" in result.classes else True)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return inside, (slice(None), slice(None))
    return inside, (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))


def _add_periods(periods: dict, result: Assessment) -> None:
    table = result.shares[["year", "campaign"]].drop_duplicates()
    for year, campaign in table.sort_values("year", kind="stable").itertuples(index=False):
        entries = periods.setdefault(str(year), [{"id": "annual"}])
        if all(entry["id"] != campaign for entry in entries):
            season = str(campaign).removeprefix(f"{year}").strip("-") or str(campaign)
            entries.append({"id": str(campaign), "zh": name_season(season, "zh"),
                            "en": name_season(season, "en")})  # fmt: skip


def _parameter(name: str) -> dict[str, str]:
    row = load_parameters().get(name)
    return {"id": name, "zh": row.name_zh if row else name, "en": row.name_en if row else name}


def _drawn(bay: Bay, number: int, frame: Frame, links: Mapping[str, list]) -> dict:
    inside = shapely.point_on_surface(bay.outline)
    at = to_units(shapely.get_coordinates(inside), frame)[0]
    flat = shapely.transform(bay.outline, lambda lonlat: to_units(lonlat, frame))
    box = [round(float(v), 1) for v in flat.bounds]
    return {
        "id": bay.id, "number": number, "zh": bay.zh, "en": bay.en,
        "path": trace_path(bay.outline, frame), "at": [round(float(v), 1) for v in at],
        "extent": round(float(flat.area), 1), "box": box, "images": bay.images, "shape": bay.shape,
        "links": list(links.get(bay.id, [])),
    }  # fmt: skip


def _land(land: gpd.GeoDataFrame, frame: Frame) -> str:
    south = frame.north - frame.height / frame.scale
    east = frame.west + frame.width / frame.scale / frame.squeeze
    near = land.to_crs(4326).cx[frame.west : east, south : frame.north]
    return trace_path(shapely.union_all(shapely.make_valid(near.geometry.to_numpy())), frame)


def _latest(headline: pd.DataFrame) -> list[dict]:
    rows = headline.dropna(subset=["value"])
    return rows.groupby("figure", sort=False).tail(1).to_dict("records")


def _figure(row: dict) -> dict[str, object]:
    low, high, unit = row.get("low"), row.get("high"), str(row.get("unit") or "")
    known = low is not None and high is not None and pd.notna(low) and pd.notna(high)
    interval = f"{_plain(low)}–{_plain(high)}" if known else ""
    units = {"zh": _UNITS_ZH.get(unit, f" {unit}"), "en": unit if unit == "%" else f" {unit}"}
    sub = " · ".join(text for text in (_year(row.get("year")), interval) if text)
    return {"zh": str(row["name_zh"]), "en": str(row["name_en"]), "value": _plain(row["value"]),
            "unit": units, "sub": sub}  # fmt: skip


def _year(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float | np.integer) else str(value)


def _plain(value: float) -> str:
    whole = float(value) == int(value)
    return str(int(value)) if whole else round_figure(float(value), 1)


def _number(value: float) -> float | None:
    number = float(value)
    return None if not math.isfinite(number) else float(np.round(number, 9))

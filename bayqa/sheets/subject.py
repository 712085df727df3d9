"""What a sheet is about: checked once at the door, then trusted."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.sheets.drawing.palettes import Palette, load_palette
from bayqa.sheets.words import load_text

__all__ = ["OPTIONS", "Subject", "choose_subject"]

OPTIONS = MappingProxyType(
    {
        "scale": "'auto' (default, a round one), 'fit' or a denominator from 5000 to 2000000",
        "year": "year of an annual sheet; the last one by default",
        "previous": "campaign that 'change' compares with; same season a year before by default",
        "target": "worst category that meets the target; the standard's good ones by default",
        "confidence": "hatch where the category shown is less probable than this; default 0.5",
        "hatch_sd": "hatch where the standard deviation (working scale) is larger than this",
        "reach_km": "hatch what lies farther than this from every station",
        "river_standard": "standard of the theme 'rivers'; GB 3838-2002 by default",
        "station_labels": "False leaves the names of stations out",
        "register_date": "date of the register of beautiful bays, such as '2024-06'",
        "places": "GeoDataFrame of points with name_zh, name_en",
        "overview": "GeoDataFrame of all bays of the region, for the location inset",
        "region_zh": "name of the region",
        "region_en": "name of the region",
        "title_zh": "template of the title",
        "title_en": "template of the title",
        "organisation_zh": "who answers for the map",
        "organisation_en": "who answers for the map",
        "logo": "path of a PNG",
        "review_number": "map review number (审图号)",
        "data_source_zh": "source of the data",
        "data_source_en": "source of the data",
        "land_source_zh": "source of the base map",
        "land_source_en": "source of the base map",
        "page_number": "printed in the footer",
    }
)
"""What may be given as `options` of a sheet."""

_NAMES = ("name_zh", "name_en")


class Subject(NamedTuple):
    """One sheet's theme, water, time and language."""

    result: Assessment
    theme: str
    bays: gpd.GeoDataFrame
    campaign: str
    """Id of the campaign, or "annual"."""
    drawn: tuple[str, ...]
    """Campaigns that get a map: one, or all of the year for "annual"."""
    year: int
    parameter: str | None
    languages: tuple[str, ...]
    palette: Palette
    options: Mapping[str, object]


def choose_subject(  # noqa: PLR0913 - the arguments of draw_sheet
    result: Assessment,
    *,
    theme: str,
    parameter: str | None,
    campaign: str | None,
    bay: str | None,
    language: str | Sequence[str],
    palette: str | None,
    options: Mapping[str, object] | None,
) -> Subject:
    """Subject of a sheet from the arguments of `draw_sheet`.

    Raises
    ------
    InputError
        If a bay, campaign, parameter, language or option is not known.
    """
    options = MappingProxyType(dict(options or {}))
    _refuse_unknown("option", [*options], [*OPTIONS])
    languages = (language,) if isinstance(language, str) else tuple(language)
    if not languages:
        raise InputError("A sheet needs at least one language: give ('zh', 'en'), 'zh' or 'en'.")
    for code in languages:
        load_text(code)
    if bay is not None:
        _refuse_unknown("bay", [bay], [*result.bays.index])
    if parameter is not None:
        _refuse_unknown("parameter", [parameter], [str(p) for p in result.classes.parameter.values])
    bays = _with_names(result.bays if bay is None else result.bays.loc[[bay]])
    name, drawn, year = _choose_campaign(result, campaign, options.get("year"))
    return Subject(
        result, theme, bays, name, drawn, year, parameter, languages, load_palette(palette), options
    )


def _with_names(bays: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Bays where a name that lacks is that of the other language, or the id."""
    zh, en = (bays[name].where(bays[name].notna(), "").astype(str) for name in _NAMES)
    if (zh != "").all() and (en != "").all():
        return bays
    ids = bays.index.astype(str).to_series(index=bays.index)
    zh, en = zh.where(zh != "", en), en.where(en != "", zh)
    return bays.assign(name_zh=zh.where(zh != "", ids), name_en=en.where(en != "", ids))


def _choose_campaign(
    result: Assessment, campaign: str | None, year: object
) -> tuple[str, tuple[str, ...], int]:
    names = [str(c) for c in result.classes.campaign.values]
    years = np.atleast_1d(result.classes["year"].values)
    if campaign is None:
        campaign = names[-1]
    if campaign != "annual":
        _refuse_unknown("campaign", [campaign], [*names, "annual"])
        return campaign, (campaign,), int(years[names.index(campaign)])
    year = int(years[-1]) if year is None else int(year)
    drawn = tuple(n for n, y in zip(names, years, strict=True) if int(y) == year)
    if not drawn:
        raise InputError(
            f"There is no campaign of the year {year}: use one of "
            f"{', '.join(str(y) for y in sorted(set(years.tolist())))}."
        )
    return "annual", drawn, year


def _refuse_unknown(kind: str, found: Sequence[str], known: Sequence[str]) -> None:
    for name in found:
        if name in known:
            continue
        near = difflib.get_close_matches(str(name), [str(k) for k in known], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(map(str, known))}."
        raise InputError(f"The {kind} {name!r} is not known here: {hint}")

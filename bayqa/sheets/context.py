"""The one context from which every dynamic text of a sheet is filled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pyproj import CRS

from bayqa import __version__
from bayqa.parameters import load_parameters
from bayqa.sheets.subject import Subject
from bayqa.sheets.words import compose, load_text, say

__all__ = ["build_context", "name_crs", "name_parameter", "name_period", "name_season", "title_of"]


def build_context(subject: Subject, language: str, **more: object) -> dict[str, object]:
    """Names that titles, notes and footers may use, in one language.

    Parameters
    ----------
    subject : Subject
    language : str
    **more
        Names known only while drawing, such as `scale` and `n_stations`.

    Returns
    -------
    dict of str to text or number
    """
    result, options = subject.result, subject.options
    names = _names(subject, language)
    parts = {
        "standard": result.standard.id,
        "standard_title": getattr(result.standard, f"title_{language}", result.standard.title_en),
        "run_id": result.provenance.get("run_id", "–"),
        "date": str(result.provenance.get("date", ""))[:10],
        "program": f"bayqa {_version(result)}",
        "crs": name_crs(str(more.pop("map_crs", result.water.attrs["crs"])), language),
        "spacing": f"{float(result.settings.get('spacing', result.water.attrs['spacing'])):g}",
        "draws": result.settings.get("draws", 0),
        "review_number": options.get("review_number", ""),
        "page_number": options.get("page_number", ""),
        "previous": "",
        "campaign": subject.campaign,
        "year": subject.year,
    }
    return names | parts | more


def capitalise(text: str) -> str:
    """Text with a capital first letter, but pH stays pH."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def title_of(subject: Subject, language: str, context: Mapping[str, object]) -> str:
    """Title of the sheet: the user's template or the packaged one of the theme."""
    own = subject.options.get(f"title_{language}")
    if own:
        return compose(str(own), context)
    text = load_text(language)
    key = {"category": "parameter"}.get(subject.theme, f"parameter_{subject.theme}")
    if subject.parameter is None or f"title.{key}" not in text:
        key = subject.theme
    if key == "category" and subject.result.standard.water not in ("", "sea"):
        key = "category_inland"
    if not context["period"] and f"title.{key}_undated" in text:
        key = f"{key}_undated"
    title = say(language, f"title.{key}", context)
    return capitalise(title)


def name_period(subject: Subject, campaign: str, language: str) -> str:
    """Printed name of a campaign or year, such as 2023年夏季."""
    if subject.theme in ("beautiful", "rivers"):
        return say(language, "period.year", {"year": subject.year})
    if campaign == "annual":
        return say(language, "period.annual", {"year": subject.year})
    row = subject.result.classes.sel(campaign=campaign)
    year, season = int(row["year"]), str(row["season"].values)
    if season in ("", "year", str(year)):
        return say(language, "period.year", {"year": year})
    season = name_season(season, language)
    return say(language, "period.campaign", {"year": year, "season": season})


def name_season(season: str, language: str) -> str:
    """Printed name of a season, quarter or month; what is not known stays as it is."""
    text = load_text(language)
    if f"season.{season}" in text:
        return text[f"season.{season}"]
    digits = season.lstrip("mM0")
    if digits.isdigit() and 1 <= int(digits) <= 12:
        return text[f"season.month_{int(digits)}"]
    return season


def name_parameter(parameter: str, language: str) -> str:
    """Printed name of a parameter."""
    row = load_parameters().get(parameter)
    return parameter if row is None else (row.name_zh if language == "zh" else row.name_en)


@lru_cache(maxsize=64)
def name_crs(wkt: str, language: str = "en") -> str:
    """Name of a CRS for readers: authority code, or the projection with its centre."""
    crs = CRS.from_user_input(wkt)
    if crs.to_authority():
        return f"{crs.name} ({':'.join(crs.to_authority())})"
    operation = crs.coordinate_operation
    if operation is None:
        return crs.name
    values = {p.name: p.value for p in operation.params}
    lat = next((v for k, v in values.items() if k.startswith("Latitude of")), None)
    lon = next((v for k, v in values.items() if k.startswith("Longitude of")), None)
    plain = operation.method_name.replace(" (Spherical)", "")
    key = "projection." + plain.split(" (")[0].lower().replace(" ", "_")
    known = load_text(language).get(key, plain)
    if lat is None or lon is None:
        return known
    centre = f"{abs(lat):g}°{'NS'[lat < 0]} {abs(lon):g}°{'EW'[lon < 0]}"
    return say(language, "projection.centred", {"name": known, "centre": centre})


def _names(subject: Subject, language: str) -> dict[str, str]:
    options, settings = subject.options, subject.result.settings
    comma = say(language, "word.and")
    bays = [str(b) for b in subject.bays[f"name_{language}"]]
    every = [str(p) for p in subject.result.classes.parameter.values]
    judged = [subject.parameter] if subject.parameter else every
    parameter = name_parameter(subject.parameter, language) if subject.parameter else ""
    method = str(settings.get("method", ""))
    known = load_text(language).get(f"method.{method}")
    note = str(subject.result.provenance.get(f"data_note_{language}", ""))
    default = comma.join(bays) if len(bays) <= 3 else say(language, "word.region")
    region = str(options.get(f"region_{language}", default))
    return {
        "bay": bays[0] if len(bays) == 1 else region,
        "region": region,
        "period": name_period(subject, subject.campaign, language),
        "parameter": parameter,
        "parameter_title": capitalise(parameter),
        "unit": _unit(subject.parameter, language),
        "parameters": comma.join(name_parameter(p, language) for p in judged),
        "method": known or method or say(language, "word.unknown"),
        "organisation": str(options.get(f"organisation_{language}", "")),
        "data_source": str(options.get(f"data_source_{language}", note)),
        "data_note": note,
        "land_source": str(options.get(f"land_source_{language}", "")),
    }


def _unit(parameter: str | None, language: str) -> str:
    row = load_parameters().get(parameter or "")
    if row is None or row.unit in ("1", ""):
        return say(language, "unit.one")
    return row.unit


def _version(result) -> str:
    packages = result.provenance.get("packages", {})

    return str(packages.get("bayqa", __version__))

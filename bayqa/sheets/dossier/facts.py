"""Everything a dossier prints, gathered from an assessment as plain text and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.causes.ledger import count_records
from bayqa.errors import InputError
from bayqa.sheets.context import name_crs
from bayqa.sheets.dossier.charts import gather_levels, gather_years
from bayqa.sheets.dossier.lists import (
    ledger_table,
    own_table,
    parameter_table,
    plain_table,
    share_table,
    station_table,
    trend_table,
)
from bayqa.sheets.dossier.policy import draft_policy, gap_table, policy_sections
from bayqa.sheets.dossier.words import name_value, print_interval, word
from bayqa.sheets.drawing.palettes import load_palette, pick_category_colors
from bayqa.sheets.numbers import format_share, round_figure
from bayqa.sheets.titles import list_remarks
from bayqa.sheets.visits import name_sampling, name_unmeasured
from bayqa.sheets.words import load_text

__all__ = ["Case", "gather_facts", "open_case"]

_SILENT = ("sampled", "unmeasured")
"""Facts of the method that have no row where there is nothing to say."""
_EXTRA = ("indicators", "changes", "streaks", "distance", "sensitivity")


class Case(NamedTuple):
    """One bay of an assessment in one language."""

    result: Assessment
    bay: str
    language: str
    shares: pd.DataFrame
    """Rows of this bay only."""
    year: int
    """The last one."""
    palette: str | None
    policy: Mapping[str, pd.DataFrame]
    """From `draft_bay_policy`; empty where the standard has no rating."""


def open_case(
    result: Assessment, bay: str | None, language: str, palette: str | None = None
) -> Case:
    """The bay to print, checked.

    Raises
    ------
    InputError
        If the assessment has several bays and none is named, or the bay is not in it.
    """
    held = [str(name) for name in result.bays.index]
    if bay is None and len(held) > 1:
        raise InputError(
            f"bay: the assessment has {len(held)} bays ({', '.join(held[:6])}); name one"
        )
    bay = held[0] if bay is None else str(bay)
    if bay not in held:
        raise InputError(f"bay: found {bay!r}, wanted one of {', '.join(held)}")
    word(language, "title", bay=bay)
    shares = result.shares[result.shares["bay_id"].astype(str) == bay]
    policy = draft_policy(result, bay)
    return Case(result, bay, language, shares, int(shares["year"].max()), palette, policy)


def gather_facts(case: Case) -> dict[str, object]:
    """Data of the template, ready for JSON.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict
    """
    facts, standard = case.result.provenance, case.result.standard
    name, other = _names(case)
    years = sorted(int(y) for y in case.shares["year"].unique())
    period = f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}"
    date, run_id = str(facts.get("date", ""))[:10], str(facts.get("run_id", ""))
    return {
        "language": case.language, "bay_name": name, "other_name": other,
        "title": word(case.language, "title", bay=name),
        "subtitle": word(case.language, "subtitle", period=period, standard=standard.id),
        "author": "bayqa", "run_id": run_id,
        "note": str(facts.get(f"data_note_{case.language}", "")),
        "stamp": word(case.language, "stamp", run_id=run_id, date=date),
        "summary": _summary(case, name), "cards": _cards(case),
        "categories": _categories(case), "years": gather_years(case),
        "share_table": share_table(case), "parameter_table": parameter_table(case),
        "levels": gather_levels(case), "trend_note": word(case.language, "level_note"),
        "trend_table": trend_table(case), "gap_table": gap_table(case),
        "extra_tables": [t for key in _EXTRA if (t := _extra(case, key)) is not None],
        "ledger_table": ledger_table(case), "policy_sections": policy_sections(case),
        "method": _method(case), "data_table": station_table(case),
        "made_from": _made_from(case), "map": None,
    }  # fmt: skip


def _names(case: Case) -> tuple[str, str]:
    row = case.result.bays.loc[case.result.bays.index.astype(str) == case.bay].iloc[0]
    zh, en = (_text(row[column]) for column in ("name_zh", "name_en"))
    name, other = (zh, en) if case.language == "zh" else (en, zh)
    name = name or other or case.bay
    return name, "" if other == name else other


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _categories(case: Case) -> list[dict[str, str]]:
    colors = pick_category_colors(load_palette(case.palette), case.result.standard)
    return [{"id": c.id, "color": color, "label": _label(c, case.language)}
            for c, color in zip(case.result.standard.categories, colors, strict=True)]  # fmt: skip


def _listed(names: list[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _label(category, language: str) -> str:
    return category.label_zh if language == "zh" else category.label_en


def _rating(case: Case) -> Mapping | None:
    """Rating of the last year, or None."""
    table = own_table(case, "ratings")
    table = case.policy.get("state") if table is None else table
    if table is None or not len(table):
        return None
    rows = table[(table["campaign"] == "annual") & (table["year"] == case.year)]
    return rows.iloc[0].to_dict() if len(rows) else None


def _good(case: Case) -> tuple[float, float, float] | None:
    gap = case.policy.get("gap")
    if gap is not None and len(gap):
        row = gap.iloc[-1]
        return float(row["share"]), float(row["share_low"]), float(row["share_high"])
    rating = _rating(case)
    if rating is None or pd.isna(rating["good_share"]):
        return None
    return float(rating["good_share"]), float("nan"), float("nan")


def _interval(case: Case, share: tuple[float, float, float]) -> str:
    printed = print_interval(*share)
    return word(case.language, "interval", range=printed) if printed else ""


def _summary(case: Case, name: str) -> list[str]:
    period = word(case.language, "annual", year=case.year)
    good, rating, lines = _good(case), _rating(case), []
    if good is not None:
        labels = [_label(c, case.language) for c in case.result.standard.categories
                  if c.id in case.result.standard.good]  # fmt: skip
        lines.append(word(case.language, "summary_good", period=period, bay=name,
                          good=_listed(labels, case.language), share=format_share(good[0]),
                          interval=_interval(case, good)))  # fmt: skip
    else:
        lines.append(word(case.language, "summary_none", period=period))
    if rating is not None:
        label = str(rating.get(f"label_{case.language}", ""))
        lines.append(word(case.language, "summary_rating", rating=label))
    lacking = name_unmeasured(case.result, *_visits(case), case.language)
    if lacking:
        lines.append(word(case.language, "summary_unmeasured", names=lacking))
    return lines


def _visits(case: Case) -> tuple[list[str], list[str]]:
    """Campaigns of the last year, and the parameters that were judged."""
    classes = case.result.classes
    names, years = classes["campaign"].to_numpy(), classes["year"].to_numpy()
    last = [str(n) for n, y in zip(names, years, strict=True) if int(y) == case.year]
    return last, [str(p) for p in classes["parameter"].to_numpy()]


def _cards(case: Case) -> list[dict[str, str]]:
    language, cards = case.language, []
    good, rating = _good(case), _rating(case)
    first, last = case.result.standard.categories[0], case.result.standard.categories[-1]
    if good is not None:
        cards.append(_share_card(word(language, "good"), good, case))
    else:
        cards.append(_category_card(case, first, "best"))
    cards.append(_category_card(case, last, "worst"))
    if rating is not None:
        label = str(rating.get(f"label_{language}", "–"))
        period = word(language, "annual", year=case.year)
        cards.append(_card(word(language, "rating"), label, "", period))
        area, lost = rating.get("area_km2"), rating.get("not_assessed_share", float("nan"))
        sub = word(language, "not_assessed_sub", share=format_share(float(lost)))
        cards.append(_card(word(language, "area"), round_figure(float(area), 1), "km²", sub))
    n_campaigns = len(case.result.classes.campaign)
    sub = word(language, "campaigns_sub", n=n_campaigns)
    cards.append(_card(word(language, "stations"), str(case.result.stations.sizes["station"]),
                       word(language, "count"), sub))  # fmt: skip
    mine = own_table(case, "ledger")
    if mine is not None:
        n_all, n_open = count_records(mine)
        cards.append(_card(word(language, "open"), str(n_open), word(language, "records"),
                           word(language, "ledger_sub", n=n_all)))  # fmt: skip
    return cards


def _card(label: str, value: str, unit: str, sub: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "sub": sub}


def _share_card(label: str, share: tuple[float, float, float], case: Case) -> dict[str, str]:
    sub = word(case.language, "share_sub", period=word(case.language, "annual", year=case.year))
    printed = print_interval(*share)
    if printed:
        sub = word(case.language, "interval_sub", range=printed)
    return _card(label, format_share(share[0]), "%", sub)


def _category_card(case: Case, category, key: str) -> dict[str, str]:
    rows = case.shares.query("campaign == 'annual' and parameter == 'overall'")
    rows = rows[(rows["category"] == category.id) & (rows["year"] == case.year)]
    label = word(case.language, key, label=_label(category, case.language))
    if not len(rows):
        return _card(label, "–", "", "")
    row = rows.iloc[0]
    return _share_card(label, (row["share"], row["share_low"], row["share_high"]), case)


def _extra(case: Case, name: str) -> dict | None:
    table = own_table(case, name)
    if table is None or not len(table):
        return None
    title = load_text(case.language).get(f"table.{name}", name.replace("_", " "))
    return {"title": title, **plain_table(case, table, most=14)}


def _method(case: Case) -> list[tuple[str, str]]:
    language, settings, standard = case.language, case.result.settings, case.result.standard
    title = standard.title_zh if language == "zh" else standard.title_en
    method = str(settings.get("method", ""))
    known = load_text(language).get(f"method.{method}", method)
    spacing = settings.get("spacing", case.result.water.attrs.get("spacing", ""))
    labels = [_label(c, language) for c in standard.categories if c.id in standard.good]
    rows = [
        ("standard", f"{standard.id} {title} ({standard.version})"), ("rule", standard.rule),
        ("good_categories", _listed(labels, language)), ("interpolation", known),
        ("spacing", f"{float(spacing):g} m" if spacing else ""),
        ("sampled", name_sampling(case.result, *_visits(case), language)),
        ("unmeasured", name_unmeasured(case.result, *_visits(case), language)),
        ("crs", name_crs(str(case.result.water.attrs["crs"]), language)),
        ("campaign_scheme", _plain(settings.get("campaigns"))),
        ("censored", _plain(settings.get("censored"))), ("layer", _plain(settings.get("layer"))),
        ("draws", _plain(settings.get("draws"))), ("seed", _plain(settings.get("seed"))),
    ]  # fmt: skip
    unknown = word(language, "none_stated")
    rows = [(key, text) for key, text in rows if text or key not in _SILENT]
    rows += [("remark", text) for text in list_remarks(case.result, language)]
    return [
        (word(language, key, year=case.year), name_value(text, language) or unknown)
        for key, text in rows
    ]


def _made_from(case: Case) -> list[tuple[str, str]]:
    language, facts = case.language, case.result.provenance
    inputs = [f"{key}: {str(value)[:16]}" for key, value in dict(facts.get("inputs", {})).items()]
    packages = [f"{key} {value}" for key, value in dict(facts.get("packages", {})).items()]
    unknown = word(language, "none_stated")
    return [
        (word(language, "run_id"), str(facts.get("run_id", "")) or unknown),
        (word(language, "date"), str(facts.get("date", ""))[:10] or unknown),
        (word(language, "inputs"), ", ".join(inputs) or unknown),
        (word(language, "packages"), ", ".join(packages) or unknown),
    ]


def _plain(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)

"""When the water was sampled and what was not measured, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bayqa.assess.assessment import Assessment
from bayqa.assess.visits import find_dates, list_unmeasured
from bayqa.sheets.context import name_parameter
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.comparison import previous_campaign
from bayqa.sheets.words import load_text, say

__all__ = ["name_dates", "name_sampling", "name_unmeasured", "visit_facts"]

_MOST_SPANS, _MOST_NAMES = 4, 12
_PLACELESS = ("beautiful", "rivers")
_OVERALL = ("category", "limiting", "probability", "change", "stations")


def visit_facts(subject: Subject, language: str) -> dict[str, str]:
    """Dates of the samples behind a sheet, and what its category was made without."""
    result, judged = subject.result, [str(p) for p in subject.result.classes.parameter.values]
    shown = judged if subject.parameter is None else [subject.parameter]
    facts, campaigns = {"sampled": "", "unmeasured": ""}, _campaigns(subject)
    if subject.theme not in _PLACELESS:
        facts["sampled"] = name_sampling(result, campaigns, shown, language)
    if subject.theme in _OVERALL and subject.parameter is None:
        facts["unmeasured"] = name_unmeasured(result, campaigns, judged, language)
    return facts


def _campaigns(subject: Subject) -> list[str]:
    """Campaigns behind the sheet; a change has those compared with, too."""
    before = []
    if subject.theme == "change":
        before = [previous_campaign(subject, campaign) for campaign in subject.drawn]
    return list(dict.fromkeys([*before, *subject.drawn]))


def name_sampling(
    result: Assessment, campaigns: Sequence[str], parameters: Sequence[str], language: str
) -> str:
    """Dates of the samples of each campaign, of many campaigns as one span; empty if unknown."""
    one_each = [[campaign] for campaign in campaigns]
    groups = one_each if len(campaigns) <= _MOST_SPANS else [list(campaigns)]
    spans = [find_dates(result.stations, group, parameters) for group in groups]
    named = [name_dates(*span, language) for span in spans if span is not None]
    return say(language, "word.and").join(named) if len(named) == len(spans) else ""


def name_dates(first: str, last: str, language: str) -> str:
    """Printed form of two ISO dates, days or months, such as 3–11 August 2023.

    Parameters
    ----------
    first, last : str
        Both "2023-08-03" or both "2023-08".
    language : str

    Returns
    -------
    str
    """
    start, end = _parts(first, language), _parts(last, language)
    unit = "day" if "day" in end else "month"
    names = end | {f"first_{key}": text for key, text in start.items()}
    if first == last:
        return say(language, f"dates.{unit}", names)
    if first[:7] == last[:7]:
        return say(language, "dates.days_of_month", names)
    if first[:4] == last[:4]:
        return say(language, f"dates.{unit}s_of_year", names)
    whole = {
        "first": say(language, f"dates.{unit}", start),
        "last": say(language, f"dates.{unit}", end),
    }
    return say(language, "dates.span", whole)


def name_unmeasured(
    result: Assessment, campaigns: Sequence[str], judged: Sequence[str], language: str
) -> str:
    """Names of what the standard judges and the category lacks; of many the first, and how many."""
    lacking = list_unmeasured(result.stations, result.standard, campaigns, judged)
    named = {p: name_parameter(p, language) for p in lacking}
    names = [
        name if lacking[p] else say(language, "word.in_part", {"name": name})
        for p, name in named.items()
    ]
    shown, rest = say(language, "word.and").join(names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    return say(language, "word.more", {"names": shown, "number": rest}) if rest > 0 else shown


def _parts(date: str, language: str) -> dict[str, str]:
    year, month, *day = date.split("-")
    named = {"year": str(int(year)), "month": load_text(language)[f"season.month_{int(month)}"]}
    return named | ({"day": str(int(day[0]))} if day else {})

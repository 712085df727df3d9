"""Printed names of campaigns."""

from __future__ import annotations

from bayqa.sheets.context import name_season
from bayqa.sheets.words import say

__all__ = ["name_campaign"]


def name_campaign(campaign: str, language: str) -> str:
    """Printed name of a campaign, such as 2023年夏季; a name of another form stays as it is."""
    year, dash, season = str(campaign).partition("-")
    if not year.isdigit():
        return str(campaign)
    if not dash:
        return say(language, "period.year", {"year": year})
    named = name_season(season, language)
    return say(language, "period.campaign", {"year": year, "season": named})

"""Dates of sampling and parameters without values, as sheets and dossier print them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from bayqa.sheets import draw_sheet
from bayqa.sheets.dossier.facts import gather_facts, open_case
from bayqa.sheets.visits import name_dates
from tests.sheets.weihai import CAMPAIGNS, make_weihai

SUMMER = "2023-summer"


def dated(first="2023-08-03", last="2023-08-11", lost=""):
    result = make_weihai()
    stations = result.stations.copy()
    if lost:
        stations[lost] = stations[lost].where(stations["campaign"] != SUMMER, np.nan)
    dates = {c: {p: [first, last] for p in ("din", "do")} for c in CAMPAIGNS}
    stations.attrs["sampled"] = json.dumps(dates)
    return replace(result, stations=stations)


def printed(result, **choice):
    figure = draw_sheet(result, **{"campaign": SUMMER, **choice})
    page = figure.axes[0]
    return "".join(t.get_text() for t in page.get_children() if isinstance(t, Text))


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        ("2023-08-03", "2023-08-03", "2023年8月3日", "3 August 2023"),
        ("2023-08-03", "2023-08-11", "2023年8月3日至11日", "3–11 August 2023"),
        ("2023-07-30", "2023-08-02", "2023年7月30日至8月2日", "30 July – 2 August 2023"),
        ("2022-12-30", "2023-01-02", "2022年12月30日至2023年1月2日",
         "30 December 2022 – 2 January 2023"),
        ("2023-08", "2023-08", "2023年8月", "August 2023"),
        ("2023-07", "2023-08", "2023年7月至8月", "July – August 2023"),
        ("2022-12", "2023-02", "2022年12月至2023年2月", "December 2022 – February 2023"),
    ],
)  # fmt: skip
def test_dates_in_words(first, last, zh, en):
    assert name_dates(first, last, "zh") == zh
    assert name_dates(first, last, "en") == en


@pytest.mark.parametrize("choice", [{}, {"theme": "concentration", "parameter": "din"}])
def test_a_sheet_says_when_the_water_was_sampled(choice):
    text = printed(dated(), **choice)
    assert "采样：2023年8月3日至11日" in text
    assert "Sampled: 3–11 August 2023" in text


def test_unknown_dates_are_not_printed():
    text = printed(make_weihai())
    assert "采样" not in text
    assert "Sampled" not in text


def test_a_year_names_the_dates_of_each_campaign():
    assert printed(dated(), campaign="annual", language="en").count("August 2023") == 3


def test_a_change_names_the_dates_of_both_campaigns():
    assert printed(dated(), theme="change", language="en").count("August 2023") == 2


def test_a_category_names_what_it_lacks():
    lost = dated(lost="do")
    text = printed(lost)
    assert "未监测或未参评：溶解氧" in text
    assert "Not measured or not used: dissolved oxygen" in text
    assert "Not measured" not in printed(dated())
    assert "Not measured" not in printed(lost, parameter="din")
    assert "dissolved oxygen (some" in printed(lost, campaign="annual", language="en")


def test_the_dossier_says_both_and_no_name_twice():
    result = dated(lost="do")
    bays = result.bays.assign(name_en="")
    facts = gather_facts(open_case(replace(result, bays=bays), None, "en"))
    assert facts["bay_name"] == "桑沟湾"
    assert facts["other_name"] == ""
    assert any("dissolved oxygen (some campaigns)" in line for line in facts["summary"])
    assert dict(facts["method"])["Sampled in 2023"].startswith("3–11 August 2023")
    assert "Not measured or not used in 2023" in dict(facts["method"])
    plain = dict(gather_facts(open_case(make_weihai(), None, "en"))["method"])
    assert not any("ampled" in key or "Not measured" in key for key in plain)

"""The page in one file: what it holds, and what a person can do with it in a real browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.sheets.page import draw_page, print_page
from tests.sheets.browser import Browser
from tests.sheets.rich import make_other_bay, make_rich_assessment

HEADLINE = pd.DataFrame({
    "figure": ["good_share", "good_share", "bays"], "name_zh": ["优良比例", "优良比例", "获评海湾"],
    "name_en": ["good share", "good share", "bays recognised"], "year": [2022, 2023, None],
    "value": [80.0, 84.25, 5.0], "low": [None, 82.0, None], "high": [None, 86.0, None],
    "unit": ["%", "%", "bays"],
})  # fmt: skip


@pytest.fixture(scope="module")
def results():
    first = make_rich_assessment()
    return [first, make_other_bay(first)]


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    for name in (
        "dossier-zh.pdf",
        "sheets/夏 2023.pdf",
        "sheets/category-2023-summer-a4-portrait.pdf",
        "sheets/category-2023-spring-a4-portrait.pdf",
    ):
        (folder / "test" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "test" / name).write_bytes(b"%PDF-1.7")
    (folder / "atlas.pdf").write_bytes(b"%PDF-1.7")
    return print_page(iter(results), folder / "index.html", tables={"headline": HEADLINE})


@pytest.fixture(scope="module")
def browser():
    tab = Browser()
    yield tab
    tab.close()


@pytest.fixture
def opened(browser, page):
    browser.resize(1280, 900)
    browser.open(page)
    return browser


def embedded(page) -> dict:
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])


def test_shares_of_the_page_are_those_of_the_table(page, results):
    data = embedded(page)
    rows = results[0].shares.query("campaign == '2023-summer' and parameter == 'din'")
    found = data["shares"]["test"]["2023|2023-summer"]["din"]
    expected = rows[rows.category != "not assessed"]
    assert [part[0] for part in found["c"]] == pytest.approx(expected.share.tolist())
    assert [part[3] for part in found["c"]] == pytest.approx(expected.area_km2.tolist())
    assert data["good"]["test"]["2023|annual"][0] == pytest.approx(0.4948, abs=1e-4)


def test_names_cannot_end_the_script_or_become_markup(page):
    text = page.read_text(encoding="utf-8")
    assert "<b>东湾" not in text
    assert text.count("</script>") == 2
    assert embedded(page)["bays"][1]["zh"] == "<b>东湾&</b>"


def test_nothing_is_fetched_from_elsewhere(page):
    text = page.read_text(encoding="utf-8")
    without_names = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|src=\"(?!data:)", without_names)
    assert "default-src 'none'" in text


def test_same_results_give_the_same_page(results, page):
    assert draw_page(results, headline=HEADLINE, beside=page.parent) == page.read_text("utf-8")


def test_links_lead_to_the_files_beside(page):
    links = embedded(page)["bays"][0]["links"]
    assert [link["href"] for link in links] == [
        "test/dossier-zh.pdf", "test/sheets/%E5%A4%8F%202023.pdf",
        "test/sheets/category-2023-spring-a4-portrait.pdf",
        "test/sheets/category-2023-summer-a4-portrait.pdf"]  # fmt: skip
    assert links[3]["zh"] == "测试湾海水水质类别分布图（2023年夏季）"
    assert links[3]["en"] == "Water quality categories, Test Bay, summer 2023"
    assert links[3]["period"] == "2023|2023-summer"
    assert embedded(page)["bays"][1]["links"] == []
    assert embedded(page)["links"] == [
        {"zh": "水质图集", "en": "Water quality atlas", "href": "atlas.pdf"}]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r, p: print_page(r, p / "index.pdf"), "found 'index.pdf', wanted a name that ends"),
        (lambda r, p: print_page([], p / "i.html"), "found no assessment; give at least one"),
        (lambda r, p: draw_page([r[0], r[0]]), "found the bay 'test' in two assessments"),
        (lambda r, p: draw_page(r, language="fr"), "found 'fr', wanted one of zh, en"),
        (lambda r, p: draw_page([r[0], replace(r[1], standard=replace(r[1].standard, id="X"))]),
         "found the standards GB 3097-1997 and X"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_named(results, tmp_path, call, message):
    with pytest.raises(InputError, match=message):
        call(results, tmp_path)


def test_click_on_a_bay_shows_shares_intervals_and_links(opened):
    opened.click("#bay-0 path")
    assert opened.text("#bay-title") == "测试湾"
    assert opened.run("document.querySelectorAll('#detail .shares tbody tr').length") == 6
    row = opened.text("#detail .shares tbody tr")
    assert "15.6" in row
    assert "12–21" in row
    assert opened.run("document.querySelectorAll('#detail > .links a').length") == 4
    opened.choose("#campaign", "2023-summer")
    assert opened.run("document.querySelectorAll('#detail > .links a').length") == 3
    opened.click("#detail summary")
    assert opened.run("document.querySelector('#detail details a').checkVisibility()")
    opened.choose("#campaign", "annual")
    opened.click("#bay-0 path")
    assert opened.run("document.querySelectorAll('#detail .maps img').length") == 3
    assert opened.run("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert opened.run("document.activeElement.id") == "bay-0"


def test_no_request_leaves_the_file_and_no_error_is_logged(opened):
    opened.click("#bay-1 path")
    sent = [e["params"]["request"]["url"] for e in opened.events
            if e.get("method") == "Network.requestWillBeSent"]  # fmt: skip
    assert sent
    assert all(url.startswith(("file:", "data:", "about:")) for url in sent)
    assert not [e for e in opened.events if e.get("method") == "Runtime.exceptionThrown"]
    assert not [e for e in opened.events if e.get("method") == "Log.entryAdded"]


def test_demonstration_label_is_seen_in_both_languages(opened):
    assert opened.run("document.querySelector('#note').checkVisibility()")
    assert opened.text("#note") == "演示数据"
    opened.click("#language")
    assert opened.text("#note") == "demonstration values"
    assert opened.run("document.documentElement.lang") == "en"
    assert opened.text("#table-title") == "Results by bay"
    assert opened.run("document.title") == "Water quality of the bays"


def test_markup_in_a_name_stays_text(opened):
    opened.click("#bay-1 path")
    assert opened.text("#bay-title") == "<b>东湾&</b>"
    assert opened.run("document.querySelectorAll('b').length") == opened.run(
        "document.querySelectorAll('#headline b, #detail > p > b').length"
    )


def test_year_and_campaign_switch_change_the_figures(opened):
    opened.click("#bay-0 path")
    annual = opened.text("#detail .shares")
    opened.choose("#campaign", "2023-summer")
    summer = opened.text("#detail .shares")
    assert summer != annual
    opened.choose("#year", "2021")
    assert opened.run("document.querySelector('#campaign').value") == "2021-summer"
    assert opened.text("#detail .shares") != summer
    assert opened.run("document.querySelectorAll('#detail .maps img').length") == 1


def test_period_is_named_with_its_year(opened):
    opened.choose("#campaign", "2023-summer")
    assert "2023年夏季" in opened.text("#map-title")
    opened.click("#language")
    assert "summer 2023" in opened.text("#map-title")


def test_parameter_switch_colours_the_bays_anew(opened):
    before = opened.run("document.querySelector('#bay-0 path').getAttribute('fill')")
    opened.choose("#parameter", "do")
    opened.choose("#campaign", "2023-spring")
    after = opened.run("document.querySelector('#bay-0 path').getAttribute('fill')")
    assert before != after


def test_table_sorts_both_ways_by_click_and_says_so(opened):
    def order():
        return opened.run(
            "[...document.querySelectorAll('#table tbody tr')].map(r => r.dataset.bay)"
        )

    opened.click("#sort-name")
    first = order()
    opened.click("#sort-name")
    assert order() == first[::-1]
    state = "document.querySelector('#sort-name').parentElement.getAttribute('aria-sort')"
    assert opened.run(state) in ("ascending", "descending")
    opened.click("#sort-area")
    assert opened.run(state) == "none"
    assert opened.run("document.activeElement.id") == "sort-area"


def test_keyboard_alone_reaches_and_opens_a_bay(opened):
    seen = []
    for _ in range(12):
        opened.press("Tab")
        seen.append(opened.run("document.activeElement.id"))
        if seen[-1] == "bay-1":
            break
    assert {"language", "year", "campaign", "parameter", "bay-0", "bay-1"} <= set(seen)
    opened.press("Enter")
    assert opened.text("#bay-title") == "<b>东湾&</b>"
    assert opened.run("document.querySelector('#bay-1').getAttribute('aria-pressed')") == "true"


def test_row_of_the_table_opens_the_bay(opened):
    opened.click("#table tbody tr[data-bay=east] button")
    assert opened.text("#bay-title") == "<b>东湾&</b>"
    assert opened.run("document.activeElement.id") == "detail"


def test_address_brings_back_what_was_shown(browser, page):
    browser.open(page, "#language=en&year=2022&campaign=2022-autumn&parameter=din&bay=test")
    assert browser.text("#bay-title") == "Test Bay"
    assert browser.run("document.querySelector('#campaign').value") == "2022-autumn"
    browser.open(page, "#year=1999&bay=%ZZ&parameter=x")
    assert browser.run("document.querySelector('#year').value") == "2023"


def test_narrow_screen_needs_no_sideways_scroll(browser, page):
    browser.resize(390, 800)
    browser.open(page)
    browser.click("#bay-0 path")
    assert browser.text("#bay-title") == "测试湾"
    for language in ("zh", "en"):
        browser.open(page, f"#bay=east&language={language}")
        assert browser.run("document.documentElement.scrollWidth") <= 390
        edge = browser.run(
            "Math.max(...[...document.querySelectorAll('body *:not(.skip)')]"
            ".filter(n => !n.closest('.scroll table')).map(n => n.getBoundingClientRect().right))"
        )
        assert edge <= 390
    small = browser.run(
        "[...document.querySelectorAll('#language, select, #table button')]"
        ".filter(n => n.getBoundingClientRect().height < 28).length"
    )
    assert small == 0


def test_headline_shows_the_last_figure_of_each(opened):
    assert opened.run("document.querySelectorAll('#headline .figure').length") == 2
    assert "84.2%" in opened.text("#headline")
    assert "2023 · 82–86" in opened.text("#headline")
    assert "5 个" in opened.text("#headline")


def test_chinese_shows_without_any_font_of_the_system(opened):
    assert opened.run("document.fonts.check('16px Page', '测')")
    assert opened.run("[...document.fonts].every(f => f.status === 'loaded')")

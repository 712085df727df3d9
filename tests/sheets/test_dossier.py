"""The dossier: what it says, how it is set, and that it is the same twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.sheets import draw_sheet
from bayqa.sheets.dossier import print_dossier
from bayqa.sheets.dossier.facts import gather_facts, open_case
from bayqa.sheets.dossier.lists import ledger_table, plain_table, trend_table
from bayqa.sheets.dossier.words import (
    print_share,
    print_significant,
    print_slope,
    title_column,
    word,
)
from tests.builders import make_assessment
from tests.sheets.rich import make_other_bay, make_rich_assessment


@pytest.fixture(scope="module")
def result():
    return make_rich_assessment()


@pytest.fixture(scope="module", params=["zh", "en"])
def printed(request, result, tmp_path_factory):
    path = tmp_path_factory.mktemp("dossier") / f"test-{request.param}.pdf"
    return request.param, print_dossier(result, path, language=request.param)


def poppler(tool, *arguments):
    if shutil.which(tool) is None:
        pytest.skip(f"no {tool} here: apt-get install poppler-utils")
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


def text_of(path) -> str:
    return re.sub(r"\s+", "", poppler("pdftotext", "-layout", path, "-"))


def test_four_to_eight_pages_of_a4(printed):
    info = poppler("pdfinfo", printed[1])
    assert 4 <= int(re.search(r"Pages:\s+(\d+)", info)[1]) <= 8
    assert re.search(r"Page size:\s+595\.2\d* x 841\.8\d* pts \(A4\)", info)


def test_fonts_are_embedded_and_none_is_type_3(printed):
    rows = poppler("pdffonts", printed[1]).splitlines()[2:]
    assert rows
    for row in rows:
        assert "NotoSansSC" in row
        assert "Type 3" not in row
        assert re.search(r"\byes yes yes\b|\byes yes no\b", row)


def test_text_can_be_found(printed):
    language, path = printed
    text = text_of(path)
    wanted = {
        "zh": ["测试湾", "TestBay", "演示数据", "各类水质面积占比", "与目标的差距", "超标问题清单",
               "一湾一策", "数据与方法", "49.5", "劣四类", "test0001", "GB3097-1997", "未销号"],
        "en": ["TestBay", "测试湾", "demonstrationvalues", "Shareofareabycategory",
               "Gaptothetarget", "Exceedanceledger", "Onebay,onepolicy", "Dataandmethod", "49.5",
               "WorsethanIV", "test0001", "GB3097-1997", "Reductionofthemean"],
    }[language]  # fmt: skip
    for words in wanted:
        assert words in text, words


def test_figures_are_those_of_the_tables(result):
    facts = gather_facts(open_case(result, None, "en"))
    row = result.shares.query(
        "year == 2022 and campaign == 'annual' and parameter == 'overall' and category == 'III'"
    ).iloc[0]
    cell = print_share(row.share, row.share_low, row.share_high)
    assert facts["share_table"]["rows"][1][3] == cell
    assert facts["years"][1]["parts"][2]["share"] == pytest.approx(row.share * 100)
    good = result.tables["good"].query("year == 2023 and campaign == 'annual'").iloc[0]
    assert facts["cards"][0]["value"] == f"{good.share * 100:.1f}"
    n_open = int((result.tables["ledger"].status == "open").sum())
    assert facts["cards"][-1]["value"] == str(n_open)


def test_ledger_is_short_open_first_and_counts_the_rest(result):
    table = gather_facts(open_case(result, None, "en"))["ledger_table"]
    assert len(table["rows"]) == 20
    assert table["rows"][0][5] == f"{result.tables['ledger'].multiple.max():.2f}"
    assert table["more"].startswith("17 more rows")


def test_second_print_gives_the_same_bytes(result, tmp_path):
    first = print_dossier(result, tmp_path / "a.pdf", with_map=False).read_bytes()
    assert print_dossier(result, tmp_path / "b.pdf", with_map=False).read_bytes() == first


@pytest.mark.slow
def test_second_print_with_the_map_gives_the_same_bytes(result, tmp_path):
    first = print_dossier(result, tmp_path / "a.pdf").read_bytes()
    assert print_dossier(result, tmp_path / "b.pdf").read_bytes() == first


def test_standard_without_a_rating_prints_what_there_is(tmp_path):
    bare = make_assessment()
    names = {"I": "A", "II": "B", "III": "C", "IV": "D", "worse": "E"}
    categories = tuple(c._replace(id=names[c.id]) for c in bare.standard.categories)
    shares = bare.shares.assign(category=bare.shares["category"].replace(names))
    odd = replace(bare, standard=replace(bare.standard, categories=categories, good=()),
                  shares=shares, tables={})  # fmt: skip
    facts = gather_facts(open_case(odd, None, "zh"))
    titles = [section["title"] for section in facts["policy_sections"]]
    assert titles and word("zh", "policy_state") not in titles
    assert facts["cards"][0]["label"] == "一类面积占比"
    path = print_dossier(odd, tmp_path / "bare.pdf", language="zh", with_map=False)
    text = text_of(path)
    assert "超标问题清单" in text
    assert "无数据" in text


def test_markup_in_names_is_text(result, tmp_path):
    odd = make_other_bay(result)
    odd = replace(odd, bays=odd.bays.assign(name_en="#panic() *x* $y$ \\ @z"))
    path = print_dossier(odd, tmp_path / "odd.pdf", language="en", with_map=False)
    assert "#panic()*x*$y$\\@z" in text_of(path)


def test_limits_on_a_chart_do_not_write_over_each_other(result):
    levels = gather_facts(open_case(result, None, "en"))["levels"]
    din = next(series for series in levels if series["name"].startswith("Dissolved inorganic"))
    shown = [limit["value"] for limit in din["limits"] if limit["label"]]
    gaps = [(b - a) / (din["top"] - din["base"]) for a, b in zip(shown, shown[1:], strict=False)]
    assert din["base"] == 0
    assert min(gaps) > 0.08
    oxygen = next(series for series in levels if series["name"] == "Dissolved oxygen")
    assert oxygen["base"] > 0


def test_tables_of_others_print_in_the_words_of_the_language(result):
    table = pd.DataFrame({
        "bay_id": ["test"], "label_zh": ["甲"], "label_en": ["A"], "status": ["not met"],
        "share": [0.125], "parameter": ["din"], "n": [3], "odd_name": [1234.5678], "gone": [None],
    })  # fmt: skip
    case = open_case(result, None, "zh")
    spec = plain_table(case, table)
    assert [c["label"] for c in spec["columns"]] == ["评价", "状态", "占比", "参数", "个数",
                                                     "odd name"]  # fmt: skip
    assert spec["rows"] == [["甲", "未达到", "12.5%", "无机氮", "3", "1235"]]


def test_wide_tables_and_long_words_stay_on_the_page(result):
    table = pd.DataFrame({f"c{k}": ["words " * 40] for k in range(20)})
    spec = plain_table(open_case(result, None, "en"), table)
    assert len(spec["columns"]) == 9
    assert all(len(cell) <= 72 and cell.endswith("…") for cell in spec["rows"][0])


def test_column_of_the_other_language_serves_where_there_is_no_own(result):
    case = open_case(result, None, "en")
    spec = plain_table(case, pd.DataFrame({"name_zh": ["甲"]}), columns=("name", "gone"))
    assert (spec["columns"][0]["label"], spec["rows"]) == ("Name", [["甲"]])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.012345, "0.0123"), (0.0, "0"), (1e-12, "0"), (float("nan"), "–"), (None, "–"),
     (12345.6, "12346"),
     (True, "yes"), (7, "7"), (pd.Timestamp("2023-05-10"), "2023-05-10"), ("x", "x")],
)  # fmt: skip
def test_any_cell_prints(value, text):
    assert print_significant(value, "en") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [((0.5, 0.414, 0.616), "50.0 (41–62)"), ((0.989, 0.987, 0.9891), "98.9 (98.7–98.9)"),
     ((1.0, 1.0, 1.0), "100.0 (100)"), ((0.2, float("nan"), 0.3), "20.0")],
)  # fmt: skip
def test_printed_interval_holds_its_share(share, text):
    assert print_share(*share) == text


def test_series_that_are_too_short_are_one_sentence(result):
    trends = pd.DataFrame({
        "bay_id": "test", "station": ["T01", "T02", "T03"], "parameter": "din",
        "trend": ["too few values", "decreasing", "too few values"], "p": [None, 0.01, None],
        "n_years": [1, 9, 2], "slope": [None, -0.01, None],
    })  # fmt: skip
    case = open_case(replace(result, tables={**result.tables, "trends": trends}), None, "en")
    spec = trend_table(case)
    assert [row[1] for row in spec["rows"]] == ["T02"]
    assert spec["note"] == "2 further series have too few years to be judged."


def test_the_map_of_a_dossier_bears_the_fields_of_the_sheet(result, tmp_path):
    options = {"review_number": "GS(2024)0001", "organisation_en": "Marine Centre",
               "scale": 40_000}  # fmt: skip
    path = print_dossier(result, tmp_path / "a.pdf", language="en", options=options)
    assert "GS(2024)0001" in text_of(path) and "MarineCentre" in text_of(path)
    assert "1:40000" in text_of(path)


def test_unknown_columns_stand_for_themselves():
    assert title_column("some_thing_zh", "zh") == "some thing"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bay": "nowhere"}, "found 'nowhere', wanted one of test"),
        ({"language": "fr"}, "found 'fr', wanted one of zh, en"),
        ({"path": "x.docx"}, "found 'x.docx', wanted a name that ends in .pdf"),
    ],
)
def test_what_cannot_be_printed_is_named(result, tmp_path, options, message):
    path = tmp_path / options.pop("path", "x.pdf")
    with pytest.raises(InputError, match=message):
        print_dossier(result, path, **options)
    assert not list(tmp_path.iterdir())


def test_a_character_without_a_glyph_is_an_error(result, tmp_path):
    odd = replace(result, bays=result.bays.assign(name_zh="𱁬湾"))
    with pytest.raises(InputError, match=r"U\+3106C.*in '𱁬湾"):
        print_dossier(odd, tmp_path / "x.pdf", with_map=False)


def test_one_of_several_bays_must_be_named(result, tmp_path):
    both = replace(result, bays=pd.concat([result.bays, make_other_bay(result).bays]))
    with pytest.raises(InputError, match="has 2 bays .*; name one"):
        print_dossier(both, tmp_path / "x.pdf")


def test_a_slope_has_its_unit_and_one_decimal_more_than_a_value():
    assert print_slope(-0.00999999, "din") == "-0.0100 mg/L"
    assert print_slope(0.02, "ph") == "0.020"
    assert print_slope(1.5, "unheard") == "1.50"


def test_an_exceedance_by_a_trace_is_not_nothing(result):
    table = result.tables["ledger"].assign(multiple=[0.003] * len(result.tables["ledger"]))
    case = open_case(replace(result, tables={**result.tables, "ledger": table}), None, "en")
    assert {row[5] for row in ledger_table(case)["rows"]} == {"<0.01"}


def test_a_hatched_map_says_so_on_its_first_page(result, tmp_path):
    text = text_of(print_dossier(result, tmp_path / "a.pdf", language="en"))
    assert ("Hatched: the data do not say".replace(" ", "") in text) == draw_sheet(
        result, bay="test", campaign="2023-autumn"
    ).hatched

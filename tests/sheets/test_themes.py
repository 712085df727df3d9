"""Every theme on every layout against a small picture that was looked at.

New pictures: ``pytest tests/sheets/test_themes.py --mpl-generate-path=tests/sheets/baseline``.
Tolerance 4 (RMS of 0..255): room for another FreeType, not for a moved box.
"""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from bayqa.errors import InputError
from bayqa.sheets import draw_sheet, list_layouts, list_themes
from bayqa.sheets.drawing.palettes import list_palettes
from bayqa.sheets.drawing.picture import Entry
from bayqa.sheets.subject import choose_subject
from bayqa.sheets.themes import THEMES
from bayqa.sheets.themes.common import raster_of
from bayqa.sheets.themes.fields import draw_concentration, nice_levels
from tests.builders import make_assessment
from tests.sheets.test_sheet import texts_of
from tests.sheets.weihai import make_weihai, read_layer

CHOICES = {
    "category": {"campaign": "2023-summer"},
    "concentration": {"parameter": "din"},
    "sd": {"parameter": "din"},
    "probability": {},
    "limiting": {},
    "change": {"campaign": "2023-summer"},
    "stations": {"campaign": "2023-summer"},
    "rivers": {},
    "beautiful": {},
}
SECTIONS = pd.DataFrame({
    "level": ["section", "section", "river"], "place": ["沽河入海口", "小落河上游", "沽河"],
    "period": ["2023"] * 3, "category": ["III", "worse", "III"],
    "lon": [122.46, 122.34, 0.0], "lat": [37.155, 37.07, 0.0]})  # fmt: skip
STANDING = pd.DataFrame({
    "bay_id": ["sanggou", "weihai", "shuangdao"],
    "status": ["national", "provincial", "preparation"]})  # fmt: skip
COVERAGE = pd.DataFrame({
    "status": ["national", "provincial", "preparation", "no_data"], "count": [1, 1, 1, 8],
    "area_km2": [160.09, 61.91, 15.99, 342.1], "shoreline_share": [0.2, 0.1, 0.05, 0.65],
    "n_area_unknown": [0, 0, 0, 2], "register_to": ["2022-06"] * 4})  # fmt: skip


def result_for(theme):
    result = make_weihai()
    if theme == "rivers":
        return dataclasses.replace(result, tables={"sections": SECTIONS})
    if theme == "beautiful":
        tables = {"beautiful_bays": STANDING, "beautiful_coverage": COVERAGE}
        return dataclasses.replace(result, bays=read_layer("bays"), tables=tables)
    return result


def slow_beside_the_first(theme, layout):
    fast = layout == "a4-landscape" or (theme == "category" and layout != "a3-portrait")
    return pytest.param(theme, layout, marks=() if fast else pytest.mark.slow)


@pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=4, savefig_kwargs={"dpi": 32}, style={}
)
@pytest.mark.parametrize(
    ("theme", "layout"),
    [slow_beside_the_first(theme, layout) for theme in CHOICES for layout in list_layouts()],
)
def test_picture(theme, layout):
    return draw_sheet(result_for(theme), theme=theme, layout=layout, **CHOICES[theme])


@pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=4, savefig_kwargs={"dpi": 32}, style={}
)
def test_picture_annual():
    return draw_sheet(make_weihai(), campaign="annual")


def test_every_theme_has_a_picture():
    assert set(CHOICES) == set(list_themes())


@pytest.mark.slow
@pytest.mark.parametrize("palette", list_palettes())
def test_every_palette_draws(palette):
    figure = draw_sheet(make_assessment(), palette=palette)
    assert len(figure.axes) >= 2


def test_beautiful_bays_have_count_area_and_shoreline():
    texts = texts_of(
        draw_sheet(
            result_for("beautiful"),
            theme="beautiful",
            options={"region_zh": "威海近岸", "region_en": "Weihai"},
        )
    )
    for word in ("威海近岸美丽海湾建设进展图（认定截至2022-06）", "国家级美丽海湾", "160.1", "20.0",
                 "个数", "另有2个单元面积不明"):  # fmt: skip
        assert any(word in text for text in texts), word


def test_a_register_is_dated_by_itself_or_by_the_reader_and_never_by_the_samples():
    result = result_for("beautiful")
    given = texts_of(draw_sheet(result, theme="beautiful", options={"register_date": "2024-06"}))
    assert any("（名录截至2024-06）" in text for text in given)
    tables = result.tables | {"beautiful_coverage": COVERAGE.assign(register_to="")}
    undated = texts_of(draw_sheet(dataclasses.replace(result, tables=tables), theme="beautiful"))
    assert "名录未载明全部认定日期。" in undated
    assert not any("2023" in text for text in undated)


def test_river_sheet_is_dated_by_its_sections():
    sections = SECTIONS.assign(period="2021")
    result = dataclasses.replace(result_for("rivers"), tables={"sections": sections})
    texts = texts_of(draw_sheet(result, theme="rivers"))
    assert any("（2021年）" in text for text in texts)
    mixed = pd.concat([sections, SECTIONS.assign(period="2020", category="I")])
    result = dataclasses.replace(result_for("rivers"), tables={"sections": mixed})
    assert any("（2021年）" in text for text in texts_of(draw_sheet(result, theme="rivers")))


def test_coverage_of_a_region_says_full_only_where_it_is():
    table = pd.DataFrame({
        "region": ["north", "all"], "n_units": [2, 12], "n_recognised": [2, 5],
        "area_share": [1.0, float("nan")], "known_area_share": [1.0, 0.5174],
        "shoreline_share": [1.0, 0.4043], "full": [True, False]})  # fmt: skip
    result = result_for("beautiful")
    result = dataclasses.replace(result, tables=result.tables | {"coverage": table})
    texts = texts_of(draw_sheet(result, theme="beautiful"))
    assert {"2/2", "5/12", "100.0", "(51.7)", "40.4", "Whole region"} <= set(texts)
    assert texts.count("全覆盖 full coverage") == 1


def test_no_type_is_smaller_than_five_points():
    figure = draw_sheet(make_weihai(), campaign="2023-summer")
    sizes = [t.get_size() for t in figure.axes[0].get_children() if isinstance(t, Text)]
    assert min(sizes) > 4.7


def test_beautiful_bays_without_coverage_keep_their_rows():
    result = dataclasses.replace(result_for("beautiful"), tables={"beautiful_bays": STANDING})
    texts = texts_of(draw_sheet(result, theme="beautiful"))
    assert "国家级美丽海湾" in texts and "160.1" not in texts


def test_unknown_standing_is_refused():
    tables = {"beautiful_bays": STANDING.assign(status="golden")}
    with pytest.raises(InputError, match="status 'golden'"):
        draw_sheet(dataclasses.replace(make_weihai(), tables=tables), theme="beautiful")


def test_river_sheet_takes_the_river_standard():
    texts = "".join(texts_of(draw_sheet(result_for("rivers"), theme="rivers")))
    assert "GB 3838-2002" in texts and "GB 3097" not in texts
    assert "小落河上游" in texts and "沽河入海口" in texts


def test_limits_of_the_standard_are_drawn_bold_on_concentrations():
    texts = texts_of(draw_sheet(make_weihai(), theme="concentration", parameter="din"))
    assert "类别限值 Limit of a category" in texts
    # As many decimals for all bands, so that 0.30 stands beside 0.15.
    assert "0.30" in texts and "0.3" not in texts


def test_change_names_both_campaigns():
    texts = texts_of(draw_sheet(make_weihai(), theme="change", campaign="2023-summer"))
    assert "桑沟湾水质类别变化图（2022年夏季—2023年夏季）" in texts


def test_parameter_map_uses_the_parameters_own_shares():
    result = make_weihai()
    texts = texts_of(draw_sheet(result, parameter="do", campaign="2023-summer"))
    assert "桑沟湾溶解氧水质类别分布图（2023年夏季）" in texts
    rows = result.shares.query(
        "campaign == '2023-summer' and parameter == 'do' and category == 'I'"
    )
    assert f"{float(rows['share'].iloc[0]) * 100:.1f}" in texts


def test_levels_are_round_and_start_below_the_values():
    values = [np.array([0.13, 0.2, 0.48, np.nan])]
    levels = nice_levels(values, log=True)
    assert levels[0] <= 0.13 and levels[-1] < 0.48 and levels == sorted(set(levels))
    assert set(levels) <= {0.1, 0.15, 0.2, 0.3, 0.5}
    assert nice_levels([np.array([np.nan])], log=False) == [0.0]
    assert nice_levels([np.array([2.0, 2.0])], log=False)[0] <= 2.0


def test_entry_without_cells_is_an_area():
    assert Entry("#FFFFFF", {"zh": "一类"}).kind == "area"


def test_bands_within_one_category_can_be_told_apart():
    result = make_weihai()
    grids = result.grids.copy()
    grids["din"] = grids["din"] * 0.02
    grids["din"].attrs = result.grids["din"].attrs
    clean = dataclasses.replace(result, grids=grids)
    subject = choose_subject(clean, theme="concentration", parameter="din", campaign=None,
                             bay=None, language="en", palette=None, options=None)  # fmt: skip
    drawing = draw_concentration(subject)
    colors = [to_rgb(entry.color) for entry in drawing.legend.entries]
    apart = [np.abs(np.subtract(a, b)).max() for a, b in itertools.pairwise(colors)]
    assert len(colors) >= 4 and min(apart) > 0.04
    # Still the colours of good water: blue leads in all of them.
    assert all(blue >= red for red, _, blue in colors)


def test_levels_bear_equal_decimals_where_these_are_few():
    drawing = draw_concentration(
        choose_subject(make_weihai(), theme="concentration", parameter="din", campaign=None,
                       bay=None, language="en", palette=None, options=None)
    )  # fmt: skip
    texts = [entry.labels["en"].split(" – ") for entry in drawing.legend.entries[:-1]]
    assert {len(part.partition(".")[2]) for pair in texts for part in pair} == {2}


def test_limiting_and_change_hatch_what_the_categories_hatch():
    result = make_weihai()
    options = {"confidence": 0.9}
    for theme in ("category", "limiting", "change"):
        figure = draw_sheet(result, theme=theme, campaign="2023-summer", options=options)
        assert figure.hatched
        assert any("probability of the category shown below 90 %" in t or "数据不足以判定" in t
                   for t in texts_of(figure))  # fmt: skip
        calm = draw_sheet(result, theme=theme, campaign="2023-summer", options={"confidence": 0})
        assert not calm.hatched and not any("数据不足以判定" in t for t in texts_of(calm))


@pytest.mark.parametrize("theme", ["concentration", "sd", "probability"])
def test_water_without_values_never_looks_clean(theme):
    result = make_assessment()
    grids = result.grids.copy(deep=True)
    for name in ("din", "din_sd"):
        grids[name].loc[{"campaign": "2023-summer"}] = np.nan
        grids[name].loc[{"campaign": "2023-spring"}][:, :20] = np.nan
    odds = result.classes["probability"].where(grids["din"].notnull())
    holed = dataclasses.replace(
        result, grids=grids, classes=result.classes.assign(probability=odds)
    )
    for campaign, share in (("2023-summer", 1.0), ("2023-spring", 0.5), ("2023-autumn", 0.0)):
        subject = choose_subject(holed, theme=theme, parameter=None if theme == "probability" else
                                 "din", campaign=campaign, bay=None, language="en", palette=None,
                                 options=None)  # fmt: skip
        picture, legend = (drawing := THEMES[theme](subject)).pictures[0], drawing.legend
        water = raster_of(subject).domain
        assert picture.blank.area == pytest.approx(share * water.area, rel=0.05)
        colored = max((area.shape.area for area in picture.areas), default=0.0)
        assert colored == pytest.approx((1 - share) * water.area, rel=0.05)
        assert any(row.kind == "blank" for row in legend.entries) == (share > 0)

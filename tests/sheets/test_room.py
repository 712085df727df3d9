"""However much a sheet must hold, no text overlaps another, leaves the page or gets too small."""

from dataclasses import replace
from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
import xarray as xr
from shapely.geometry import box

from bayqa.sheets import draw_sheet, list_layouts, load_layout
from bayqa.standards import load_standard
from tests.builders import make_assessment
from tests.sheets.boxes import find_faults, text_boxes

OPTIONS = {
    "organisation_zh": "某某海洋环境监测中心", "organisation_en": "Marine Monitoring Centre",
    "review_number": "GS(2024)0001号", "data_source_zh": "某某中心2023年海水水质监测数据",
    "data_source_en": "Monitoring data of the centre, 2023", "land_source_zh": "标准地图",
    "land_source_en": "Standard map",
}  # fmt: skip
PARAMETERS = ("do", "cod_mn", "cod_cr", "bod5", "nh4_n", "tp", "copper", "zinc", "fluoride",
              "selenium", "arsenic", "mercury")  # fmt: skip
LANGUAGES = (("zh", "en"), "zh", "en")


@cache
def many_campaigns(n_campaigns):
    """The small bay, surveyed every month of a year or every quarter."""
    result = make_assessment()
    seasons = [f"{k:02d}" for k in range(1, 13)] if n_campaigns > 4 else ["Q1", "Q2", "Q3", "Q4"]
    names = [f"2023-{season}" for season in seasons[:n_campaigns]]
    order = [k % 3 for k in range(n_campaigns)]
    data = {
        name: getattr(result, name).isel(campaign=order).assign_coords(
            campaign=names, year=("campaign", [2023] * n_campaigns),
            season=("campaign", [name[5:] for name in names]))
        for name in ("grids", "classes", "stations", "station_classes")
    }  # fmt: skip
    shares = result.shares
    parts = [shares[shares["campaign"] == "annual"]] + [
        shares[shares["campaign"] == result.classes.campaign.to_numpy()[k]].assign(campaign=name)
        for k, name in zip(order, names, strict=True)
    ]
    return replace(result, shares=pd.concat(parts, ignore_index=True), **data)


@cache
def many_parameters():
    """The small bay judged by twelve parameters; the first two decide."""
    result = make_assessment()
    classes = result.classes
    judged = [classes.parameter_category.isel(parameter=[k % 2]) for k in range(len(PARAMETERS))]
    wide = xr.concat(judged, "parameter").assign_coords(parameter=list(PARAMETERS))
    more = classes.drop_dims("parameter").assign(parameter_category=wide)
    return replace(result, classes=more.assign_attrs(classes.attrs))


@pytest.mark.parametrize("layout", list_layouts())
@pytest.mark.parametrize("n_campaigns", [4, 9, 12])
def test_a_year_of_many_campaigns_has_room_for_all(n_campaigns, layout):
    for language in LANGUAGES:
        sheet = draw_sheet(many_campaigns(n_campaigns), campaign="annual", layout=layout,
                           language=language, options=OPTIONS)  # fmt: skip
        assert not find_faults(sheet, load_layout(layout).page)


@pytest.mark.parametrize("layout", list_layouts())
def test_twelve_parameters_have_room_and_colours_of_their_own(layout):
    for theme in ("category", "limiting"):
        sheet = draw_sheet(many_parameters(), theme=theme, layout=layout, options=OPTIONS)
        assert not find_faults(sheet, load_layout(layout).page)


@pytest.mark.parametrize("layout", list_layouts())
def test_long_names_of_categories_and_bays_have_room(layout):
    korea = load_standard("kr-wqi east-sea")
    result = make_assessment()
    labels = {c.id: k for c, k in zip(result.standard.categories, korea.categories, strict=True)}
    named = tuple(k._replace(id=c) for c, k in labels.items())
    bays = result.bays.assign(
        name_zh="国家级海洋生态文明建设示范区黄河口与莱州湾西部近岸海域",
        name_en="Lower Saint Lawrence-Chaleur Estuary Bay",
    )
    result = replace(result, bays=bays, standard=replace(result.standard, categories=named))
    for campaign in ("2023-summer", "annual"):
        for language in LANGUAGES:
            sheet = draw_sheet(result, campaign=campaign, layout=layout, language=language,
                               options=OPTIONS)  # fmt: skip
            assert not find_faults(sheet, load_layout(layout).page)


def test_bars_tell_the_shares_that_the_legend_has_no_room_for():
    texts = [box.text for box in text_boxes(draw_sheet(many_campaigns(9), campaign="annual"))]
    assert {"2023年9月", "2023年全年", "0%", "100%", "9月"} - {*texts} == {"9月"}
    assert "mean %" in texts and "September 2023" in " ".join(texts)


def test_one_scale_bar_serves_many_small_maps():
    for n_campaigns, wanted in ((4, 1), (9, 1), (12, 1)):
        sheet = draw_sheet(many_campaigns(n_campaigns), campaign="annual")
        texts = [box.text for box in text_boxes(sheet)]
        assert sum(text.startswith("1:") for text in texts) == wanted


def test_the_area_of_a_year_is_unknown_where_its_share_is():
    result = make_assessment()
    shares = result.shares.copy()
    annual = (shares["campaign"] == "annual") & (shares["category"] == "II")
    shares.loc[annual, "share"] = float("nan")
    area = shares.loc[annual & (shares["parameter"] == "overall"), "area_km2"].iloc[0]
    texts = [b.text for b in text_boxes(draw_sheet(replace(result, shares=shares),
                                                   campaign="annual"))]  # fmt: skip
    assert texts.count("–") == 2 and f"{area:.2f}" not in texts


def test_a_long_register_keeps_its_first_parts_and_the_whole():
    sheet = draw_sheet(make_overview(40, n_parts=60), theme="beautiful", layout="a4-portrait")
    texts = [box.text for box in text_boxes(sheet)]
    assert not find_faults(sheet, load_layout("a4-portrait").page)
    assert "Part 1" in texts and "Whole region" in texts and "Part 60" not in texts
    assert any("more, see the table" in text for text in texts)


def test_tiny_bays_are_dots_and_the_sheet_says_so():
    spread, near = make_overview(40), make_overview(2, apart=0.02)
    for result, wanted in ((spread, True), (near, False)):
        sheet = draw_sheet(result, theme="beautiful", language="en")
        said = any("drawn as dots" in box.text for box in text_boxes(sheet))
        assert said == wanted
    assert draw_sheet(spread, theme="beautiful").unnamed == ()


def test_an_overview_may_straddle_180():
    result = make_overview(6, apart=0.5, first=178.6)
    sheet = draw_sheet(result, theme="beautiful", language="en")
    texts = [box.text for box in text_boxes(sheet)]
    assert "180°" in " ".join(texts) and any(text.endswith("W") for text in texts)
    assert not find_faults(sheet, load_layout("a4-landscape").page)


def make_overview(n_bays, *, apart=0.8, first=110.0, n_parts=3):
    """Small bays in rows of eight, all recognised, and the coverage of parts of the region."""
    lon = [(first + apart * (k % 8) + 180) % 360 - 180 for k in range(n_bays)]
    lat = [30 - apart * (k // 8) for k in range(n_bays)]
    bays = gpd.GeoDataFrame(
        {"name_zh": [f"{k}号湾" for k in range(n_bays)],
         "name_en": [f"Bay {k}" for k in range(n_bays)]},
        geometry=[box(x, y, x + 0.01, y + 0.01) for x, y in zip(lon, lat, strict=True)],
        index=pd.Index([f"b{k}" for k in range(n_bays)], name="bay_id"), crs=4326)  # fmt: skip
    coverage = pd.DataFrame({
        "region": [*(f"Part {k}" for k in range(1, n_parts + 1)), "all"], "n_units": 4,
        "n_recognised": 3, "area_share": 0.5, "shoreline_share": 0.5, "full": False,
    })  # fmt: skip
    tables = {
        "beautiful_bays": pd.DataFrame({"bay_id": bays.index, "status": "national"}),
        "coverage": coverage,
        "beautiful_coverage": pd.DataFrame({"status": ["national"], "count": [n_bays],
                                            "area_km2": [1.0 * n_bays], "n_area_unknown": [0],
                                            "n_shoreline_unknown": [0]}),
    }  # fmt: skip
    return replace(make_assessment(), bays=bays, tables=tables, land=None)

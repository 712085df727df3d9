import dataclasses

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.text import Text
from pyproj import Geod

from bayqa.errors import InputError
from bayqa.sheets import Layout, draw_sheet, list_layouts, list_themes, load_layout
from bayqa.sheets.numbers import format_area, format_interval, format_share
from tests.builders import make_assessment
from tests.sheets.pdf import ask_poppler, find_rectangles
from tests.sheets.weihai import make_weihai, read_layer

MM = 72 / 25.4


def texts_of(figure):
    return [t.get_text() for t in figure.axes[0].get_children()
            if isinstance(t, Text) and t.get_text()]  # fmt: skip


@pytest.fixture(scope="module")
def sheet():
    return draw_sheet(make_weihai(), campaign="2023-summer", options={"scale": 200_000})


@pytest.fixture(scope="module")
def pdf(sheet, tmp_path_factory):
    path = tmp_path_factory.mktemp("sheets") / "sheet.pdf"
    sheet.savefig(path)
    return path


def test_titles_name_bay_and_period_in_both_languages(sheet):
    texts = texts_of(sheet)
    assert "桑沟湾海水水质类别分布图（2023年夏季）" in texts
    assert "Water quality categories, Sanggou Bay, summer 2023" in texts


def test_legend_equals_the_table_of_shares(sheet):
    result, texts = make_weihai(), texts_of(sheet)
    rows = result.shares.query("campaign == '2023-summer' and parameter == 'overall'")
    total = rows["area_km2"].sum()
    assert len(rows) == 6
    for row in rows.itertuples():
        for cell in (format_area(row.area_km2, total), format_share(row.share),
                     format_interval(row.share_low, row.share_high)):  # fmt: skip
            assert cell in texts
    assert format_area(total, total) in texts


def test_legend_keeps_categories_without_area():
    result = make_weihai()
    texts = texts_of(draw_sheet(result, campaign="2023-spring", language="en"))
    empty = result.shares.query(
        "campaign == '2023-spring' and parameter == 'overall' and area_km2 == 0"
    )
    assert "worse" in set(empty["category"])
    assert "Worse than IV" in texts and "Not assessed" in texts


def test_annual_legend_holds_the_mean_shares_and_each_campaign():
    result = make_weihai()
    texts = texts_of(draw_sheet(result, campaign="annual"))
    rows = result.shares.query("parameter == 'overall' and year == 2023 and category == 'I'")
    assert set(rows["campaign"]) == {"2023-spring", "2023-summer", "2023-autumn", "annual"}
    for row in rows.itertuples():
        assert format_share(row.share) in texts
    assert "2023年春季  spring 2023" in texts


def test_demonstration_values_are_stamped_on_the_sheet(sheet):
    texts = texts_of(sheet)
    assert "演示数据，非观测值" in texts and "Demonstration values, not observations" in texts


def test_ten_kilometres_measure_ten_kilometres_on_paper(pdf):
    wanted = 10_000 / 200_000 * 1000
    widths = [w / MM for w, h in find_rectangles(pdf) if 0.5 < h / MM < 3]
    assert min(abs(w - wanted) for w in widths) < 0.1


def test_stations_lie_as_far_apart_on_paper_as_on_the_ground(sheet):
    stations = make_weihai().stations
    (dots,) = [c for c in sheet.axes[0].collections
               if isinstance(c, PathCollection) and len(c.get_offsets()) > 5]  # fmt: skip
    paper = np.asarray(dots.get_offsets())
    geod = Geod(ellps="WGS84")
    lon, lat = stations.lon.to_numpy(), stations.lat.to_numpy()
    for k in range(1, len(lon)):
        ground = geod.inv(lon[0], lat[0], lon[k], lat[k])[2]
        assert abs(np.hypot(*(paper[k] - paper[0])) - ground / 200_000 * 1000) < 0.02


def test_fonts_are_embedded_truetype(pdf):
    rows = ask_poppler("pdffonts", pdf).splitlines()[2:]
    assert len(rows) == 2
    for row in rows:
        assert "NotoSansSC" in row and "CID TrueType" in row and "Type 3" not in row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]


def test_a_rare_character_takes_the_whole_face_for_all_texts(tmp_path):
    result = make_assessment()
    for name, zh in (("core", "测试湾"), ("whole", "测试\u9f98湾")):
        bays = result.bays.assign(name_zh=zh)
        draw_sheet(dataclasses.replace(result, bays=bays)).savefig(tmp_path / f"{name}.pdf")
        assert len(ask_poppler("pdffonts", tmp_path / f"{name}.pdf").splitlines()[2:]) == 2
        assert zh in ask_poppler("pdftotext", "-raw", tmp_path / f"{name}.pdf", "-")


def test_the_file_bears_its_title_and_author(tmp_path):
    options = {"organisation_en": "Marine Centre"}
    draw_sheet(make_assessment(), language="en", options=options).savefig(tmp_path / "s.pdf")
    info = ask_poppler("pdfinfo", tmp_path / "s.pdf")
    assert "Water quality categories, Test Bay, autumn 2023" in info
    assert "Marine Centre" in info and "CreationDate" not in info


def test_inland_water_is_not_called_sea_water():
    result = make_assessment()
    for water, wanted in (("sea", "测试湾海水水质"), ("river", "测试湾水质类别")):
        standard = dataclasses.replace(result.standard, water=water)
        texts = texts_of(draw_sheet(dataclasses.replace(result, standard=standard)))
        assert any(text.startswith(wanted) for text in texts)


def test_text_of_the_page_can_be_searched(pdf):
    text = ask_poppler("pdftotext", "-raw", pdf, "-")
    for word in ("桑沟湾海水水质类别分布图（2023年夏季）", "Sanggou Bay, summer 2023", "演示数据",
                 "一类", "劣四类", "未评价", "Class I", "Worse than IV", "Not assessed", "WH01",
                 "1:200 000", "GB 3097-1997"):  # fmt: skip
        assert word in text


@pytest.mark.parametrize("name", list_layouts())
def test_paper_has_its_exact_size(name, tmp_path):
    draw_sheet(make_assessment(), layout=name).savefig(tmp_path / "sheet.pdf")
    line = next(row for row in ask_poppler("pdfinfo", tmp_path / "sheet.pdf").splitlines()
                if row.startswith("Page size"))  # fmt: skip
    width, height = (float(v) for v in line.split()[2:5:2])
    page = load_layout(name).page
    assert abs(width / MM - page[0]) < 0.01 and abs(height / MM - page[1]) < 0.01


def test_same_input_gives_the_same_bytes(tmp_path):
    for kind in ("pdf", "png"):
        for k in (1, 2):
            draw_sheet(make_assessment()).savefig(tmp_path / f"{k}.{kind}", dpi=100)
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()


def test_a_sheet_without_land_rivers_and_probability_is_still_a_sheet(tmp_path):
    result = make_assessment()
    bare = dataclasses.replace(
        result,
        land=None,
        rivers=None,
        provenance={},
        classes=result.classes.drop_vars("probability"),
    )
    figure = draw_sheet(bare, options={"reach_km": 1.5, "hatch_sd": 0.2})
    figure.savefig(tmp_path / "sheet.pdf")
    # Notes are wrapped: compare without the breaks.
    texts = "".join(texts_of(figure)).replace(" ", "")
    assert "距最近监测点超过1.5km" in texts and "standarddeviationabove0.2" in texts
    assert "海岸线" not in texts and "演示数据" not in texts


def test_own_texts_are_filled_from_the_context_and_unknown_names_refused(tmp_path):
    result = make_assessment()
    options = {"title_zh": "{bay}·{period}·{scale}", "review_number": "鲁SG(2026)001号",
               "organisation_zh": "监测中心", "page_number": "7"}  # fmt: skip
    texts = texts_of(draw_sheet(result, language="zh", options=options))
    assert "测试湾·2023年秋季·1:25 000" in texts
    assert "审图号：鲁SG(2026)001号" in texts and "监测中心" in texts
    assert any(t.endswith("· 7") for t in texts)
    with pytest.raises(InputError, match="name 'bai', which is not known"):
        draw_sheet(result, options={"title_zh": "{bai}"})


def test_logo_is_placed_or_missed(tmp_path):
    from PIL import Image

    Image.new("RGB", (60, 20), "#224488").save(tmp_path / "logo.png")
    figure = draw_sheet(make_assessment(), options={"logo": tmp_path / "logo.png"})
    (picture,) = figure.axes[0].images
    left, right, bottom, top = picture.get_extent()
    assert (right - left) / (top - bottom) == pytest.approx(3)
    with pytest.raises(InputError, match="logo .* does not exist"):
        draw_sheet(make_assessment(), options={"logo": tmp_path / "none.png"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"theme": "heat"}, "no theme 'heat'.*category"),
        ({"bay": "nowhere"}, "bay 'nowhere' is not known"),
        ({"campaign": "2023-sumer"}, "did you mean '2023-summer'"),
        ({"campaign": "annual", "options": {"year": 1999}}, "no campaign of the year 1999"),
        ({"parameter": "dim"}, "parameter 'dim' .* did you mean 'din'"),
        ({"options": {"scales": 1}}, "option 'scales' .* did you mean 'scale'"),
        ({"language": ()}, "at least one language"),
        ({"language": "fr"}, "no text for the language 'fr'"),
        ({"layout": "a5"}, "no layout 'a5'"),
        ({"palette": "rainbow"}, "no palette 'rainbow'"),
        ({"theme": "concentration"}, "shows one parameter: give parameter="),
        ({"theme": "change"}, "no campaign a year before"),
        ({"theme": "change", "options": {"previous": "1999"}}, "'1999' given as 'previous'"),
        ({"theme": "probability", "options": {"target": "VI"}}, "'VI' is no category"),
        ({"theme": "probability", "parameter": "din"}, "no 'parameter_probability'"),
        ({"theme": "rivers"}, "no river sections"),
        ({"theme": "beautiful"}, "no table 'beautiful_bays'"),
    ],
)
def test_wrong_arguments_are_refused_with_a_way_out(arguments, message):
    with pytest.raises(InputError, match=message):
        draw_sheet(make_assessment(), **arguments)


def test_sd_needs_a_method_that_gives_it():
    result = make_assessment()
    bare = dataclasses.replace(result, grids=result.grids.drop_vars("din_sd"))
    with pytest.raises(InputError, match="grids have no 'din_sd'"):
        draw_sheet(bare, theme="sd", parameter="din")


def test_themes_and_layout_are_public():
    assert set(list_themes()) >= {"category", "concentration", "sd", "probability", "limiting",
                                  "change", "stations", "rivers", "beautiful"}  # fmt: skip
    assert isinstance(load_layout("a4-landscape"), Layout)


def test_inset_names_the_bays_of_the_region():
    options = {"overview": read_layer("bays")}
    texts = texts_of(draw_sheet(make_weihai(), campaign="2023-summer", options=options))
    assert "荣成湾" in texts and any(t.startswith("≈ 1:") for t in texts)


def test_names_without_room_are_said_and_handed_back():
    result = make_assessment()
    n = 60
    lonlat = result.stations[["lon", "lat"]].isel(station=0)
    many = result.stations.isel(station=np.zeros(n, int)).assign_coords(
        station=[f"S{k:03d}" for k in range(n)],
        lon=("station", float(lonlat.lon) + 1e-4 * np.arange(n)),
        lat=("station", np.full(n, float(lonlat.lat))),
    )
    crowded = dataclasses.replace(result, stations=many)
    figure = draw_sheet(crowded, language="en")
    texts = texts_of(figure)
    shown = {t for t in texts if t[:1] == "S" and t[1:].isdigit()}
    assert len(figure.unnamed) > 12 and not shown & set(figure.unnamed)
    assert shown | set(figure.unnamed) >= {f"S{k:03d}" for k in range(n)}
    notes = " ".join(texts)
    assert f"Names without room on the map: {len(figure.unnamed)}, such as" in notes
    few = dataclasses.replace(result, stations=many.isel(station=slice(0, 28)))
    figure = draw_sheet(few, language="zh")
    joined = "".join(texts_of(figure))
    assert 0 < len(figure.unnamed) <= 12
    assert f"图上无处注记的名称（{len(figure.unnamed)}个）：" in joined
    assert all(name in joined for name in figure.unnamed)


def test_a_roomy_sheet_names_everything():
    figure = draw_sheet(make_assessment())
    assert figure.unnamed == () and not any("无处注记" in text for text in texts_of(figure))

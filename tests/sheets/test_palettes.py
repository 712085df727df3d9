import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from bayqa.errors import InputError
from bayqa.sheets.drawing.palettes import (
    DEFAULT_PALETTE,
    list_palettes,
    load_palette,
    pick_category_colors,
    pick_ink,
    pick_kind_colors,
)
from bayqa.standards import load_standard
from tests.builders import make_standard


def luminance(color):
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def lightness(color):
    """CIE L*, 0 black to 100 white."""
    y = luminance(color)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("name", list_palettes())
def test_every_palette_is_complete_and_states_its_source(name):
    palette = load_palette(name)
    assert len(palette.source) > 20 and palette.title_zh and palette.title_en
    for n_categories, colors in palette.categories.items():
        assert len(colors) == n_categories
        assert len(set(colors)) == n_categories
        assert all(re.fullmatch("#[0-9A-F]{6}", c) for c in colors)


@pytest.mark.parametrize("name", [DEFAULT_PALETTE, "colour-blind-safe", "greyscale"])
def test_good_is_light_and_bad_is_strong(name):
    for colors in load_palette(name).categories.values():
        steps = [lightness(color) for color in colors]
        assert steps[0] > 75 and steps[-1] < 60
        assert all(a - b > 2 for a, b in zip(steps[:-1], steps[1:], strict=True))


def test_bulletin_holds_the_published_colors():
    wanted = ("#73B2FF", "#B2DDF7", "#BEB1A1", "#9B856E", "#7A624A")
    assert load_palette("bulletin").categories[5] == wanted


def test_counts_without_a_row_take_the_standards_own_colors():
    standard = make_standard()
    palette = load_palette()._replace(categories={})
    assert pick_category_colors(palette, standard)[0] == standard.categories[0].color
    assert pick_category_colors(load_palette(), standard) == load_palette().categories[5]


def test_the_palette_standard_holds_the_official_colours_of_each():
    for name in ("eu-wfd", "kr-wqi east-sea", "GB 3838-2002", "hk-wqo southern"):
        standard = load_standard(name)
        official = tuple(category.color for category in standard.categories)
        assert pick_category_colors(load_palette("standard"), standard) == official


@pytest.mark.parametrize("name", list_palettes())
def test_many_kinds_have_many_colours(name):
    palette = load_palette(name)
    for n_kinds in (3, 10, 12, 20):
        colors = pick_kind_colors(palette, n_kinds)
        assert len({*colors}) == n_kinds
    assert pick_kind_colors(palette, 3) == tuple(palette.kinds["limiting"][:3])


def test_figures_on_a_colour_can_be_read():
    for name in list_palettes():
        for color in [c for colors in load_palette(name).categories.values() for c in colors]:
            dark, light = sorted([luminance(color), luminance(pick_ink(color))])
            assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_faulty_palettes_are_refused(tmp_path):
    with pytest.raises(InputError, match="no palette 'rainbow'.*bulletin"):
        load_palette("rainbow")
    from importlib.resources import files

    text = files("bayqa.sheets").joinpath("palettes/paper.toml").read_text("utf-8")
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace('sea = "#FCFCFB"', 'sea = "blue"'), encoding="utf-8")
    with pytest.raises(InputError, match="'blue' in palette .* is not a colour"):
        load_palette(bad)
    gap = tmp_path / "gap.toml"
    gap.write_text(re.sub("hatch = .*", "", text), encoding="utf-8")
    with pytest.raises(InputError, match="lacks hatch in \\[ground\\]"):
        load_palette(gap)

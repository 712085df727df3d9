import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager

from bayqa.errors import InputError
from bayqa.sheets.drawing.canvas import open_canvas
from bayqa.sheets.drawing.layout import load_layout
from bayqa.sheets.drawing.typography import (
    MM_PER_POINT,
    fit_line,
    font_path,
    measure,
    register_fonts,
    wrap,
    write,
)

CLOSING, OPENING = set("，。、；：）》"), set("（《")


def test_a_chinese_character_is_one_em_wide():
    assert measure("湾湾湾湾", 10) == pytest.approx(4 * 10 * MM_PER_POINT, rel=0.03)


def test_rare_characters_of_place_names_are_packaged():
    for text in ("鲘浬垵舥", "km² μg/L ≤ ± α ° ′ ″ Ⅳ"):
        assert write(open_canvas(load_layout("a4-landscape")).page, (5, 5), text, 7) is not None


def test_names_of_other_alphabets_are_packaged_in_both_weights():
    for text in ("Łódź Şişli Gdańsk Őrség ȘȚ Þórs Đà Nẵng", "Жайық Київ Ғылым", "Ελλάδα ἀρχή",
                 "부산항 서울", "とうきょう ミナト", "㘵洋 㙟"):  # fmt: skip
        for weight in ("regular", "bold"):
            assert measure(text, 7, weight) > 3


def test_letters_of_one_word_are_of_one_size():
    # Letters that come from the sister face have the width of those they stand beside.
    for pair in ("zź", "sş", "gğ", "oő", "aă", "AĂ"):
        widths = [measure(letter, 100) for letter in pair]
        assert widths[0] == pytest.approx(widths[1], rel=0.01)


def test_an_accent_that_is_written_apart_is_the_same_letter():
    assert measure("cafe\N{COMBINING ACUTE ACCENT}", 7) == measure("café", 7)
    page = open_canvas(load_layout("a4-landscape")).page
    assert write(page, (5, 5), "cafe\N{COMBINING ACUTE ACCENT}", 7).get_text() == "café"


def test_missing_glyph_is_an_error_that_names_the_character():
    page = open_canvas(load_layout("a4-landscape")).page
    with pytest.raises(InputError, match=r"U\+1F41F.*not in the packaged font"):
        write(page, (5, 5), "fish \N{FISH}", 7)


def test_empty_text_writes_nothing():
    assert write(open_canvas(load_layout("a4-landscape")).page, (5, 5), "", 7) is None


def test_halo_keeps_the_text_as_text():
    page = open_canvas(load_layout("a4-landscape")).page
    text = write(page, (5, 5), "桑沟湾", 7, halo="#FFFFFF")
    assert text.get_path_effects() == []
    assert len(page.patches) == 1


def test_registered_family_is_found_by_name():
    family = register_fonts()
    found = font_manager.findfont(family, fallback_to_default=False)
    assert str(found) == str(font_path("regular"))


@given(st.text("桑沟湾水质，。（）《》ab 12.5%；", min_size=1, max_size=60), st.floats(8, 60))
def test_lines_fit_keep_all_characters_and_break_well(text, width):
    lines = wrap(text, width, 7)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        lone = len(line.strip()) <= 2
        assert measure(line, 7) <= width + 1e-6 or lone
    for before, line in zip(lines[:-1], lines[1:], strict=True):
        crowded = measure(before + line[:1], 7) > width - 3 * 7 * MM_PER_POINT
        if line[:1] in CLOSING:
            # Only a run of closing marks wider than the line may start one.
            assert crowded and (before[-1:] in CLOSING or len(before) <= 1 or width < 12)


@given(st.text("桑沟湾水质ab c.Łß", min_size=1, max_size=60), st.floats(6, 60))
def test_a_fitted_line_fits_and_is_cut_only_where_it_must(text, width):
    line, size = fit_line(text, width, 7)
    assert measure(line, size) <= width + 0.06 and 5 <= size <= 7
    assert line == text or (size == 5 and line.endswith("…") and text.startswith(line[:-1]))
    assert line == text or measure(text, 5) > width


def test_words_stay_whole():
    assert wrap("conditional simulations", 20, 7) == ["conditional", "simulations"]
    assert wrap("面积（km²）", 9, 7)[-1][0] not in CLOSING


def test_no_line_starts_with_a_percent_sign():
    for width in range(10, 40):
        lines = wrap("sums may differ from 100 % in all.", width, 8)
        assert not any(line.startswith("%") for line in lines), (width, lines)
    assert wrap("100 %", 100, 8) == ["100 %"]

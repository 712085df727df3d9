"""What a sheet is about, where the tables leave something open."""

from dataclasses import replace

import pytest

from bayqa.sheets import draw_sheet
from bayqa.sheets.subject import choose_subject
from tests.sheets.weihai import make_weihai

SUMMER = "2023-summer"


def subject_of(**names):
    result = make_weihai()
    return choose_subject(
        replace(result, bays=result.bays.assign(**names)), theme="category", parameter=None,
        campaign=SUMMER, bay=None, language=("zh", "en"), palette=None, options=None,
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["", None, float("nan")])
def test_a_bay_without_a_name_takes_the_other_or_its_id(missing):
    one = subject_of(name_en=missing).bays
    assert (one["name_zh"].item(), one["name_en"].item()) == ("桑沟湾", "桑沟湾")
    none = subject_of(name_zh=missing, name_en=missing).bays
    assert (none["name_zh"].item(), none["name_en"].item()) == ("sanggou", "sanggou")


def test_named_bays_are_those_of_the_result():
    result = make_weihai()
    assert subject_of().bays.equals(result.bays)


def test_the_title_of_a_bay_without_an_english_name_is_whole():
    result = make_weihai()
    figure = draw_sheet(
        replace(result, bays=result.bays.assign(name_en=None)), campaign=SUMMER, language="en"
    )
    assert figure.imprint[0] == "Water quality categories, 桑沟湾, summer 2023"

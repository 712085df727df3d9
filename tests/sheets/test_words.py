import string

import pytest

from bayqa.errors import InputError
from bayqa.sheets.drawing.typography import font_path
from bayqa.sheets.words import compose, list_languages, load_text, say


def names(template):
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


def test_languages_hold_the_same_strings():
    zh, en = load_text("zh"), load_text("en")
    assert list_languages() == ("en", "zh")
    assert set(zh) == set(en)
    for key in zh:
        renamed = [n.replace("parameter_title", "parameter") for n in names(en[key])]
        assert renamed == names(zh[key]), key


def test_every_packaged_character_has_a_glyph():
    from fontTools.ttLib import TTFont

    for weight in ("regular", "bold"):
        with TTFont(font_path(weight), lazy=True) as font:
            signs = set(font.getBestCmap())
        for code in list_languages():
            for key, text in load_text(code).items():
                assert not [c for c in text if ord(c) not in signs], key


def test_compose_fills_names_and_refuses_unknown_ones():
    assert compose("{bay}（{year}）", {"bay": "桑沟湾", "year": 2023}) == "桑沟湾（2023）"
    with pytest.raises(InputError, match="name 'bey', which is not known: use bay, year"):
        compose("{bey}", {"bay": "桑沟湾", "year": 2023})
    with pytest.raises(InputError, match="not well formed"):
        compose("{bay", {"bay": ""})


def test_unknown_language_and_key_are_refused():
    with pytest.raises(InputError, match="no text for the language 'fr'.*en, zh"):
        load_text("fr")
    with pytest.raises(InputError, match="'title.none' is not in text/en.toml"):
        say("en", "title.none")

"""A user's own standard, and what the loader refuses."""

import pickle
import tomllib

import pytest

from bayqa.errors import StandardError
from bayqa.standards import load_standard

GOOD = """
id = "mine"
title_zh = "自定"
title_en = "My own"
source = "decree 7"
evidence = "own table"
water = "sea"
good = ["meets"]
parameters = ["din"]

[[categories]]
id = "meets"
label_zh = "达标"
label_en = "Meets"
color = "#00CCFF"

[[categories]]
id = "fails"
label_zh = "超标"
label_en = "Fails"
color = "#FF0000"

[limits.din]
edges = [14.007]
unit = "umol/L"
clause = "3"

[limits.do]
edges = [5]
unit = "mg/L"
direction = "min"
clause = "4"
"""


def _load(tmp_path, text, **options):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_standard(path, **options)


def test_own_file_is_loaded_in_canonical_units(tmp_path):
    standard = _load(tmp_path, GOOD)
    limit = standard.limits["din"]
    assert limit.edges[0] == pytest.approx(14.007 * 14.007e-3, rel=1e-12)
    assert (limit.printed, limit.unit) == ((14.007,), "umol/L")
    assert limit.evidence == "own table"
    assert standard.rule == "worst-of" and standard.missing == "skip"


def test_edited_file_is_read_anew(tmp_path):
    assert _load(tmp_path, GOOD).grade("do", 4.5) == 2
    assert _load(tmp_path, GOOD.replace("[5]", "[4]")).grade("do", 4.5) == 1


def test_standard_travels_to_a_worker(tmp_path):
    standard = _load(tmp_path, GOOD)
    assert pickle.loads(pickle.dumps(standard)) == standard


def test_spelling_of_an_id_is_forgiven():
    assert load_standard("gb3097-1997").id == "GB 3097-1997"
    assert load_standard("GBT 14848-2017").id == "GB/T 14848-2017"


def test_changed_switch_stands_in_the_version():
    standard = load_standard("us-tampa-bay OTB", duration_from="small")
    assert standard.version == "target, duration_from=small"
    assert load_standard("jp-sea-a", rule="percentile").rule == "percentile"


def test_variant_of_an_own_file(tmp_path):
    text = GOOD + "\n[variants.inner.limits.do]\nedges = [3]\n"
    _load(tmp_path, text)
    inner = load_standard(f"{tmp_path / 'mine.toml'} inner")
    assert (inner.id, inner.limits["do"].edges, inner.limits["do"].direction) == (
        "mine inner", (3,), "min")  # fmt: skip


FAULTS = [
    ('edges = [5]', 'edges = [5, 4]', r"mine\.toml, row limits\.do: 2 edges for 1 classes"),
    ('edges = [5]', 'edges = ["none"]', r"row limits\.do: no class has a limit"),
    ('edges = [5]', 'edges = ["five"]', r"row limits\.do: edge 'five' is not a number"),
    ('edges = [5]', 'edges = [[4, 5]]', r"row limits\.do: edge \(4, 5\) is not a number"),
    ('edges = [5]', '', r"row limits\.do: no figures"),
    ('edges = [5]', 'edges = [5]\nstatistic = ["mean", "max"]', r"2 entries of statistic for 1"),
    ('[limits.do]', '[limits.dd]', r"row limits\.dd: unknown parameter 'dd'; did you mean 'ddt'"),
    ('[limits.do]', '[limits.oxygn]', r"row limits\.oxygn: unknown parameter 'oxygn'; Known"),
    ('unit = "mg/L"', 'unit = "furlong"', r"row limits\.do: unit 'furlong' does not turn into"),
    ('unit = "mg/L"\n', '', r"row limits\.do: no unit"),
    ('direction = "min"', 'direction = "mim"', r"row limits\.do: direction = 'mim' is unknown"),
    ('direction = "min"', 'dirction = "min"', r"row limits\.do: unknown key 'dirction'"),
    ('clause = "4"', 'direction2 = 4', r"unknown key 'direction2'; did you mean 'direction'"),
    ('source = "decree 7"\n', '', r"mine\.toml: source is missing"),
    ('water = "sea"', 'water = "soup"', r"mine\.toml: water = 'soup' is unknown"),
    ('water = "sea"', 'water = "sea"\nrule = "best-of"', r"rule = 'best-of' is unknown; did you"),
    ('water = "sea"', 'water = "sea"\nmissing = "guess"', r"missing = 'guess' is unknown"),
    ('water = "sea"', 'water = "sea"\ncolour = 3', r"mine\.toml: unknown key 'colour'"),
    ('good = ["meets"]', 'good = ["best"]', r"good names 'best', which is no category"),
    ('parameters = ["din"]', 'parameters = ["tn"]', r"parameters names 'tn', which has no row"),
    ('color = "#FF0000"', 'color = "red"', r"row categories 2: color 'red' is not like"),
    ('color = "#FF0000"', '', r"row categories 2: wants id, label_zh, label_en and color"),
    ('id = "fails"', 'id = "meets"', r"category meets is there twice"),
    ('id = "mine"', 'id = mine', r"mine\.toml: not readable as TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "match"), FAULTS)
def test_faults_name_file_and_row(tmp_path, old, new, match):
    assert old in GOOD
    with pytest.raises(StandardError, match=match):
        _load(tmp_path, GOOD.replace(old, new, 1))


ORDER = (
    GOOD.replace('id = "fails"', 'id = "so"')
    + """
[[categories]]
id = "fails"
label_zh = "差"
label_en = "Fails"
color = "#880000"
"""
)


@pytest.mark.parametrize(
    ("edges", "direction", "match"),
    [
        ("[2, 1]", "max", r"limits\.do: edges \[2, 1\] are not ordered; .* rise"),
        ("[1, 2]", "min", r"not ordered; with direction 'min' they fall"),
        ("[[6, 9], [7, 9]]", "range", r"not ordered; with direction 'range' they widen"),
        ("[[9, 6], [5, 10]]", "range", r"range \[9, 6\] has its low end above its high end"),
        ("[7, 9]", "range", r"edge 7 is not a pair"),
    ],
)
def test_order_is_checked(tmp_path, edges, direction, match):
    text = ORDER.replace("[14.007]", "[10, 20]")
    text = text.replace("edges = [5]", f"edges = {edges}").replace('"min"', f'"{direction}"')
    with pytest.raises(StandardError, match=match):
        _load(tmp_path, text)


def test_unknown_words_are_answered_with_known_ones(tmp_path):
    with pytest.raises(StandardError, match="no standard is called 'GB 3098'; did you mean GB 30"):
        load_standard("GB 3098")
    with pytest.raises(StandardError, match=r"nowhere\.toml: no such file"):
        load_standard(tmp_path / "nowhere.toml")
    with pytest.raises(StandardError, match="reads no option 'opne_class'; did you mean 'open_"):
        load_standard("GB 3097-1997", opne_class="worse")
    with pytest.raises(StandardError, match="open_class = 'best' is unknown"):
        load_standard("GB 3097-1997", open_class="best")
    with pytest.raises(StandardError, match="holds only together with a variant"):
        _load(tmp_path, "variant_required = true\n" + GOOD + "\n[variants.a]\n")
    path = tmp_path / "mine.toml"
    with pytest.raises(StandardError, match="no variant 'b'; it has a"):
        load_standard(f"{path} b")


def test_a_file_without_classes_is_refused(tmp_path):
    text = GOOD[: GOOD.index('[[categories]]\nid = "fails"')] + '[limits.din]\nunit = "mg/L"\n'
    with pytest.raises(StandardError, match="1 category; a standard parts at least two"):
        _load(tmp_path, text)


def test_notes_are_one_sentence_a_class(tmp_path):
    row = '\n[[notes]]\nid = "film"\nname_zh = "膜"\nname_en = "film"\n'
    assert _load(tmp_path, GOOD + row + 'text = ["none"]\n').notes[0].text == ("none",)
    with pytest.raises(StandardError, match=r"row notes\.film: 2 sentences for 1 classes"):
        _load(tmp_path, GOOD + row + 'text = ["none", "some"]\n')
    with pytest.raises(StandardError, match=r"row notes\.film: wants id"):
        _load(tmp_path, GOOD + row)


def test_the_content_of_a_file_is_a_standard_too():
    table, kept = tomllib.loads(GOOD), tomllib.loads(GOOD)
    found = load_standard(table, missing="not-assessed")
    assert (found.id, found.missing, found.good) == ("mine", "not-assessed", ("meets",))
    assert table == kept
    with pytest.raises(StandardError, match="the mapping"):
        load_standard({"id": "bare"})

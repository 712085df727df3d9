"""Texts kept once: codes, the order of words, and what a person may do with such columns."""

import numpy as np
import pandas as pd
import pytest

from bayqa.fields import summarize
from bayqa.intake import flag, read_samples
from bayqa.intake.layouts.completion import complete_samples
from bayqa.intake.records.categories import (
    drop_unused,
    join_categories,
    make_categories,
    make_words,
    put_word,
)
from bayqa.intake.records.cells import choose_cells, convert_words, distinct_pairs
from bayqa.intake.records.grid import Column

from .files import HEAD, ROWS, read_rows, write_text

TEXTS = ["station", "layer", "parameter", "unit", "note", "water", "source"]


def column(cells):
    codes, words = pd.factorize(np.array(cells, object))
    return Column(codes.astype(np.int32), words)


def test_words_are_sorted_and_none_is_left_over():
    made = make_categories(column(["b", "a", "c", "a"])._replace(codes=np.array([0, 1, 1])))
    assert made.tolist() == ["b", "a", "a"]
    assert made.categories.tolist() == ["a", "b"]


@pytest.mark.parametrize(("n", "kind"), [(126, "int8"), (127, "int16"), (40_000, "int32")])
def test_codes_are_as_small_as_the_words_allow(n, kind):
    cells = [f"w{k:05d}" for k in range(n)]
    made = make_categories(column(cells[::-1]))
    assert made.codes.dtype == kind
    assert made.tolist() == cells[::-1]


def test_long_columns_are_recoded_in_pieces():
    codes = np.arange(600_001) % 3
    made = make_categories(Column(codes, np.array(["c", "a", "b"], object)))
    assert (np.asarray(made.codes) == np.array([2, 0, 1])[codes]).all()


def test_equal_types_with_words_in_another_order_are_joined_by_word():
    one = pd.Categorical.from_codes([0, 1], dtype=make_words(["a", "b"]))
    two = pd.Categorical.from_codes([0, 1], dtype=make_words(["b", "a"]))
    assert one.dtype == two.dtype
    assert join_categories([one, two]).tolist() == ["a", "b", "b", "a"]


def test_joined_words_are_sorted_or_stay_as_given():
    parts = [make_categories(column(["c", "a"])), make_categories(column(["b"]))]
    assert join_categories(parts).categories.tolist() == ["a", "b", "c"]
    parts = [pd.Categorical.from_codes([0], dtype=make_words([w])) for w in ("f:10", "f:2")]
    assert join_categories(parts, ordered=False).categories.tolist() == ["f:10", "f:2"]


def test_blanks_stay_blank_when_joined():
    parts = [pd.Categorical.from_codes([-1, -1], []), make_categories(column(["x"]))]
    assert join_categories(parts).codes.tolist() == [-1, -1, 0]


def test_a_word_is_put_in_its_place_and_a_word_without_rows_goes():
    texts = make_categories(column(["", "", "z"]))
    put = put_word(texts, np.array([0, 1]), "m")
    assert put.tolist() == ["m", "m", "z"]
    assert put.categories.tolist() == ["m", "z"]
    assert texts.tolist() == ["", "", "z"]
    assert put_word(texts, np.zeros(3, bool), "m").categories.tolist() == ["", "z"]
    assert drop_unused(texts) is texts


def test_cells_are_converted_and_chosen_word_by_word():
    cells = convert_words(column([" a", "a ", "b"]), str.strip)
    assert cells.words.tolist() == ["a", "b"]
    assert cells.holds("a").tolist() == [True, True, False]
    chosen = choose_cells(cells.holds("b"), "c", cells)
    assert chosen.texts().tolist() == ["a", "a", "c"]


def test_pairs_are_numbered_as_they_come():
    codes, first = distinct_pairs(np.array([1, 2, 1, np.nan]), np.array([5, 5, 5, 5.0]))
    assert codes.tolist() == [0, 1, 0, 2]
    assert first.tolist() == [0, 1, 3]


def test_a_choice_of_parameters_leaves_no_word_without_a_sample(tmp_path):
    rows = [[*r] for r in ROWS]
    rows[1][6] = ""
    samples = read_rows(tmp_path, [HEAD, *rows], parameters=["din"])
    for name in TEXTS:
        assert samples[name].cat.categories.isin(samples[name]).all(), name
    assert samples.groupby("station").size().index.tolist() == sorted(set(samples["station"]))


def test_a_wide_table_takes_less_than_seventy_bytes_a_sample(tmp_path):
    head = [*HEAD[:4], "pH", "DO (mg/L)", "DIN (mg/L)", "COD (mg/L)", "Chl-a (ug/L)", "Temperature"]
    rows = [["W1", "122.1", "37.1", "2023-05-08", *["1.5"] * 6] for _ in range(3000)]
    samples = read_samples(write_text(tmp_path / "t.csv", [head, *rows]))
    assert samples.memory_usage(index=False).sum() < 70 * len(samples) == 70 * 18_000


def test_usual_questions_are_answered_as_of_texts(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    plain = samples.astype(dict.fromkeys(TEXTS, "str"))
    assert samples["source"].str.endswith(":3").sum() == 3
    assert (samples["note"].str.contains("x") == plain["note"].str.contains("x")).all()
    assert samples[samples["station"] == "W02"].index.equals(plain[plain["station"] == "W02"].index)
    assert samples.to_csv() == plain.to_csv()
    by_name = ["station", "parameter"]
    assert samples.sort_values(by_name).index.equals(plain.sort_values(by_name).index)
    samples.to_parquet(tmp_path / "s.parquet")
    again = pd.read_parquet(tmp_path / "s.parquet")
    assert again["source"].astype("str").tolist() == plain["source"].tolist()


def test_samples_turned_to_texts_give_the_same_results(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    plain = samples.astype(dict.fromkeys(TEXTS, "str"))
    one, two = flag(samples), flag(plain)
    assert one["flag"].tolist() == two["flag"].tolist()
    assert one["note"].tolist() == two["note"].tolist()
    assert summarize(one).identical(summarize(two))


def test_a_new_note_goes_into_a_column_of_texts(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    with pytest.raises(TypeError, match="new category"):
        samples.loc[0, "note"] = "bottle broken"
    samples["note"] = samples["note"].astype("str")
    samples.loc[0, ["flag", "note"]] = [4, "bottle broken"]
    flagged = flag(samples)
    assert flagged.loc[0, "note"] == "bottle broken"
    assert flagged.loc[0, "flag"] == 4


def test_rows_without_a_note_may_be_missing(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    holes = samples.assign(note=samples["note"].astype(object).where(samples.index > 0, None))
    assert flag(holes)["note"].tolist() == flag(samples)["note"].tolist()


def test_limits_are_filled_without_touching_the_table_given(tmp_path):
    samples = pd.DataFrame(read_rows(tmp_path, [HEAD, *ROWS])).assign(undetected=False)
    bare = (samples["parameter"] == "din") & (samples["station"] == "W02")
    given = samples.assign(undetected=bare)
    before = given.copy(deep=True)
    filled = complete_samples(given, {"limits": {"din": 0.02}}, None, [])
    pd.testing.assert_frame_equal(given, before)
    row = filled[bare.to_numpy()].iloc[0]
    assert (row["value"], row["upper"]) == (0.01, 0.02)
    assert row["note"] == "not detected, limit 0.02 from the mapping"

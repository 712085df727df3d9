"""Assembly: the order of values, their marks, and texts that are kept once."""

import pandas as pd

from bayqa.intake import read_samples
from bayqa.intake.layouts.assembly import join_frames

from .files import HEAD, ROWS, read_rows, write_text

CODED = ["station", "layer", "parameter", "unit", "note", "water", "source"]


def test_values_stand_in_the_order_of_rows_and_columns(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    assert samples["station"].tolist() == ["W01"] * 3 + ["W02"] * 3 + ["W03"] * 3
    assert samples["parameter"].tolist() == ["ph", "do", "din"] * 3
    assert samples["value"].tolist()[:4] == [8.05, 7.12, 0.21, 8.11]
    assert samples["source"].tolist()[:4] == ["table.csv:2"] * 3 + ["table.csv:3"]


def test_few_words_are_categories_that_sort_as_texts(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    assert all(isinstance(samples[c].dtype, pd.CategoricalDtype) for c in CODED)
    assert samples["parameter"].cat.categories.tolist() == ["din", "do", "ph"]
    assert samples.sort_values("parameter")["parameter"].iloc[0] == "din"


def test_categories_hold_no_word_that_is_not_there(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS], parameters=["din"])
    assert samples["parameter"].value_counts().to_dict() == {"din": 3}


def test_joined_files_keep_their_categories(tmp_path):
    one = write_text(tmp_path / "a.csv", [HEAD[:5], *(r[:5] for r in ROWS)])
    two = write_text(tmp_path / "b.csv", [[*HEAD[:4], HEAD[6]], *([*r[:4], r[6]] for r in ROWS)])
    samples = read_samples([one, two])
    assert samples["parameter"].tolist() == ["ph"] * 3 + ["din"] * 3
    assert samples["parameter"].cat.categories.tolist() == ["din", "ph"]


def test_a_frame_without_categories_can_be_joined(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    plain = samples.astype(dict.fromkeys(CODED, "str")).assign(parameter="tn")
    joined = join_frames([samples, plain])
    assert joined["parameter"].tolist() == ["ph", "do", "din"] * 3 + ["tn"] * 9
    assert isinstance(joined["parameter"].dtype, pd.CategoricalDtype)


def test_reasons_of_value_and_visit_are_joined_once(tmp_path):
    rows = [[*HEAD], ["W01", "0", "0", "2023-13-45", "8.05", "x", ""]]
    samples = read_rows(tmp_path, [*rows, *ROWS[1:]])
    first = samples[samples["source"] == "table.csv:2"].set_index("parameter")
    assert first.loc["ph", "note"] == "position 0, 0; no valid date"
    assert first.loc["do", "note"] == "is no value; position 0, 0; no valid date"
    assert first["flag"].to_dict() == {"ph": 4, "do": 4, "din": 9}

import numpy as np
import pandas as pd
import pytest

from bayqa.assess import tabulate_turns
from bayqa.errors import InputError


def ratings(*shares):
    rows = [("river", "R", str(2020 + k), good, worse) for k, (good, worse) in enumerate(shares)]
    return pd.DataFrame(rows, columns=["level", "place", "period", "good_share", "worse_share"])


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        ((0.70, 0.10), (0.75, 0.10), "无明显变化"),
        ((0.70, 0.10), (0.75, 0.09), "有所好转"),
        ((0.70, 0.10), (0.75, 0.05), "有所好转"),
        ((0.70, 0.10), (0.75, 0.04), "明显好转"),
        ((0.70, 0.10), (0.70, 0.18), "有所下降"),
        ((0.90, 0.00), (0.70, 0.00), "明显下降"),
        ((0.90, 0.00), (np.nan, np.nan), ""),
    ],
)
def test_change_in_the_words_of_the_method(before, after, label):
    row = tabulate_turns(ratings(before, after)).iloc[0]
    assert (row["label_zh"], row["period"], row["before"]) == (label, "2021", "2020")


def test_sections_are_left_out_and_each_period_follows_the_one_before():
    table = pd.concat(
        [ratings((0.5, 0), (0.6, 0), (0.4, 0)), ratings((0, 1)).assign(level="section")]
    )
    found = tabulate_turns(table)
    np.testing.assert_allclose(found["combined_pp"], [10, -20])


def test_other_tables_are_refused():
    with pytest.raises(InputError, match="lack the columns level, place"):
        tabulate_turns(pd.DataFrame({"a": [1]}))

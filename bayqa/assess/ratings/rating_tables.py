"""Rating tables as data: shares of classes in, the first row that fits out."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from bayqa.errors import InputError

__all__ = ["Rating", "cumulate", "load_rating_table", "rate"]

_SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_DIGITS = 9  # shares are ratios of areas: 90 % must not fail for a rounding error


class Rating(NamedTuple):
    """A rating: 1 is best, 0 unknown, with words and the clause it rests on."""

    value: int
    label_zh: str
    label_en: str
    clause: str


@cache
def load_rating_table(name: str) -> Mapping:
    """One table of ``ratings.toml``: clause, evidence, classes, rows."""
    text = files("bayqa.assess").joinpath("ratings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)[name]


def cumulate(shares: Mapping[str, float], classes: list[str]) -> dict[str, float]:
    """Percent of each class and of "I to each class", from shares that add up to 1 or to 100.

    Parameters
    ----------
    shares : mapping of class id to share
        Fractions or percent; a class that is left out has none.
    classes : list of str
        Ids, best first; the last is worse than the last class.

    Returns
    -------
    dict
        Keys such as "I", "I-II", "worse"; NaN everywhere where a share is NaN.

    Raises
    ------
    InputError
        If a class is unknown or the shares add up to neither 1 nor 100.
    """
    unknown = sorted(set(shares) - set(classes))
    if unknown:
        raise InputError(
            f"shares hold {', '.join(map(str, unknown))}; this rating knows "
            f"{', '.join(classes)} only"
        )
    values = np.array([float(shares.get(c, 0.0)) for c in classes])
    total = values.sum()
    if not np.isnan(total) and not (0.97 < total < 1.03 or 97 < total < 103):
        raise InputError(
            f"shares add up to {total:g}; give fractions that add up to 1 or percent "
            "that add up to 100, of the assessed part only"
        )
    percent = values * (100 if total < 2 else 1)
    figures = dict(zip(classes, percent.tolist(), strict=True))
    for k in range(1, len(classes) - 1):
        figures[f"{classes[0]}-{classes[k]}"] = float(percent[: k + 1].sum())
    return figures


def rate(figures: Mapping[str, float], name: str) -> Rating:
    """First row of a rating table whose conditions hold.

    Parameters
    ----------
    figures : mapping
        As `cumulate` gives them.
    name : str
        Table of ``ratings.toml``.

    Returns
    -------
    Rating
        Value 0 and empty words where a figure is NaN.
    """
    table = load_rating_table(name)
    if any(np.isnan(v) for v in figures.values()):
        return Rating(0, "", "", table["clause"])
    for value, row in enumerate(table["rows"], start=1):
        for alternative in row["when"]:
            if all(_holds(figures[key], sign, number) for key, sign, number in alternative):
                return Rating(value, row["label_zh"], row["label_en"], table["clause"])
    return Rating(0, "", "", table["clause"])


def _holds(figure: float, sign: str, number: float) -> bool:
    return _SIGNS[sign](round(figure, _DIGITS), number)

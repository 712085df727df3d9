"""Words of the dossier, and figures as they are printed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bayqa.parameters import load_parameters
from bayqa.sheets.context import name_parameter
from bayqa.sheets.numbers import format_interval, format_share, round_figure
from bayqa.sheets.packaged import fill_text, read_texts

__all__ = [
    "name_value", "print_interval", "print_share", "print_significant", "print_slope",
    "print_value", "title_column", "word",
]  # fmt: skip


def word(language: str, key: str, **names: object) -> str:
    """One string of the dossier; see `fill_text`."""
    return fill_text("dossier", language, key, names)


def title_column(name: str, language: str) -> str:
    """Heading of a column; an unknown name stands for itself, without underscores."""
    known = read_texts("dossier")["columns"][language]
    bare = name.removesuffix("_zh").removesuffix("_en")
    return known.get(name) or known.get(bare) or bare.replace("_", " ")


def print_share(share: float, low: float = math.nan, high: float = math.nan) -> str:
    """Percent, with its interval in brackets where there is one."""
    interval = print_interval(share, low, high)
    return f"{format_share(share)} ({interval})" if interval else format_share(share)


def print_interval(share: float, low: float, high: float) -> str:
    """Percent range that holds the share as it is printed; empty where there is none.

    Whole percents, unless rounding would leave the share outside its own interval.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    ends = [round_figure(value * 100, 0) for value in (low, high)]
    if ends[0] == ends[1] and ends[0] in ("0", "100"):
        return format_interval(low, high)
    if not float(ends[0]) <= float(round_figure(share * 100, 1)) <= float(ends[1]):
        ends = [round_figure(value * 100, 1) for value in (low, high)]
    return "–".join(dict.fromkeys(ends))


def print_value(value: float, parameter: str) -> str:
    """A value with the decimals of its parameter."""
    row = load_parameters().get(parameter)
    return round_figure(float(value), row.decimals) if row else print_significant(value)


def print_slope(value: float, parameter: str) -> str:
    """Change a year with its unit, one decimal more than a value of the parameter has."""
    row = load_parameters().get(parameter)
    if row is None:
        return print_significant(value)
    text = round_figure(float(value), row.decimals + 1)
    return text if row.unit in ("", "1") else f"{text} {row.unit}"


def print_significant(value: object, language: str = "en") -> str:
    """Any cell of a table as text: three significant digits, empty for what is missing."""
    if isinstance(value, bool | np.bool_):
        return word(language, "yes" if value else "no")
    if value is None or (np.isscalar(value) and pd.isna(value)):
        return "–"
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, float | np.floating):
        decimals = 0 if abs(value) < 1e-6 else max(0, 2 - math.floor(math.log10(abs(value))))
        return round_figure(float(value), min(decimals, 6)) if math.isfinite(value) else "–"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    text = str(value)
    return name_parameter(text, language) if text in load_parameters() else text


def name_value(text: str, language: str) -> str:
    """Printed form of a code such as "not met"; any other text stays."""
    return read_texts("dossier")["values"][language].get(text, text)

"""Single-factor judgement of places: the category of each item, the worst one, the main items."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bayqa.assess.ratings.rating_tables import load_rating_table
from bayqa.assess.targets import exceedance_multiple
from bayqa.parameters import load_parameters
from bayqa.standards.edges import grade_values, thresholds
from bayqa.standards.standard import Standard

__all__ = ["grade_items", "main_items", "worst_items", "words_of"]


def grade_items(
    means: pd.DataFrame, standard: Standard, *, reference: int, parameters: Iterable[str]
) -> pd.DataFrame:
    """Category and exceedance multiple of each item.

    Parameters
    ----------
    means : DataFrame
        place, period, parameter, value, as `average_points` gives them.
    standard : Standard
    reference : int
        Number of the category whose limit the multiple refers to.
    parameters : iterable of str
        Items that count; others are left out.

    Returns
    -------
    DataFrame
        `means` with category (0 not assessable, 1 best), multiple, over (worse than `reference`).
    """
    judged = [p for p in parameters if p in standard.limits]
    held = means[means["parameter"].isin(judged)].reset_index(drop=True)
    category, multiple = np.zeros(len(held), dtype=int), np.full(len(held), np.nan)
    for parameter, rows in held.groupby("parameter", sort=False).indices.items():
        limit = standard.limits[parameter]
        values = held["value"].to_numpy()[rows]
        if limit.absence and "lower" in held:
            # Not detected is what the class asks, whatever stands in for it in a mean.
            values = np.where(held["lower"].to_numpy()[rows] == 0, 0.0, values)
        category[rows] = standard.grade(parameter, values)
        multiple[rows] = exceedance_multiple(values, limit, reference)
        if limit.alternative is not None:
            category[rows] = _better(category[rows], held.iloc[rows], means, limit.alternative)
    return held.assign(category=category, multiple=multiple, over=category > reference)


def worst_items(
    items: pd.DataFrame, standard: Standard, *, keys: list[str], parameters: Iterable[str]
) -> pd.DataFrame:
    """Worst item of each place and period, and what is missing.

    Parameters
    ----------
    items : DataFrame
        As `grade_items` gives them.
    standard : Standard
        Its `missing` says what a missing item does: "skip" or "not-assessed".
    keys : list of str
    parameters : iterable of str
        Items that were asked for.

    Returns
    -------
    DataFrame
        `keys`, value (category number, 0 not assessed), worst (items that decide), n_parameters,
        missing (items without a value, "; " between).
    """
    wanted = [p for p in parameters if p in standard.limits]
    rows = []
    for key, group in items.groupby(keys, sort=False):
        good = group[group["category"] > 0]
        missing = [p for p in wanted if p not in set(good["parameter"])]
        value = int(good["category"].max()) if len(good) else 0
        if missing and standard.missing == "not-assessed":
            value = 0
        worst = good.loc[good["category"] == value, "parameter"] if value else []
        rows.append((*key, value, "; ".join(worst), len(good), "; ".join(missing)))
    return pd.DataFrame(rows, columns=[*keys, "value", "worst", "n_parameters", "missing"])


def main_items(items: pd.DataFrame) -> list[tuple[str, float]]:
    """Main pollution items of one place: toxic ones first, then by category and multiple.

    Parameters
    ----------
    items : DataFrame
        Rows of one place and period, as `grade_items` gives them.

    Returns
    -------
    list of (parameter, multiple)
        At most three; the multiple of pH and oxygen is NaN. Empty where nothing is over.

    Source
    ------
    Surface water assessment method 2011, main pollution indicators of a section.
    """
    table = load_rating_table("inland")
    over = items[items["over"]]
    order = over.assign(
        toxic=~over["parameter"].isin(table["toxic"]),
        worst=-over["category"],
        most=-over["multiple"].fillna(-1),
    ).sort_values(["toxic", "worst", "most"], kind="stable")
    return list(order[["parameter", "multiple"]].itertuples(index=False, name=None))[
        : table["n_main"]
    ]


def words_of(main: list[tuple[str, float]], standard: Standard, language: str = "zh") -> str:
    """Main items in words: "氨氮（0.52）、总磷（0.1）" or "ammonium (0.52), ...".

    Parameters
    ----------
    main : list of (parameter, multiple)
    standard : Standard
        Its own names of the items come first.
    language : str
        "zh" or "en".

    Returns
    -------
    str
    """
    words = []
    for parameter, multiple in main:
        name = _name(parameter, standard, language)
        number = "" if np.isnan(multiple) else f"{multiple:.2g}"
        template = "{} ({})" if language == "en" else "{}（{}）"
        words.append(template.format(name, number) if number else name)
    return (", " if language == "en" else "、").join(words)


def _name(parameter, standard, language):
    limit, row = standard.limits.get(parameter), load_parameters().get(parameter)
    own = "" if limit is None else limit.name_en if language == "en" else limit.name_zh
    common = "" if row is None else row.name_en if language == "en" else row.name_zh
    return own or common or parameter


def _better(category, rows, means, alternative):
    """Category by the second parameter where that one is better (7.5 mg/L or 90 % saturation)."""
    keys = [c for c in rows.columns if c in means and c not in ("parameter", "value", "n")]
    other = means[means["parameter"] == alternative.parameter]
    found = rows[keys].merge(other[[*keys, "value"]], on=keys, how="left")["value"].to_numpy()
    other_category = grade_values(found.astype(float), thresholds(alternative, "worse")).astype(int)
    both = np.minimum(category, other_category)
    return np.where(other_category == 0, category, np.where(category == 0, other_category, both))

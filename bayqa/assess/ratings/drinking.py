"""Sources of drinking water: whether each one meets its class and the further limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from bayqa.assess.ratings.items import grade_items, main_items, words_of
from bayqa.assess.ratings.points import average_points, find_place
from bayqa.assess.ratings.rating_tables import load_rating_table
from bayqa.assess.ratings.sections import judged_parameters
from bayqa.assess.targets import target_number
from bayqa.standards import load_standard, standard_ids
from bayqa.standards.standard import Standard

__all__ = ["judge_sources", "part_sources"]

_KEYS = ["place", "period"]
_MET = {True: ("达标", "meets"), False: ("不达标", "does not meet")}
_COLUMNS = [*_KEYS, "standard", "level", "value", "label_zh", "label_en", "category", "over",
            "main_zh", "main_en", "n_parameters", "missing"]  # fmt: skip
_STILL = r"湖|库|塘|lake|reservoir|pond"


def part_sources(
    tidy: pd.DataFrame, standard: Standard, lakes: Standard | None = None
) -> Iterator[tuple[pd.DataFrame, Standard]]:
    """Rows of rivers and wells with their standard, and those of lakes and reservoirs with theirs.

    Parameters
    ----------
    tidy : DataFrame
        As `tidy_points` gives it; the column `kind` tells lakes and reservoirs.
    standard : Standard
        Of the rest.
    lakes : Standard, optional
        By default the packaged variant "lake" of `standard`, where there is one, with the same
        policy on what is missing.

    Yields
    ------
    tuple of (DataFrame, Standard)
    """
    tidy = tidy.assign(order=np.arange(len(tidy)))
    rule = lakes or _still_variant(standard)
    still = tidy["place"].map(find_place(tidy, "kind")).str.contains(_STILL, case=False)
    if rule is None or not still.any():
        yield tidy, standard
        return
    if not still.all():
        yield tidy[~still], standard
    yield tidy[still], rule


def judge_sources(
    tidy: pd.DataFrame,
    standard: Standard,
    supplementary: Mapping[str, float],
    *,
    target: str | None,
    period: str,
) -> pd.DataFrame:
    """Whether each source meets its limits in each period.

    Parameters
    ----------
    tidy : DataFrame
        A part of `part_sources`.
    standard : Standard
    supplementary : mapping of parameter to limit
        Counts for items that the standard itself does not judge.
    target : str, optional
        Category to be met.
    period : str
        "month", "quarter" or "year".

    Returns
    -------
    DataFrame
        The rows of level "source" of `rate_drinking_sources`, with `order`, where the source is
        first named in the table.
    """
    means = average_points(tidy, period=period)
    number = target_number(standard, target or _usual_target(standard))
    extra = {p: v for p, v in supplementary.items() if p not in standard.limits}
    items = _with_extra(means, standard, number, extra)
    rows = _rows(items, standard, [*judged_parameters(standard), *extra])
    first = tidy.drop_duplicates("place").set_index("place")["order"]
    return rows.assign(order=rows["place"].map(first))


def _usual_target(standard: Standard) -> str | None:
    """Class III; a standard that only knows "meets" has its own."""
    usual = load_rating_table("drinking")["target"]
    return usual if usual in [c.id for c in standard.categories] else None


def _still_variant(standard: Standard) -> Standard | None:
    key = f"{standard.id} lake"
    if key not in standard_ids():
        return None
    return replace(load_standard(key), missing=standard.missing, options=standard.options)


def _with_extra(means, standard, number, extra):
    basic = grade_items(means, standard, reference=number, parameters=judged_parameters(standard))
    held = means[means["parameter"].isin(list(extra))]
    limits = held["parameter"].map(extra).astype(float)
    over = held["value"] > limits
    # Supplementary items have one limit and no class: within it they do not lower the class.
    rows = held.assign(category=0, multiple=np.maximum(held["value"] / limits - 1, 0), over=over)
    return pd.concat([basic, rows], ignore_index=True)


def _rows(items, standard, wanted) -> pd.DataFrame:
    rows = []
    for key, group in items.groupby(_KEYS, sort=False):
        basic = int(group["category"].max())
        held = set(group.loc[group["value"].notna(), "parameter"])
        missing = [p for p in wanted if p not in held]
        met = None if basic == 0 else not group["over"].any()
        if met and missing and standard.missing == "not-assessed":
            met = None
        words = ("", "") if met is None else _MET[met]
        main = main_items(group)
        rows.append(
            dict(zip(_KEYS, key, strict=True))
            | {
                "standard": standard.id,
                "level": "source",
                "value": pd.NA if met is None else int(met),
                "label_zh": words[0],
                "label_en": words[1],
                "category": standard.categories[basic - 1].id if basic else "",
                "over": "; ".join(group.loc[group["over"], "parameter"]),
                "main_zh": words_of(main, standard),
                "main_en": words_of(main, standard, "en"),
                "n_parameters": len(held),
                "missing": "; ".join(missing),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)

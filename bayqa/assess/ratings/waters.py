"""Drinking sources, groundwater points and lakes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bayqa.assess.indices.trophic import trophic_state
from bayqa.assess.ratings.drinking import judge_sources, part_sources
from bayqa.assess.ratings.items import grade_items, main_items, words_of, worst_items
from bayqa.assess.ratings.points import average_points, find_place, tidy_points
from bayqa.assess.ratings.rating_tables import load_rating_table
from bayqa.assess.ratings.sections import judged_parameters, rate_shares
from bayqa.assess.ratings.tables import arrange
from bayqa.assess.targets import target_number
from bayqa.standards.standard import Standard

__all__ = ["rate_drinking_sources", "rate_groundwater", "rate_lake"]

_KEYS = ["place", "period"]
_MAIN = ("main_zh", "main_en")
_SOURCE_COLUMNS = (
    "level",
    "place",
    "name",
    "period",
    "value",
    "label_zh",
    "label_en",
    "category",
    "over",
    *_MAIN,
    "n_sources",
    "n_unknown",
    "met_share",
    "met_volume_share",
    "volume",
    "n_parameters",
    "missing",
    "standard",
    "clause",
)
_WELL_COLUMNS = (
    "level",
    "place",
    "period",
    "value",
    "category",
    "label_zh",
    "label_en",
    "out_of_v",
    "worst",
    *_MAIN,
    "n_points",
    "n_unknown",
    "out_of_v_share",
    "n_parameters",
    "missing",
    "clause",
)
_LAKE_COLUMNS = (
    "place",
    "period",
    "value",
    "category",
    "label_zh",
    "label_en",
    "worst",
    *_MAIN,
    "tli",
    "trophic_zh",
    "trophic_en",
    "tli_parameters",
    "n_parameters",
    "missing",
    "clause",
)
_TROPHIC = ("chla", "tp", "tn", "secchi", "cod_mn")


def rate_drinking_sources(
    table: pd.DataFrame,
    standard: Standard,
    supplementary: Mapping[str, float] | None = None,
    *,
    lakes: Standard | None = None,
    target: str | None = None,
    period: str = "month",
) -> pd.DataFrame:
    """Compliance of each drinking-water source and period, and of all of them.

    Parameters
    ----------
    table : DataFrame
        Tidy or wide table of sources, see `tidy_points`; optional columns `volume` (of the period)
        and `kind` (such as "水库" or "river").
    standard : Standard
        GB 3838-2002 for surface sources, GB/T 14848-2017 for wells.
    supplementary : mapping of parameter to limit, optional
        Upper limits of further items, canonical unit; the five of GB 3838-2002 table 2 by default.
        They count for items the standard itself does not judge.
    lakes : Standard, optional
        Judges the sources whose `kind` is a lake or a reservoir; by default the variant "lake" of
        a packaged standard, which has a total phosphorus of its own.
    target : str, optional
        Category to be met, III by default.
    period : str
        "month", "quarter" or "year".

    Returns
    -------
    DataFrame
        level ("source", "all"), place, name, period, value (1 meets, 0 does not, NA unknown),
        label_zh, label_en, category (of the basic items), over (items over their limit), main_zh,
        main_en, n_sources, n_unknown (not among them: nothing to judge by), met_share (by number),
        met_volume_share, volume, n_parameters, missing, standard (its id), clause. Rows of level
        "all" are per calendar year: a source meets when each of its periods does.

    Raises
    ------
    InputError
        If the table names no place or no parameter.
    StandardError
        If the target is not a category.

    Source
    ------
    GB 3838-2002; compliance by volume or by number of sources.
    """
    rules = load_rating_table("drinking")
    tidy = tidy_points(table)
    limits = dict(supplementary or rules["supplementary"])
    parts = [
        judge_sources(part, rule, limits, target=target, period=period)
        for part, rule in part_sources(tidy, standard, lakes)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows if len(parts) == 1 else rows.sort_values("order", kind="stable")
    rows["volume"] = _volumes(tidy, rows, period)
    rows["name"] = rows["place"].map(find_place(tidy, "name")).fillna("")
    totals = pd.DataFrame(
        [
            _source_total(year, group)
            for year, group in rows.groupby(rows["period"].str[:4], sort=False)
        ]
    )
    clause = {"clause": rules["clause"]}
    return arrange([rows.assign(**clause), totals.assign(**clause)], _SOURCE_COLUMNS)


def rate_groundwater(
    table: pd.DataFrame, standard: Standard, *, period: str = "year"
) -> pd.DataFrame:
    """Class of each groundwater point by its worst item, and the share out of class V.

    Parameters
    ----------
    table : DataFrame
        Tidy or wide table of points, see `tidy_points`.
    standard : Standard
        GB/T 14848-2017.
    period : str
        "year", "quarter" or "month".

    Returns
    -------
    DataFrame
        level ("point", "all"), place, period, value (class number, NA unknown), category,
        label_zh, label_en, out_of_v (True where the worst item is class IV or better), worst,
        main_zh, main_en (items beyond class III with multiple), n_points, n_unknown (not among
        them), out_of_v_share, n_parameters, missing, clause.

    Raises
    ------
    InputError
        If the table names no place or no parameter.

    Source
    ------
    GB/T 14848-2017: single factor, worst item; class V is worse than class IV.
    """
    wanted = list(standard.parameters or standard.limits)
    items = grade_items(
        average_points(tidy_points(table), period=period),
        standard,
        reference=target_number(standard, "III"),
        parameters=wanted,
    )
    rows = _class_rows(items, standard, wanted).assign(level="point")
    last = len(standard.categories)
    rows["out_of_v"] = [pd.NA if pd.isna(v) else bool(v < last) for v in rows["value"]]
    totals = []
    for period_id, group in rows.groupby("period", sort=False):
        known = group["out_of_v"].dropna().astype(bool)
        totals.append(
            {
                "level": "all",
                "place": "all",
                "period": period_id,
                "n_points": len(known),
                "n_unknown": len(group) - len(known),
                "out_of_v_share": float(known.mean()) if len(known) else np.nan,
            }
        )
    clause = {"clause": load_rating_table("groundwater")["clause"]}
    return arrange([rows.assign(**clause), pd.DataFrame(totals).assign(**clause)], _WELL_COLUMNS)


def rate_lake(table: pd.DataFrame, standard: Standard, *, period: str = "year") -> pd.DataFrame:
    """Class, rating and trophic state of each lake or reservoir.

    Parameters
    ----------
    table : DataFrame
        Tidy or wide table, see `tidy_points`; stations with the same `lake` are averaged item by
        item, otherwise each station is a lake.
    standard : Standard
        GB 3838-2002 with the limits for lakes.
    period : str
        "year", "quarter" or "month".

    Returns
    -------
    DataFrame
        place, period, value (rating, NA unknown), category, label_zh, label_en, worst, main_zh,
        main_en, tli, trophic_zh, trophic_en, tli_parameters, n_parameters, missing, clause.

    Raises
    ------
    InputError
        If the table names no place or no parameter.

    Source
    ------
    Surface water assessment method 2011: total nitrogen counts for the trophic state only.
    """
    tidy = tidy_points(table)
    if "lake" in tidy:
        tidy = tidy.assign(place=tidy["lake"].fillna(tidy["place"]).astype(str))
    means = average_points(tidy, period=period)
    wanted = judged_parameters(standard)
    items = grade_items(
        means, standard, reference=target_number(standard, "III"), parameters=wanted
    )
    rows = _class_rows(items, standard, wanted)
    ratings = [
        rate_shares(pd.Series([0 if pd.isna(v) else v]), standard, "river-section")[1]
        for v in rows["value"]
    ]
    rows = rows.assign(
        value=[r.value or pd.NA for r in ratings],
        label_zh=[r.label_zh for r in ratings],
        label_en=[r.label_en for r in ratings],
    )
    trophic = [
        _trophic(means, place, when)
        for place, when in rows[_KEYS].itertuples(index=False, name=None)
    ]
    out = pd.concat([rows, pd.DataFrame(trophic, index=rows.index)], axis=1)
    clause = load_rating_table("inland")["lake_clause"]
    return arrange([out.assign(clause=clause)], _LAKE_COLUMNS)


def _class_rows(items, standard, wanted):
    rows = worst_items(items, standard, keys=_KEYS, parameters=wanted)
    groups = dict(list(items.groupby(_KEYS, sort=False)))
    main = [main_items(groups[key]) for key in rows[_KEYS].itertuples(index=False, name=None)]
    classes = [standard.categories[v - 1] if v else None for v in rows["value"]]
    return rows.assign(
        value=[v or pd.NA for v in rows["value"]],
        category=["" if c is None else c.id for c in classes],
        label_zh=["" if c is None else c.label_zh for c in classes],
        label_en=["" if c is None else c.label_en for c in classes],
        main_zh=[words_of(m, standard) for m in main],
        main_en=[words_of(m, standard, "en") for m in main],
    )


def _volumes(tidy, rows, period):
    if "volume" not in tidy:
        return np.nan
    visits = average_points(
        tidy.assign(value=tidy["volume"].astype(float), parameter="volume"), period=period
    )
    by_key = visits.set_index(_KEYS)["value"]
    return by_key.reindex(pd.MultiIndex.from_frame(rows[_KEYS])).to_numpy()


def _source_total(year, group):
    known = group[group["value"].notna()]
    met = known.groupby("place", sort=False)["value"].min().astype(bool)
    volume = known["volume"].astype(float)
    part = volume[known["value"].astype(bool)].sum()
    # A volume that is not known for every period would weigh the sources wrongly.
    whole = volume.sum() if len(known) and volume.notna().all() else np.nan
    return {
        "level": "all",
        "place": "all",
        "period": year,
        "n_sources": len(met),
        "n_unknown": int(group["place"].nunique() - len(met)),
        "met_share": float(met.mean()) if len(met) else np.nan,
        "met_volume_share": part / whole if whole else np.nan,
        "volume": whole,
    }


def _trophic(means, place, when):
    own = means[(means["place"] == place) & (means["period"] == when)]
    given = own.set_index("parameter")["value"].reindex(_TROPHIC).dropna().to_dict()
    if not given:
        return {"tli": np.nan, "trophic_zh": "", "trophic_en": "", "tli_parameters": ""}
    state = trophic_state(**given)
    return {
        "tli": float(state.value),
        "trophic_zh": state.state,
        "trophic_en": state.state_en,
        "tli_parameters": "; ".join(given),
    }

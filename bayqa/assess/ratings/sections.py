"""River sections and rivers: class, target, main pollution items and rating."""

from __future__ import annotations

import pandas as pd

from bayqa.assess.ratings.items import grade_items, main_items, words_of, worst_items
from bayqa.assess.ratings.points import average_points, find_place, tidy_points
from bayqa.assess.ratings.rating_tables import cumulate, load_rating_table, rate
from bayqa.assess.ratings.tables import arrange
from bayqa.assess.targets import target_number
from bayqa.standards.standard import Standard

__all__ = ["grade_sections", "judged_parameters", "rate_river_sections", "rate_shares"]

COLUMNS = (
    "level",
    "place",
    "river",
    "bay_id",
    "period",
    "value",
    "category",
    "label_zh",
    "label_en",
    "target",
    "target_met",
    "main_zh",
    "main_en",
    "worst",
    "n_sections",
    "n_unknown",
    "good_share",
    "worse_share",
    "met_share",
    "rule",
    "n_parameters",
    "missing",
    "clause",
)
_FEW = 5


def rate_river_sections(
    table: pd.DataFrame,
    standard: Standard,
    *,
    period: str = "year",
    target: str = "III",
    ph_mean: str = "hydrogen",
) -> pd.DataFrame:
    """Class and rating of each section, each river, and all of them together.

    Parameters
    ----------
    table : DataFrame
        Tidy (section, parameter, value) or wide (section and a column for each parameter), with
        time or period; optional river, target (of each section). See `tidy_points`.
    standard : Standard
        GB 3838-2002 for rivers.
    period : str
        "year", "quarter" or "month".
    target : str
        Category that sections without a target of their own must meet.
    ph_mean : str
        "hydrogen" or "plain".

    Returns
    -------
    DataFrame
        level ("section", "river", "region"), place, river, bay_id, period, value (rating, 1 best,
        NA not assessed), category (class id of a section or of averaged items), label_zh, label_en
        (rating), target, target_met (NA where unknown), main_zh, main_en (main pollution items
        with exceedance multiple), worst, n_sections, n_unknown (not among them: nothing to
        judge by), good_share (I to III), worse_share, met_share, rule, n_parameters, missing,
        clause.

    Raises
    ------
    InputError
        If the table names no place or no parameter.
    StandardError
        If a target is not a category.

    Source
    ------
    Surface water assessment method 2011 (环办〔2011〕22号): worst item; fewer than 5 sections are
    averaged item by item, 5 and more are rated by shares. Total nitrogen, temperature and faecal
    coliforms do not count.
    """
    tidy = tidy_points(table)
    means = average_points(tidy, period=period, ph_mean=ph_mean)
    for column in ("river", "bay_id"):
        means[column] = means["place"].map(find_place(tidy, column)).fillna("")
    items = grade_sections(means, standard)
    sections = _rate_sections(items, standard, find_place(tidy, "target"), target)
    parts = [sections]
    for level, keys in (("river", ["river", "period"]), ("region", ["period"])):
        for key, group in sections.groupby(keys, sort=False):
            row = dict(zip(keys, key, strict=True))
            if level == "region" or row["river"]:
                own = means.merge(group[["place", "period"]], on=["place", "period"])
                parts.append(
                    pd.DataFrame(
                        [
                            _rate_group(group, own, standard)
                            | row
                            | {"level": level, "place": row.get("river", "all")}
                        ]
                    )
                )
    return arrange(parts, COLUMNS)


def grade_sections(means: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Category and multiple (against class III) of each item of each section.

    Parameters
    ----------
    means : DataFrame
        As `average_points` gives them.
    standard : Standard

    Returns
    -------
    DataFrame
        As `grade_items`.
    """
    return grade_items(
        means,
        standard,
        reference=target_number(standard, "III"),
        parameters=judged_parameters(standard),
    )


def judged_parameters(standard: Standard) -> list[str]:
    """Items of a surface-water standard that count: without temperature, TN, faecal coliforms."""
    excluded = load_rating_table("inland")["excluded"]
    return [p for p in (standard.parameters or standard.limits) if p not in excluded]


def rate_shares(categories: pd.Series, standard: Standard, name: str = "river"):
    """Figures and rating of several sections by the shares of their classes.

    Parameters
    ----------
    categories : Series of int
        Category numbers; 0 (not assessed) is left out.
    standard : Standard
        Its categories stand in the order of the table's classes.
    name : str
        Rating table.

    Returns
    -------
    tuple of (dict, Rating)
        Percent of each class, and the rating.
    """
    classes = load_rating_table(name)["classes"]
    counts = categories[categories > 0].value_counts(normalize=True)
    shares = {c: float(counts.get(k, 0.0)) for k, c in enumerate(classes, start=1)}
    if not len(counts):
        shares = dict.fromkeys(classes, float("nan"))
    figures = cumulate(shares, classes)
    return figures, rate(figures, name)


def _rate_sections(items, standard, targets, default):
    keys = ["place", "river", "bay_id", "period"]
    rows = worst_items(items, standard, keys=keys, parameters=judged_parameters(standard))
    groups = dict(list(items.groupby(keys, sort=False)))
    ratings = [rate_shares(pd.Series([v]), standard, "river-section")[1] for v in rows["value"]]
    main = [main_items(groups[key]) for key in rows[keys].itertuples(index=False, name=None)]
    wanted = [targets.get(p, "") or default for p in rows["place"]]
    met = [
        v <= target_number(standard, t) if v else pd.NA
        for v, t in zip(rows["value"], wanted, strict=True)
    ]
    return rows.assign(
        level="section",
        value=[r.value or pd.NA for r in ratings],
        number=rows["value"],
        category=[standard.categories[v - 1].id if v else "" for v in rows["value"]],
        label_zh=[r.label_zh for r in ratings],
        label_en=[r.label_en for r in ratings],
        target=wanted,
        target_met=met,
        main_zh=[words_of(m, standard) for m in main],
        main_en=[words_of(m, standard, "en") for m in main],
        n_sections=1,
        rule="worst item",
        clause=load_rating_table("inland")["section_clause"],
    )


def _rate_group(sections, means, standard):
    held = sections[sections["number"] > 0]
    figures, rating = rate_shares(held["number"], standard)
    met = held["target_met"].dropna().astype(bool)
    row = {
        "n_sections": len(held),
        "n_unknown": len(sections) - len(held),
        "good_share": figures["I-III"] / 100,
        "worse_share": figures["worse"] / 100,
        "met_share": float(met.mean()) if len(met) else float("nan"),
    }
    if len(held) >= _FEW:
        main = _often_over(grade_sections(means, standard))
        row |= {"rule": f"shares of {len(held)} sections", "clause": rating.clause}
        return row | _named(rating, main, standard)
    means = average_points(means.assign(river="all"), by=("river",))
    averaged = grade_sections(means, standard)
    number = int(averaged["category"].max()) if len(held) else 0
    rating = rate_shares(pd.Series([number]), standard, "river-section")[1]
    row |= {
        "rule": f"items averaged over {len(held)} sections",
        "category": standard.categories[number - 1].id if number else "",
        "clause": load_rating_table("inland")["mean_clause"],
    }
    return row | _named(rating, main_items(averaged), standard)


def _named(rating, main, standard):
    return {
        "value": rating.value or pd.NA,
        "label_zh": rating.label_zh,
        "label_en": rating.label_en,
        "main_zh": words_of(main, standard),
        "main_en": words_of(main, standard, "en"),
    }


def _often_over(items):
    """Items by the share of sections that exceed class III, first three, without a multiple."""
    counts = items[items["over"]]["parameter"].value_counts(sort=True)
    return [(p, float("nan")) for p in counts.index[: load_rating_table("inland")["n_main"]]]

"""The figures of a region that a report starts with, each with its year and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bayqa.counts import count

__all__ = ["tabulate_headline"]

_COLUMNS = ["figure", "name_zh", "name_en", "year", "value", "low", "high", "unit", "basis"]


def tabulate_headline(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Headline figures of a region from its tables; a table that is absent gives no row.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Any of "pooled" (`pool_good_shares`), "streaks" (`tabulate_streaks` of the sea ratings),
        "sections" (`rate_river_sections`), "nitrogen" (`tabulate_river_nitrogen`), "drinking"
        (`rate_drinking_sources`), "groundwater" (`rate_groundwater`), "coverage"
        (`tabulate_coverage`).

    Returns
    -------
    DataFrame
        figure, name_zh, name_en, year, value, low, high (90 % interval where there is one), unit,
        basis (what was counted).
    """
    makers = {
        "pooled": _sea,
        "streaks": _streak,
        "sections": _sections,
        "nitrogen": _nitrogen,
        "drinking": _drinking,
        "groundwater": _groundwater,
        "coverage": _coverage,
    }
    rows = [row for key, make in makers.items() if len(tables.get(key, ())) for row in
            make(tables[key])]  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _sea(pooled):
    annual = pooled[pooled["campaign"] == "annual"].sort_values("year")
    for row in annual.itertuples():
        yield ("good_share", "近岸海域优良水质面积比例", "good-water share of the bays", row.year,
               row.share * 100, row.share_low * 100, row.share_high * 100, "%",
               f"{count(row.n_bays, 'bay')}, {row.area_km2:.1f} km2{_by_own(row)}")  # fmt: skip


def _by_own(row) -> str:
    """That the bays are judged by different standards, where they are."""
    number = len(str(getattr(row, "standards", "")).split("; "))
    return f", each by its own of {number} standards" if number > 1 else ""


def _streak(streaks):
    whole = streaks[streaks["place"] == "all"]
    for row in whole.itertuples():
        yield ("streak", "海水水质评价连续年数", "years running with this rating", row.last_year,
               row.n_years, None, None, "years", row.text_en)  # fmt: skip


def _sections(table):
    last = _latest(table[table["level"] == "region"], "period")
    for row in last.itertuples():
        basis = _judged(row, row.n_sections, "section")
        yield ("sections_target", "河流断面达标率", "river sections meeting their target",
               row.period, _percent(row.met_share), None, None, "%", basis)  # fmt: skip
        yield ("sections_good", "河流断面优良率", "river sections of class I-III", row.period,
               _percent(row.good_share), None, None, "%", basis)  # fmt: skip


def _nitrogen(table):
    last = _latest(table[table["level"] == "all"], "year")
    for row in last.itertuples():
        yield ("river_tn_change", "入海河流总氮较基准年变化",
               "total nitrogen of river-to-sea sections against the base year", row.year,
               row.change_pct, None, None, "%", count(row.n_sections, 'section'))  # fmt: skip


def _drinking(table):
    last = _latest(table[table["level"] == "all"], "period")
    for row in last.itertuples():
        yield ("sources_met", "饮用水水源达标率", "drinking-water sources meeting the standard",
               row.period, _percent(row.met_share), None, None, "%",
               _judged(row, row.n_sources, "source"))  # fmt: skip


def _groundwater(table):
    last = _latest(table[table["level"] == "all"], "period")
    for row in last.itertuples():
        yield ("groundwater_out_of_v", "地下水非Ⅴ类点位比例", "groundwater points out of class V",
               row.period, _percent(row.out_of_v_share), None, None, "%",
               _judged(row, row.n_points, "point"))  # fmt: skip


def _coverage(table):
    whole = table[table["region"] == "all"]
    for row in whole.itertuples():
        basis = f"{count(row.n_units, 'bay unit')} in the register"
        yield ("bays_recognised", "已获评美丽海湾数量", "recognised beautiful bays", "",
               row.n_recognised, None, None, "bays", basis)  # fmt: skip
        yield ("bays_coverage", "美丽海湾覆盖率（按数量）", "coverage by count", "",
               _percent(row.count_share), None, None, "%", basis)  # fmt: skip


def _judged(row, number: int, noun: str) -> str:
    """Places behind a share, and those of which nothing is known."""
    unknown = getattr(row, "n_unknown", 0)
    more = "" if pd.isna(unknown) or not unknown else f", {unknown} more without data"
    return count(number, noun) + more


def _latest(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table[table[column] == table[column].max()]


def _percent(share: float) -> float:
    return share * 100

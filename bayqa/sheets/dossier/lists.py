"""Tables of the dossier: columns, rows as text, what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from bayqa.assess.levels import tabulate_levels
from bayqa.sheets.context import capitalise, name_parameter
from bayqa.sheets.dossier.words import (
    name_value,
    print_share,
    print_significant,
    print_slope,
    print_value,
    title_column,
    word,
)
from bayqa.sheets.numbers import format_share, round_figure
from bayqa.sheets.periods import name_campaign

__all__ = [
    "ledger_table", "own_table", "parameter_table", "plain_table", "share_table", "station_table",
    "trend_table",
]  # fmt: skip

_NOT_ASSESSED, _TOO_FEW = "not assessed", "too few values"
_LEDGER = ("station", "campaign", "parameter", "value", "limit", "multiple", "first_seen", "status")
_TREND = ("bay_id", "station", "section", "place", "parameter", "category", "n_years", "p",
          "slope", "slope_low", "slope_high")  # fmt: skip
_MOST_COLUMNS, _MOST_SIGNS = 9, 72
_WIDE_SIGNS = 18
_FEW_COLUMNS, _MORE_SIGNS = 7, 160
_PERCENT = re.compile(r"^(share|reduction|probability)|share$")
_DECIMALS = {"area_km2": 2, "limiting_km2": 2, "over_km2": 2, "gap_pp": 1,
             "distance_m": 0}  # fmt: skip
_LEVELS = ("value", "mean_now", "mean_needed")
# Columns that repeat what the page says already, or serve machines only.
_HIDDEN = ("bay_id", "evidence", "source", "clause", "order", "z", "tau", "intercept", "test")


def share_table(case) -> dict:
    """Overall shares of every year and of the campaigns of the last one."""
    rows = case.shares[case.shares["parameter"] == "overall"]
    annual = rows[rows["campaign"] == "annual"]
    periods = [(word(case.language, "annual", year=y), annual[annual["year"] == y])
               for y in sorted(annual["year"].unique())]  # fmt: skip
    last = rows[(rows["year"] == case.year) & (rows["campaign"] != "annual")]
    periods += [(name_campaign(c, case.language), last[last["campaign"] == c])
                for c in last["campaign"].unique()]  # fmt: skip
    body = [[capitalise(label), *_shares(case, part)] for label, part in periods]
    return _table([word(case.language, "period"), *_category_titles(case)], body)


def parameter_table(case) -> dict:
    """Shares of the last year by parameter, with the limit of the worst good category."""
    rows = case.shares[(case.shares["campaign"] == "annual") & (case.shares["year"] == case.year)]
    names = [p for p in rows["parameter"].unique() if p != "overall"]
    body = [
        [name_parameter(name, case.language), _target_limit(case, name),
         *_shares(case, rows[rows["parameter"] == name])]
        for name in names
    ]  # fmt: skip
    titles = [word(case.language, "parameter"), word(case.language, "limit")]
    note = word(case.language, "annual", year=case.year)
    return _table([*titles, *_category_titles(case)], body, note=note)


def ledger_table(case, most: int = 20) -> dict:
    """Exceedances of the bay: open ones first, the largest multiple on top."""
    table = own_table(case, "ledger")
    table = case.policy.get("ledger") if table is None else table
    if table is None or not len(table):
        return _table([title_column(c, case.language) for c in _LEDGER], [])
    ordered = table.assign(_closed=table["status"] != "open").sort_values(
        ["_closed", "multiple"], ascending=[True, False], kind="stable", na_position="last"
    )
    body = [_ledger_row(case, row) for row in ordered.head(most).to_dict("records")]
    more = _more(case, len(ordered) - most)
    titles = [title_column(c, case.language) for c in _LEDGER]
    return _table(titles, body, more=more, words=(0, 1, 2, 6, 7))


def trend_table(case) -> dict:
    """Trends with their slope and interval, from the table "trends"."""
    table = own_table(case, "trends")
    if table is None or not len(table):
        return _table([], [])
    # The meaning (better, worse) says the direction too; both would be the same word twice.
    verdict = "meaning" if "meaning" in table else "trend"
    short = table["trend"] == _TOO_FEW if "trend" in table else pd.Series(False, table.index)
    # The clearest trends first; a long network would fill pages with "no trend".
    ordered = table[~short]
    ordered = ordered.sort_values("p", kind="stable") if "p" in ordered else ordered
    spec = plain_table(case, ordered, most=8, columns=(*_TREND, verdict))
    n_short = len(table) - len(ordered)
    return spec | {"note": word(case.language, "too_few", n=n_short) if n_short else ""}


def station_table(case) -> dict:
    """Stations with a value, by parameter and campaign of the last year."""
    stations = case.result.stations
    campaigns = [str(c) for c, y in zip(stations.campaign.values, stations.year.values, strict=True)
                 if int(y) == case.year]  # fmt: skip
    names = [str(p) for p in case.result.classes.parameter.values if str(p) in stations]
    levels = tabulate_levels(stations.sel(campaign=campaigns), names)
    counts = levels.set_index(["parameter", "campaign"])["n"]
    body = [
        [name_parameter(p, case.language), *(str(counts[p, c]) for c in campaigns)] for p in names
    ]
    titles = [
        word(case.language, "parameter"),
        *(name_campaign(c, case.language) for c in campaigns),
    ]
    return _table(titles, body, note=word(case.language, "n_stations"))


def plain_table(case, table: pd.DataFrame, *, most: int = 24, columns: Sequence[str] = ()) -> dict:
    """Any table as text: known headings, percent, three digits, columns of the language.

    Parameters
    ----------
    case : Case
    table : DataFrame
    columns : sequence of str
        Those to print, in order; a name stands for its column of the language too. All that are
        not for machines by default.
    most : int
        Rows that are printed; the rest is counted.

    Returns
    -------
    dict
        columns, rows, note, more.
    """
    other = "en" if case.language == "zh" else "zh"
    kept = [c for c in table.columns if c not in _HIDDEN and not str(c).endswith(f"_{other}")]
    if columns:
        forms = [(c, f"{c}_{case.language}", f"{c}_{other}") for c in columns]
        kept = [
            name for name in (next((f for f in form if f in table), "") for form in forms) if name
        ]
    shown = [c for c in kept if table[c].notna().any()][:_MOST_COLUMNS]
    records = table.head(most).to_dict("records")
    room = _MORE_SIGNS if len(shown) <= _FEW_COLUMNS else _MOST_SIGNS
    body = [[_cell(case, str(c), row, room) for c in shown] for row in records]
    more = _more(case, len(table) - most)
    spec = _table([title_column(str(c), case.language) for c in shown], body, more=more)
    for column, name in zip(spec["columns"], shown, strict=True):
        numeric = pd.api.types.is_numeric_dtype(table[name]) and name != "year"
        column["align"] = "right" if numeric else "left"
        column["wide"] = not numeric and column["chars"] > _WIDE_SIGNS
    return spec


def _table(
    titles: list[str],
    body: list[list[str]],
    *,
    note: str = "",
    more: str = "",
    words: Sequence[int] = (0,),
) -> dict:
    """Specification of a table; the columns numbered in `words` are aligned left."""
    longest = [_longest([title, *(row[k] for row in body)]) for k, title in enumerate(titles)]
    columns = [{"label": title, "align": "left" if k in words else "right",
                "wide": k in words and longest[k] > _WIDE_SIGNS, "chars": longest[k]}
               for k, title in enumerate(titles)]  # fmt: skip
    return {"columns": columns, "rows": body, "note": note, "more": more}


def _longest(texts: list[str]) -> int:
    """Width of the longest text in Latin letters; a Chinese character is two wide."""
    return max(sum(1 + (ord(c) > 0x2E80) for c in text) for text in texts)


def _more(case, n: int) -> str:
    return word(case.language, "more", n=n) if n > 0 else ""


def _category_titles(case) -> list[str]:
    names = [c.label_zh if case.language == "zh" else c.label_en
             for c in case.result.standard.categories]  # fmt: skip
    return [*names, word(case.language, "not_assessed")]


def _shares(case, rows: pd.DataFrame) -> list[str]:
    by_category = rows.drop_duplicates("category").set_index("category")
    cells = []
    for category in case.result.standard.categories:
        row = by_category.loc[category.id] if category.id in by_category.index else None
        cells.append("–" if row is None else
                     print_share(row["share"], row["share_low"], row["share_high"]))  # fmt: skip
    lost = by_category["share"].get(_NOT_ASSESSED, 0.0)
    return [*cells, format_share(lost)]


def _target_limit(case, name: str) -> str:
    standard = case.result.standard
    limit = standard.limits.get(name)
    ids = [c.id for c in standard.categories]
    if limit is None or not standard.good:
        return "–"
    number = ids.index(standard.good[-1]) + 1
    edge = limit.edges[number - 1]
    if edge is None:
        return "–"
    if isinstance(edge, tuple | list):
        return "–".join(print_value(v, name) for v in edge)
    sign = {("max", True): "≤", ("max", False): "<", ("min", True): "≥", ("min", False): ">"}
    return f"{sign[limit.direction, limit.includes(number)]} {print_value(edge, name)}"


def own_table(case, name: str) -> pd.DataFrame | None:
    """Rows of the bay in a table of the assessment, or None."""
    table = case.result.tables.get(name)
    if table is None or "bay_id" not in table:
        return table
    return table[table["bay_id"].astype(str) == case.bay]


def _ledger_row(case, row: dict) -> list[str]:
    name = str(row["parameter"])
    multiple = row["multiple"]
    status = word(case.language, f"{row['status']}_status")
    return [
        str(row["station"]), name_campaign(row["campaign"], case.language),
        name_parameter(name, case.language), f"{print_value(row['value'], name)} {row['unit']}",
        _limit_text(row["limit"]), _print_multiple(multiple),
        name_campaign(row["first_seen"], case.language), status,
    ]  # fmt: skip


def _print_multiple(multiple: float) -> str:
    """Two decimals; what is over the limit by less is not "0.00"."""
    if pd.isna(multiple):
        return "–"
    return "<0.01" if 0 < multiple < 0.005 else round_figure(float(multiple), 2)


def _limit_text(limit: object) -> str:
    return str(limit).replace("<=", "≤").replace(">=", "≥")


def _cell(case, name: str, row: dict, room: int) -> str:
    value = row[name]
    if isinstance(value, float) and pd.notna(value):
        if _PERCENT.search(name):
            return f"{format_share(value)}%"
        if name == "multiple":
            return _print_multiple(value)
        if name in _DECIMALS:
            return round_figure(value, _DECIMALS[name])
        if name.startswith("slope"):
            return print_slope(value, str(row.get("parameter", "")))
        if name in _LEVELS:
            return print_value(value, str(row.get("parameter", "")))
    if name in ("campaign", "first_seen", "closed_in") and isinstance(value, str):
        return name_campaign(value, case.language)
    if name == "year" and pd.notna(value):
        return str(int(value))
    text = name_value(print_significant(value, case.language), case.language)
    return text if len(text) <= room else f"{text[: room - 1]}…"

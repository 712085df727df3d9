"""Figures over years: shares as stacked bars, values as points with a trend line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bayqa.errors import InputError
from bayqa.sheets.drawing.palettes import load_palette, pick_category_colors
from bayqa.sheets.figures.frame import choose_axes, finish, name_with_unit, note_empty, word
from bayqa.standards.standard import Standard

__all__ = ["plot_shares", "plot_trend"]

_NOT_ASSESSED = "not assessed"


def plot_shares(
    shares: pd.DataFrame,
    standard: Standard,
    *,
    bay: str | None = None,
    parameter: str = "overall",
    campaign: str = "annual",
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Stacked bars of the shares of each category over years, with their intervals.

    The thin line on a segment runs from `share_low` to `share_high` of that category alone,
    measured from the foot of the segment.

    Parameters
    ----------
    shares : DataFrame
        As `tabulate_shares` gives it.
    standard : Standard
        Names and order of the categories.
    bay : str, optional
        bay_id; needed when the table has several.
    parameter : str
        "overall" or the id of a parameter.
    campaign : str
        "annual", a season such as "summer" (of every year), or a campaign.
    language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        Stacked bars, a year each; percent along y.

    Raises
    ------
    InputError
        If the table has several bays and none is named, or no row fits.

    Examples
    --------
    >>> import bayqa as bq
    >>> ax = bq.plot_shares(shares, standard, parameter="din")
    >>> ax.get_ylabel()
    'Share of area (%)'
    """
    table = _select(shares, bay, parameter, campaign)
    colors = pick_category_colors(load_palette(), standard)
    ax = choose_axes(ax)
    years = sorted(table["year"].unique())
    foot = np.zeros(len(years))
    for k, (category, color) in enumerate(zip(standard.categories, colors, strict=True)):
        rows = table[table["category"] == category.id].set_index("year").reindex(years)
        height = rows["share"].fillna(0).to_numpy() * 100
        label = category.label_zh if language == "zh" else category.label_en
        ax.bar(range(len(years)), height, bottom=foot, color=color, label=label, width=0.62,
               edgecolor="#5B5B5B", linewidth=0.5)  # fmt: skip
        shift = (k - (len(colors) - 1) / 2) * 0.085
        _draw_interval(ax, np.arange(len(years)) + shift, foot, rows)
        foot = foot + height
    ax.set_xticks(range(len(years)), [str(year) for year in years])
    # Headroom: the upper end of an interval can lie above the full bar.
    ax.set(ylim=(0, 108), xlim=(-0.6, len(years) - 0.4), xlabel=word(language, "year"),
           ylabel=word(language, "share"), yticks=range(0, 101, 20))  # fmt: skip
    ax.spines[["top", "right"]].set_visible(False)
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5),
              frameon=False)  # fmt: skip
    return finish(ax)


def plot_trend(
    table: pd.DataFrame,
    *,
    value: str = "value",
    parameter: str | None = None,
    label: str | None = None,
    standard: Standard | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Values over years, with intervals and a fitted line where the table has them.

    Parameters
    ----------
    table : DataFrame
        Columns `year` and `value`; `<value>_low` and `<value>_high` (or `low` and `high`) are drawn
        as bars, `fitted` as a line. Several rows a year are drawn as so many dots.
    value : str
        Column to draw.
    parameter : str, optional
        Id that names the axis; with a standard, its limits are drawn.
    label : str, optional
        Words for the axis instead of the name of the parameter.
    standard : Standard, optional
    language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        Years along x.

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> import bayqa as bq
    >>> import pandas as pd
    >>> table = pd.DataFrame({"year": [2021, 2022, 2023], "value": [0.31, 0.28, 0.26]})
    >>> bq.plot_trend(table, parameter="din").get_ylabel()
    'dissolved inorganic nitrogen (mg/L)'
    """
    missing = [name for name in ("year", value) if name not in table]
    if missing:
        raise InputError(f"trend table: no column {missing[0]!r}; it has {', '.join(table)}")
    ax = choose_axes(ax, (5.6, 3.6))
    rows = table[table[value].notna()].sort_values("year", kind="stable")
    if rows.empty:
        return note_empty(ax, language)
    repeated = rows["year"].duplicated().any()
    style = {"ls": "none", "alpha": 0.45} if repeated else {"ls": "-", "lw": 1.0}
    _draw_bars(ax, rows, value)
    ax.plot(rows["year"], rows[value], "o", ms=5, color="#1F4F7B", **style)
    if "fitted" in rows:
        ax.plot(rows["year"], rows["fitted"], "--", color="#B3261E", lw=1.2)
    if standard is not None and parameter is not None:
        _draw_limits(ax, standard, parameter, language)
    name = name_with_unit(parameter, language) if parameter else word(language, "value")
    ax.set(xlabel=word(language, "year"), ylabel=label or name)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if value.endswith("share"):
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.margins(x=0.08)
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def _select(shares: pd.DataFrame, bay: str | None, parameter: str, campaign: str) -> pd.DataFrame:
    held = shares["bay_id"].astype(str).unique().tolist()
    if bay is None and len(held) > 1:
        raise InputError(f"shares: found {len(held)} bays ({', '.join(held[:5])}); name one, bay=")
    bay = held[0] if bay is None and held else bay
    names = shares["campaign"].astype(str)
    fits = (names == campaign) | names.str.endswith(f"-{campaign}")
    rows = shares[(shares["bay_id"].astype(str) == bay) & (shares["parameter"] == parameter) & fits]
    if rows.empty:
        raise InputError(
            f"shares: no row of bay {bay!r}, parameter {parameter!r}, campaign {campaign!r}; "
            f"there are bays {', '.join(held)} and parameters "
            f"{', '.join(shares['parameter'].unique())}"
        )
    return rows[rows["category"] != _NOT_ASSESSED]


def _draw_interval(ax: Axes, at: np.ndarray, foot: np.ndarray, rows: pd.DataFrame) -> None:
    low, high = rows["share_low"].to_numpy() * 100, rows["share_high"].to_numpy() * 100
    shown = np.isfinite(low) & np.isfinite(high) & (high > low)
    ends = foot[shown] + low[shown], foot[shown] + high[shown]
    ax.vlines(at[shown], *ends, color="#222222", lw=1.1, zorder=3)
    for end in ends:
        ax.plot(at[shown], end, "_", color="#222222", ms=4, zorder=3)


def _draw_bars(ax: Axes, rows: pd.DataFrame, value: str) -> None:
    for low, high in ((f"{value}_low", f"{value}_high"), ("low", "high")):
        if low in rows and high in rows:
            ax.vlines(rows["year"], rows[low], rows[high], color="#1F4F7B", lw=1.4)
            return


def _draw_limits(ax: Axes, standard: Standard, parameter: str, language: str) -> None:
    limit = standard.limits.get(parameter)
    edges = [] if limit is None else [e for e in limit.edges if isinstance(e, int | float)]
    low, high = ax.get_ylim()
    room = 0.35 * (high - low)
    for edge, category in zip(edges, standard.categories, strict=False):
        if low - room <= edge <= high + room:
            name = category.label_zh if language == "zh" else category.label_en
            ax.axhline(edge, color="#8A8A8A", lw=0.8, ls=":")
            ax.annotate(name, (1.0, edge), xycoords=("axes fraction", "data"), ha="right",
                        va="bottom", fontsize="x-small", color="#5B5B5B")  # fmt: skip

"""Figures that show how well a field is known: variogram and cross-validation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bayqa.errors import InputError
from bayqa.sheets.figures.frame import (
    choose_axes,
    finish,
    name_of,
    name_with_unit,
    note_empty,
    word,
)

__all__ = ["plot_crossval", "plot_variogram"]


def plot_variogram(
    table: pd.DataFrame,
    *,
    parameter: str | None = None,
    unit: str = "1",
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Semivariance against distance, with the number of pairs and the model where the table has it.

    Parameters
    ----------
    table : DataFrame
        A row a distance class: `distance_m`, `semivariance`, `n_pairs`, and if fitted `model`.
    parameter : str, optional
        Id for the title.
    unit : str
        Unit of the semivariance: that of the working scale, squared.
    language : {"en", "zh"}
    ax : Axes, optional
        A new figure is made by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> import bayqa as bq
    >>> import pandas as pd
    >>> table = pd.DataFrame({"distance_m": [500, 1500, 2500], "semivariance": [0.01, 0.02, 0.03],
    ...                       "n_pairs": [12, 30, 25]})
    >>> bq.plot_variogram(table, parameter="din").get_xlabel()
    'Distance (km)'
    """
    _require(table, ("distance_m", "semivariance", "n_pairs"), "variogram")
    ax = choose_axes(ax, (5.6, 3.8))
    rows = table.dropna(subset=["distance_m", "semivariance"]).sort_values("distance_m")
    if rows.empty:
        return note_empty(ax, language)
    away = rows["distance_m"] / 1e3
    ax.plot(away, rows["semivariance"], "o", color="#1F4F7B", ms=5)
    for x, y, n in zip(away, rows["semivariance"], rows["n_pairs"], strict=True):
        ax.annotate(f"{int(n)}", (x, y), xytext=(0, 5), textcoords="offset points", ha="center",
                    fontsize="x-small", color="#5B5B5B")  # fmt: skip
    if "model" in rows:
        ax.plot(away, rows["model"], "-", color="#B3261E", lw=1.3, label=word(language, "model"))
        ax.legend(frameon=False, loc="lower right")
    ax.set(xlabel=word(language, "distance"), ylabel=word(language, "semivariance", unit=unit))
    ax.set(xlim=(0, None), ylim=(0, float(rows["semivariance"].max()) * 1.2 or 1.0))
    if parameter is not None:
        ax.set_title(word(language, "variogram", name=name_of(parameter, language)))
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def plot_crossval(
    table: pd.DataFrame,
    *,
    parameter: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Predictions without the station against what was observed there.

    Parameters
    ----------
    table : DataFrame
        A row a held-out value: `observed`, `predicted`; with `low` and `high` the 90 % interval is
        drawn, red where it misses the observation.
    parameter : str, optional
        Id that names the axes.
    language : {"en", "zh"}
    ax : Axes, optional
        A new figure is made by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> import bayqa as bq
    >>> import pandas as pd
    >>> table = pd.DataFrame({"observed": [0.2, 0.3, 0.4], "predicted": [0.22, 0.27, 0.38]})
    >>> bq.plot_crossval(table, parameter="din").get_aspect()
    1.0
    """
    _require(table, ("observed", "predicted"), "cross-validation")
    ax = choose_axes(ax, (4.8, 4.8))
    rows = table.dropna(subset=["observed", "predicted"])
    if rows.empty:
        return note_empty(ax, language)
    missed = np.zeros(len(rows), bool)
    if "low" in rows and "high" in rows:
        missed = ((rows["observed"] < rows["low"]) | (rows["observed"] > rows["high"])).to_numpy()
        ax.vlines(rows["observed"], rows["low"], rows["high"], lw=0.9, alpha=0.6,
                  color=np.where(missed, "#B3261E", "#1F4F7B"))  # fmt: skip
    for chosen, color in ((~missed, "#1F4F7B"), (missed, "#B3261E")):
        ax.plot(rows["observed"][chosen], rows["predicted"][chosen], "o", ms=4.5, color=color)
    both = rows[["observed", "predicted"]].to_numpy()
    ends = [both.min(), both.max()]
    ax.plot(ends, ends, "-", color="#8A8A8A", lw=1, label=word(language, "one_to_one"), zorder=0)
    label = name_with_unit(parameter, language) if parameter else ""
    ax.set(aspect="equal", xlabel=word(language, "observed", label=label).strip(),
           ylabel=word(language, "predicted", label=label).rstrip(", "))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def _require(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(f"{what} table: no column {missing[0]!r}; it has {', '.join(table)}")

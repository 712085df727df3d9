"""Figures that show how well a field is known: variogram and cross-validation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from bayqa.errors import InputError
from bayqa.fields.methods.kriging import Variogram
from bayqa.fields.methods.variogram import bin_variogram, draw_curve
from bayqa.fields.scale import find_scale
from bayqa.sheets.figures.frame import (
    choose_axes,
    finish,
    name_of,
    name_with_unit,
    note_empty,
    word,
)

__all__ = ["plot_crossval", "plot_variogram"]

_BLUE, _RED, _GREY = "#1F4F7B", "#B3261E", "#8A8A8A"
_SCORES = (("crps", "o", _BLUE), ("rmse", "s", _GREY))


def plot_variogram(
    stations: xr.Dataset,
    parameter: str,
    *,
    n_bins: int = 10,
    model: pd.DataFrame | Mapping | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Empirical variogram of the stations, all campaigns together, with the number of pairs.

    Distances are straight lines; values are in the working scale of the parameter.

    Parameters
    ----------
    stations : Dataset, dims (campaign, station)
        As `summarize` gives it.
    parameter : str
        Id of a parameter in `stations`.
    n_bins : int
        Classes of distance, up to half of the largest distance.
    model : mapping or DataFrame, optional
        Curve drawn beside the points: model, range (m), sill and nugget as the options of kriging
        take them, or columns `distance_m` and `semivariance`.
    language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        Kilometres along x, squared working units along y.

    Raises
    ------
    InputError
        If the parameter is not in `stations`, or the model lacks a column or a number.

    Examples
    --------
    >>> import bayqa as bq
    >>> ax = bq.plot_variogram(stations, "din")
    >>> ax.get_xlabel()
    'Distance (km)'
    """
    if parameter not in stations:
        held = ", ".join(str(v)[:-2] for v in stations.data_vars if str(v).endswith("_n"))
        raise InputError(f"stations: no parameter {parameter!r}; they hold {held}")
    ax = choose_axes(ax, (5.6, 3.8))
    values = stations[parameter].transpose("campaign", "station").to_numpy()
    if stations.sizes["station"] < 2 or not np.isfinite(values).any():
        return note_empty(ax, language)
    scale = find_scale(parameter, values)
    places = np.column_stack([stations.x.to_numpy(), stations.y.to_numpy()])
    cloud = bin_variogram(places, scale.to_working(values), n_bins=n_bins)
    ax.plot(cloud.distance / 1e3, cloud.semivariance, "o", color=_BLUE, ms=5)
    for x, y, n in zip(cloud.distance / 1e3, cloud.semivariance, cloud.pairs, strict=True):
        ax.annotate(f"{n}", (x, y), xytext=(0, 5), textcoords="offset points", ha="center",
                    fontsize="x-small", color="#5B5B5B")  # fmt: skip
    if model is not None:
        distance, semivariance = _curve(model, float(cloud.distance.max()))
        ax.plot(distance / 1e3, semivariance, "-", color=_RED, lw=1.3,
                label=word(language, "model"))  # fmt: skip
        ax.legend(frameon=False, loc="lower right")
    unit = word(language, "log10_units") if scale.name == "log10" else _squared(stations, parameter)
    ax.set(xlabel=word(language, "distance"), ylabel=word(language, "semivariance", unit=unit))
    ax.set_title(word(language, "variogram", name=name_of(parameter, language)))
    ax.set_xlim(left=0)
    ax.set_ylim(0, float(max(cloud.semivariance.max() * 1.25, 1e-12)))
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def _curve(model: pd.DataFrame | Mapping, farthest: float) -> tuple[np.ndarray, np.ndarray]:
    """Distances in metres and semivariances of a model."""
    if isinstance(model, pd.DataFrame):
        _require(model, ("distance_m", "semivariance"), "variogram model")
        return model["distance_m"].to_numpy(), model["semivariance"].to_numpy()
    wanted = ("model", "range", "sill", "nugget")
    lacking = [name for name in wanted if name not in model]
    if lacking:
        raise InputError(f"variogram model: no {', '.join(lacking)}; give {', '.join(wanted)}")
    distance = np.linspace(farthest / 100, farthest, 100)
    return distance, draw_curve(Variogram(*(model[name] for name in wanted)), distance)


def plot_crossval(
    table: pd.DataFrame,
    *,
    parameter: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Scores of the methods for one parameter, or predictions against observations.

    Parameters
    ----------
    table : DataFrame
        As `cross_validate` gives it: a row a parameter and method with `crps`, `rmse`,
        `coverage90`. A table with `observed` and `predicted` (and `low`, `high`) is drawn as a
        scatter, red where the interval misses the observation.
    parameter : str, optional
        The first of the table by default.
    language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        A bar a method, or the scatter of observed and predicted.

    Raises
    ------
    InputError
        If the table has neither form, or no row of the parameter.

    Examples
    --------
    >>> import bayqa as bq
    >>> ax = bq.plot_crossval(scores, parameter="din")
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['idw', 'matern']
    """
    if "predicted" in table:
        _require(table, ("observed",), "cross-validation")
        return _draw_scatter(table, parameter, language, ax)
    _require(table, ("parameter", "method", "crps", "rmse", "coverage90"), "cross-validation")
    name = str(table["parameter"].iloc[0]) if parameter is None and len(table) else parameter
    rows = table[table["parameter"] == name]
    if rows.empty:
        held = ", ".join(table["parameter"].astype(str).unique())
        raise InputError(f"cross-validation table: no row of {name!r}; it holds {held}")
    return _draw_scores(rows, str(name), language, ax)


def _draw_scores(rows: pd.DataFrame, name: str, language: str, ax: Axes | None) -> Axes:
    ax = choose_axes(ax, (6.0, 1.4 + 0.5 * len(rows)))
    ordered = rows.sort_values("crps", ascending=False, kind="stable", na_position="first")
    at = np.arange(len(ordered))
    for column, marker, color in _SCORES:
        ax.plot(ordered[column], at, marker, color=color, ms=7, label=word(language, column))
    for y, (score, covered) in enumerate(zip(ordered["rmse"], ordered["coverage90"], strict=True)):
        if np.isfinite(covered) and np.isfinite(score):
            text = word(language, "covers", share=f"{covered * 100:.0f}")
            ax.annotate(text, (score, y), xytext=(9, 0), textcoords="offset points", va="center",
                        fontsize="small", color="#5B5B5B")  # fmt: skip
    ax.set_yticks(at, ordered["method"].astype(str))
    unit = str(ordered["unit"].iloc[0]) if "unit" in ordered else ""
    ax.set(xlabel=word(language, "score", unit=unit), ylabel=word(language, "method"),
           title=name_of(name, language), ylim=(-0.6, len(ordered) - 0.4))  # fmt: skip
    ax.set_xlim(0, float(np.nanmax([*ordered["rmse"], 1e-12])) * 1.6)
    ax.grid(axis="x", color="#E3E6E9", lw=0.7)
    ax.set_axisbelow(True)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0))
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def _draw_scatter(
    table: pd.DataFrame, parameter: str | None, language: str, ax: Axes | None
) -> Axes:
    ax = choose_axes(ax, (4.8, 4.8))
    rows = table.dropna(subset=["observed", "predicted"])
    if rows.empty:
        return note_empty(ax, language)
    missed = np.zeros(len(rows), bool)
    if "low" in rows and "high" in rows:
        missed = ((rows["observed"] < rows["low"]) | (rows["observed"] > rows["high"])).to_numpy()
        ax.vlines(rows["observed"], rows["low"], rows["high"], lw=0.9, alpha=0.6,
                  color=np.where(missed, _RED, _BLUE))  # fmt: skip
    for chosen, color in ((~missed, _BLUE), (missed, _RED)):
        ax.plot(rows["observed"][chosen], rows["predicted"][chosen], "o", ms=4.5, color=color)
    both = rows[["observed", "predicted"]].to_numpy()
    ends = [both.min(), both.max()]
    ax.plot(ends, ends, "-", color=_GREY, lw=1, label=word(language, "one_to_one"), zorder=0)
    label = name_with_unit(parameter, language) if parameter else ""
    ax.set(aspect="equal", xlabel=word(language, "observed", label=label).strip(),
           ylabel=word(language, "predicted", label=label).rstrip(", "))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)


def _squared(stations: xr.Dataset, parameter: str) -> str:
    unit = str(stations[parameter].attrs.get("units", ""))
    return f"({unit})²" if unit not in ("", "1") else "1"


def _require(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(f"{what} table: no column {missing[0]!r}; it has {', '.join(table)}")

"""How good the fields are: stations left out, methods compared, said in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import kv

from bayqa.fields.inputs import find_parameters, prepare_inputs
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.pooling import Fit, fit_parameter, leave_out_fit
from bayqa.fields.task import Task, prepare_task
from bayqa.parameters import load_parameters

__all__ = ["choose_blocks", "cross_validate"]

Progress = Callable[[int, int, str], None]
_LITTLE = 0.2
"""Share of the variance explained below which a map says little."""


def cross_validate(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    methods: Sequence[str] = ("matern", "kriging", "idw"),
    parameters: Sequence[str] | None = None,
    block: float | None = None,
    options: Mapping[str, Mapping[str, object]] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Scores of every method at stations it was not shown.

    Each station is left out by itself, and then each spatial block of stations; range and noise
    stay those fitted to all. Censored values are not scored.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    water : Dataset (y, x)
    methods : sequence of str
    parameters : sequence of str, optional
    block : float, optional
        Side of the square blocks in metres; default a third of the longer extent of the stations.
    options : mapping of method to mapping, optional
        What each method is given, as in `interpolate`.
    progress : callable (done, total, text), optional

    Returns
    -------
    DataFrame, a row per parameter and method
        `n` values, `n_stations`; `rmse, me, crps, coverage90, width90` (leave-one-station-out,
        working scale, see `scale` and `unit`); the same of the blocks (`block_rmse`, ...);
        `skill` (1 - rmse over that of the mean of the other stations), `seconds`, `best` (least
        CRPS), `verdict` (plain words, the same on all rows of a parameter).
        `attrs["verdicts"]` holds the verdicts by parameter.

    Raises
    ------
    MethodError, CoverageError
        As in `interpolate`.
    """
    options = {m: dict((options or {}).get(m, {})) for m in methods}
    tasks = {m: prepare_task(stations, water, m, options[m]) for m in methods}
    names = list(parameters) if parameters is not None else find_parameters(stations)
    rows, done = [], 0
    for name in names:
        for method, task in tasks.items():
            rows.append(_score(task, stations, name, block))
            done += 1
            if progress:
                progress(done, len(names) * len(tasks), f"{name}: {method}")
    table = pd.DataFrame(rows)
    least = table.groupby("parameter", sort=False)["crps"].transform("min")
    table["best"] = table["crps"] == least
    verdicts = {name: _judge(part) for name, part in table.groupby("parameter", sort=False)}
    table["verdict"] = table["parameter"].map(verdicts)
    table = table.drop(columns=["reach_m"])
    table.attrs["verdicts"] = verdicts
    return table


def choose_blocks(x: np.ndarray, y: np.ndarray, side: float | None = None) -> np.ndarray:
    """Label of the square block of each station.

    Parameters
    ----------
    x, y : array (n,), metres
    side : float, optional
        Metres; default a third of the longer extent.

    Returns
    -------
    array (n,) int
    """
    if side is None:
        side = max(np.ptp(x), np.ptp(y), 1.0) / 3 * (1 + 1e-9)
    column = np.floor((x - x.min()) / side).astype(int)
    row = np.floor((y - y.min()) / side).astype(int)
    return np.unique(row * (column.max() + 1) + column, return_inverse=True)[1]


def _score(task: Task, stations: xr.Dataset, name: str, block: float | None) -> dict[str, object]:
    start = time.perf_counter()
    inputs = prepare_inputs(stations, task.placement, name)
    fit = fit_parameter(task, inputs, require=False)
    blocks = choose_blocks(task.placement.x, task.placement.y, block)
    together = leave_out_fit(task, fit, blocks)
    seconds = time.perf_counter() - start
    inputs = fit.inputs
    values = np.where(inputs.lower < inputs.upper, np.nan, inputs.values)
    scores = _empty_scores() | fit.scores
    in_blocks = _empty_scores() | score_left_out(values, together.mean, together.sd, together.dof)
    row = load_parameters().get(name)
    unit = row.unit if row else "1"
    return {
        "parameter": name,
        "method": task.method,
        "scale": inputs.scale.name,
        "unit": unit if inputs.scale.name == "linear" else f"log10({unit})",
        "n_stations": int(np.isfinite(inputs.values).any(axis=0).sum()),
        **scores,
        **{f"block_{k}": v for k, v in in_blocks.items()},
        "skill": 1 - scores["rmse"] / _rmse_of_mean(values),
        "seconds": seconds,
        "reach_m": _reach(fit),
    }


def _empty_scores() -> dict[str, float]:
    names = ("rmse", "me", "crps", "coverage90", "width90")
    return {"n": 0} | dict.fromkeys(names, np.nan)


def _rmse_of_mean(values: np.ndarray) -> float:
    """Error of guessing each station by the mean of the others of its campaign."""
    n = np.isfinite(values).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.nansum(values, axis=1, keepdims=True) / n
        error = (values - centre) * n / (n - 1)
    error = error[np.isfinite(error)]
    return float(np.sqrt(np.mean(error**2))) if error.size and error.any() else np.nan


def _reach(fit: Fit) -> float:
    """Distance from a station at which it explains a fifth of the variance, metres."""
    if fit.posterior is None:
        return np.nan
    weight = fit.posterior.weight
    range_m = float(np.exp(weight.sum(axis=1) @ np.log(fit.posterior.ranges)))
    ratio = float(np.exp(weight.sum(axis=0) @ np.log(np.maximum(fit.posterior.ratios, 1e-9))))
    step = np.linspace(1e-3, 2.0, 400)
    scaled = np.sqrt(8) * step
    explained = (scaled * kv(1, scaled)) ** 2 / (1 + ratio)
    return float(range_m * step[np.searchsorted(-explained, -_LITTLE)])


def _judge(rows: pd.DataFrame) -> str:
    """One or two sentences for a reader who does not know what CRPS is."""
    name, n = rows["parameter"].iloc[0], int(rows["n_stations"].iloc[0])
    if rows["crps"].isna().all():
        return f"{name}: with {n} stations nothing can be left out, so the map is not tested."
    ranked = rows.dropna(subset=["crps"]).sort_values("crps", kind="stable")
    best = ranked.iloc[0]
    text = f"{name}: {best['method']} is best"
    if len(ranked) > 1 and ranked["crps"].iloc[1] > 0:
        gain = 1 - best["crps"] / ranked["crps"].iloc[1]
        text += f" ({100 * gain:.0f} % ahead of {ranked['method'].iloc[1]})"
    return f"{text}; {_judge_skill(best, n)}{_judge_reach(rows, n)}{_judge_coverage(best)}"


def _judge_skill(best: pd.Series, n: int) -> str:
    if not np.isfinite(best["skill"]):
        return "all stations agree, so there is no pattern to map."
    if best["skill"] < 0.05:
        return f"with {n} stations the map is no better than the mean of the stations."
    return f"its error is {100 * best['skill']:.0f} % below that of the mean of the stations."


def _judge_reach(rows: pd.DataFrame, n: int) -> str:
    reach = rows["reach_m"].dropna()
    if not len(reach):
        return ""
    km = float(f"{reach.iloc[0] / 1000:.1g}")
    return f" With {n} stations the map says little beyond {km:g} km from a station."


def _judge_coverage(best: pd.Series) -> str:
    return f" Its 90 % intervals held {100 * best['coverage90']:.0f} % of the values left out."

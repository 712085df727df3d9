"""The same data under several standards, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import xarray as xr

from bayqa.assess.areas.shares import combine_shares, measure_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.categories.classes import classify, gather_campaigns
from bayqa.assess.rules import WINDOWED
from bayqa.assess.seeds import own_seed
from bayqa.errors import CoverageError
from bayqa.fields import interpolate, iterate_fields
from bayqa.standards.loader import load_standard
from bayqa.standards.standard import Standard

__all__ = ["compare", "compare_stations"]

Progress = Callable[[int, int, str], None]


def compare(
    result: Assessment,
    ids: Sequence[str | Standard],
    *,
    draws: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Area shares of one assessment under several standards.

    Each standard judges the parameters of its own default list that the stations hold; which ones
    stands in each row, because two standards rarely judge the same set. Parameters that the
    assessment did not interpolate are interpolated now, by its own method and settings.

    Parameters
    ----------
    result : Assessment
    ids : sequence of str or Standard
        Ids or paths as for `load_standard`.
    draws : int
        Joint draws for the intervals; with 0 the grids of the assessment are used as they are.
        With as many draws as the assessment had, its own standard gets its own intervals again.
    progress : callable, optional
        See docs/conventions.md.

    Returns
    -------
    DataFrame
        `standard`, `version`, the columns of `tabulate_shares`, then `good` (whether the category
        counts as good there), `judged` and `absent` (parameters, joined by a blank).

    Raises
    ------
    StandardError
        If an id is unknown.
    CoverageError
        If the stations hold no parameter of a standard.
    """
    standards = _load(ids)
    names = [_held(result, standard) for standard in standards]
    fields = _fields(result, _in_order(result, standards, names), draws, progress)
    slow = next((s for s in standards if s.rule in WINDOWED), standards[0])
    measured: list[list] = [[] for _ in standards]
    for field in gather_campaigns(fields, slow):
        for k, standard in enumerate(standards):
            classes = classify(field, standard, parameters=names[k], probability=False)
            measured[k].append(measure_shares(classes, result.bays))
    tables = [_table(*one) for one in zip(standards, names, measured, strict=True)]
    return pd.concat(tables, ignore_index=True)


def compare_stations(result: Assessment, ids: Sequence[str | Standard]) -> pd.DataFrame:
    """Category of every station and campaign under several standards.

    Returns
    -------
    DataFrame
        campaign, station, and one column a standard with the category id or "not assessed".
    """
    columns = {}
    for standard in _load(ids):
        classes = classify(result.stations, standard, probability=False, detail=False)
        names = ["not assessed", *(category.id for category in standard.categories)]
        series = (
            classes["category"]
            .drop_vars([c for c in classes["category"].coords if c not in ("campaign", "station")])
            .to_series()
        )
        columns[standard.id] = series.map(dict(enumerate(names)))
    return pd.DataFrame(columns).reset_index()


def _load(ids) -> list[Standard]:
    return [one if isinstance(one, Standard) else load_standard(one) for one in ids]


def _held(result: Assessment, standard: Standard) -> list[str]:
    """Default parameters of the standard that the grids or the stations hold."""
    held = [
        name
        for name in standard.parameters
        if name in result.grids
        or (name in result.stations and bool(result.stations[name].notnull().any()))
    ]
    if not held:
        there = ", ".join(str(v) for v in result.stations.data_vars if f"{v}_n" in result.stations)
        raise CoverageError(
            f"{standard.id} judges {', '.join(standard.parameters)}; the stations hold "
            f"{there or 'nothing'}. Leave it out, or add samples of these parameters."
        )
    return held


def _in_order(result, standards, names) -> list[str]:
    """Parameters of all standards; first those of the assessment, whose draws then are the same."""
    own = result.settings.get("parameters") or []
    same = any(one.id == result.standard.id for one in standards)
    wanted = list(dict.fromkeys(sum(names, [])))
    first = [name for name in own if same or name in wanted]
    return list(dict.fromkeys([*first, *wanted]))


def _fields(result, names, draws, progress) -> Iterable[xr.Dataset]:
    """Fields of the parameters: those of the assessment, else interpolated by its settings."""
    settings = result.settings
    lacking = names if draws else [name for name in names if name not in result.grids]
    if not lacking:
        return [result.grids]
    call = dict(
        method=settings["method"],
        parameters=lacking,
        draws=draws,
        seed=own_seed(settings.get("seed", 0), result.bays),
        options=settings.get("options"),
        progress=progress,
    )
    if draws:
        return iterate_fields(result.sources, result.water, **call)
    extra = interpolate(result.sources, result.water, **call)
    added = extra[[v for name in lacking for v in (name, f"{name}_sd") if v in extra]]
    return [xr.merge([result.grids, added], compat="override", join="exact")]


def _table(standard: Standard, names, measured) -> pd.DataFrame:
    table = combine_shares(measured)
    table.insert(0, "standard", standard.id)
    table.insert(1, "version", standard.version)
    return table.assign(
        good=table["category"].isin(standard.good),
        judged=" ".join(names),
        absent=" ".join(name for name in standard.parameters if name not in names),
    )

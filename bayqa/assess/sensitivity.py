"""How much the good share depends on the method, the spacing and each single station."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.good import tabulate_good_shares
from bayqa.assess.areas.shares import measure_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.categories.classes import classify
from bayqa.errors import BayqaError
from bayqa.fields import build_water_grid, iterate_without

__all__ = ["tabulate_sensitivity"]

Progress = Callable[[int, int, str], None]
_COLUMNS = ["bay_id", "year", "campaign", "choice", "setting", "spacing", "share", "note"]


class _Variant(NamedTuple):
    """One run that differs from the assessment in one choice, or leaves stations out in turn."""

    choice: str
    setting: str
    spacing: float
    method: str
    left_out: tuple[str, ...] = ()


def tabulate_sensitivity(
    result: Assessment,
    *,
    methods: Sequence[str] = ("matern", "kriging", "idw"),
    spacings: Sequence[float] | None = None,
    leave_out: bool | Sequence[str] = True,
    campaigns: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Good share of each bay when one choice of the assessment is changed, all else kept.

    Range and noise are always fitted to all campaigns. While stations are left out in turn they
    stay as fitted to all stations, and censored values keep the number their neighbours gave them.

    Parameters
    ----------
    result : Assessment
    methods : sequence of str
        Interpolation methods; the one that was used is the base.
    spacings : sequence of float, optional
        Further cell sizes in metres; by default twice as coarse.
    leave_out : bool or sequence of str
        Leave out every station in turn, none, or the ones named.
    campaigns : sequence of str, optional
        By default all.
    progress : callable, optional
        See docs/conventions.md.

    Returns
    -------
    DataFrame
        bay_id, year, campaign (also "annual"), choice ("base", "method", "spacing", "station"),
        setting, spacing, share (of good categories), change (from the base), note (why a variant
        gave no share). The base comes first; it is the share of the assessment itself.
    """
    known = [str(name) for name in result.classes["campaign"].to_numpy()]
    chosen = known if campaigns is None else [name for name in known if name in set(campaigns)]
    stations = _named_stations(result, leave_out)
    variants = list(_variants(result, methods, spacings, stations))
    total = 1 + sum(len(v.left_out) or 1 for v in variants)
    report = progress or (lambda done, total, text: None)
    tables = [_base(result, chosen)]
    report(1, total, "base")
    water_at = cache(lambda spacing: _water(result, spacing))
    for variant in variants:
        for told, shares in _shares(result, variant, chosen, water_at):
            tables.append(shares)
            if told["choice"] != "reference":
                text = f"{told['choice']} {told['setting']}"
                report(sum(t["choice"].iloc[0] != "reference" for t in tables), total, text)
    table = pd.concat(tables, ignore_index=True)
    table.insert(table.columns.get_loc("note"), "change", _changes(table))
    return table[table["choice"] != "reference"].reset_index(drop=True)


def _named_stations(result, leave_out) -> tuple[str, ...]:
    if leave_out is True:
        return tuple(map(str, result.sources["station"].to_numpy()))
    return tuple(leave_out or ())


def _variants(result, methods, spacings, stations) -> Iterator[_Variant]:
    used, spacing = result.settings["method"], result.settings["spacing"]
    for method in methods:
        if method != used:
            yield _Variant("method", method, spacing, method)
    for other in spacings if spacings is not None else (spacing * 2,):
        yield _Variant("spacing", f"{other:g}", other, used)
    if stations:
        yield _Variant("station", "", spacing, used, stations)


def _changes(table) -> np.ndarray:
    """Share less that of the base.

    For a station, less that of all stations by the same imputation of censored values.
    """
    keys = ["bay_id", "year", "campaign"]
    of_station = table["choice"].isin(["station", "reference"])
    change = np.full(len(table), np.nan)
    for rows, choice in ((of_station, "reference"), (~of_station, "base")):
        known = table[table["choice"] == choice].set_index(keys)["share"]
        reference = known.reindex(pd.MultiIndex.from_frame(table.loc[rows, keys])).to_numpy()
        change[rows.to_numpy()] = table.loc[rows, "share"].to_numpy() - reference
    return change


def _base(result, campaigns) -> pd.DataFrame:
    classes = result.classes.sel(campaign=campaigns).drop_vars("parameter_category")
    shares = tabulate_good_shares([measure_shares(classes, result.bays)], result.standard.good)
    told = {"choice": "base", "setting": result.settings["method"]}
    return shares.assign(**told, spacing=result.settings["spacing"], note="")[_COLUMNS]


def _shares(result, variant: _Variant, campaigns, water_at) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Good shares of a variant; one that cannot be computed gives a row that says why."""
    told = {"choice": variant.choice, "setting": variant.setting, "spacing": variant.spacing}
    try:
        for name, grids in _iterate(result, variant, campaigns, water_at(variant.spacing)):
            if variant.left_out:
                told = told | {"choice": "station" if name else "reference", "setting": name}
            yield told, _good_shares(result, grids).assign(**told, note="")[_COLUMNS]
    except BayqaError as error:
        row = {"bay_id": list(map(str, result.bays.index)), "share": float("nan")}
        failed = pd.DataFrame(row).assign(year=0, campaign="", **told, note=str(error))
        yield told, failed[_COLUMNS]


def _water(result, spacing) -> xr.Dataset:
    if spacing == result.settings["spacing"]:
        return result.water
    return build_water_grid(
        result.bays,
        spacing=spacing,
        land=result.land,
        rivers=result.rivers if result.settings.get("join_rivers") else None,
        reach=result.settings.get("reach", 0.0),
        crs=result.water.attrs["crs"],
    )


def _iterate(result, variant, campaigns, water) -> Iterator[tuple[str, xr.Dataset]]:
    own = variant.method == result.settings["method"]
    return iterate_without(
        result.sources,
        water,
        variant.left_out,
        method=variant.method,
        parameters=[str(name) for name in result.classes["parameter"].to_numpy()],
        campaigns=campaigns,
        options=result.settings.get("options") if own else None,
        seed=result.settings.get("seed", 0),
    )


def _good_shares(result, grids) -> pd.DataFrame:
    names = [str(name) for name in result.classes["parameter"].to_numpy()]
    classes = classify(grids, result.standard, parameters=names, probability=False, detail=False)
    return tabulate_good_shares([measure_shares(classes, result.bays)], result.standard.good)

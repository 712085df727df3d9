"""How much the good share depends on the method, the spacing and each single station."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.assessment import Assessment
from bayqa.assess.classes import classify
from bayqa.assess.good import tabulate_good_shares
from bayqa.assess.shares import measure_shares
from bayqa.errors import BayqaError
from bayqa.fields import build_water_grid, interpolate

__all__ = ["tabulate_sensitivity"]

Progress = Callable[[int, int, str], None]
_COLUMNS = ["bay_id", "year", "campaign", "choice", "setting", "spacing", "share", "note"]


class _Variant(NamedTuple):
    """One run that differs from the assessment in one choice."""

    choice: str
    setting: str
    spacing: float
    method: str
    stations: xr.Dataset


def tabulate_sensitivity(
    result: Assessment,
    *,
    methods: Sequence[str] = ("matern", "kriging", "idw"),
    spacings: Sequence[float] | None = None,
    leave_out: bool | Sequence[str] = True,
    campaigns: Sequence[str] | None = None,
    coarsen: float = 2.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Good share of each bay when one choice of the assessment is changed, all else kept.

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
    coarsen : float
        Each station is left out on cells so many times as wide, and compared with all stations on
        the same cells: a field for every station at full resolution would take hours.
    progress : callable, optional
        See docs/conventions.md.

    Returns
    -------
    DataFrame
        bay_id, year, campaign (also "annual"), choice ("base", "method", "spacing", "station"),
        setting, spacing, share (of good categories), change (from the base; for stations from all
        stations on the same cells), note (why a variant gave no share). The base comes first.
    """
    stations = result.stations
    if campaigns is not None:
        stations = stations.sel(campaign=list(campaigns))
    variants = list(_variants(result, stations, methods, spacings))
    variants += list(_without(result, stations, leave_out, coarsen))
    water_at = cache(lambda spacing: _water(result, spacing))
    tables = []
    for done, variant in enumerate(variants):
        tables.append(_shares(result, variant, water_at))
        if progress:
            progress(done + 1, len(variants), f"{variant.choice} {variant.setting}".strip())
    table = pd.concat(tables, ignore_index=True)
    table.insert(table.columns.get_loc("note"), "change", _changes(table))
    return table[table["choice"] != "reference"].reset_index(drop=True)


def _changes(table) -> np.ndarray:
    """Share less that of the base; of a station less that of all stations on its cells."""
    keys = ["bay_id", "year", "campaign"]
    of_station = table["choice"].isin(["station", "reference"])
    change = np.full(len(table), np.nan)
    for rows, choice in ((of_station, "reference"), (~of_station, "base")):
        known = table[table["choice"] == choice].set_index(keys)["share"]
        reference = known.reindex(pd.MultiIndex.from_frame(table.loc[rows, keys])).to_numpy()
        change[rows.to_numpy()] = table.loc[rows, "share"].to_numpy() - reference
    return change


def _variants(result, stations, methods, spacings) -> Iterator[_Variant]:
    """The base first, then other methods and spacings."""
    used, spacing = result.settings["method"], result.settings["spacing"]
    yield _Variant("base", used, spacing, used, stations)
    for method in methods:
        if method != used:
            yield _Variant("method", method, spacing, method, stations)
    for other in spacings if spacings is not None else (spacing * 2,):
        yield _Variant("spacing", f"{other:g}", other, used, stations)


def _without(result, stations, leave_out, coarsen) -> Iterator[_Variant]:
    """Runs that leave a station out, after one with all of them on the same cells."""
    names = [*map(str, stations["station"].to_numpy())] if leave_out is True else leave_out
    if not names:
        return
    used, spacing = result.settings["method"], result.settings["spacing"] * coarsen
    yield _Variant("reference", "", spacing, used, stations)
    for name in names:
        kept = stations.sel(station=stations["station"] != name)
        yield _Variant("station", name, spacing, used, kept)


def _shares(result, variant: _Variant, water_at) -> pd.DataFrame:
    """Good shares of one variant; one that cannot be computed gives a row that says why."""
    told = {"choice": variant.choice, "setting": variant.setting, "spacing": variant.spacing}
    try:
        shares = _good_shares(result, variant, water_at(variant.spacing))
    except BayqaError as error:
        row = {"bay_id": list(map(str, result.bays.index)), "share": float("nan")}
        failed = pd.DataFrame(row).assign(year=0, campaign="", **told, note=str(error))
        return failed[_COLUMNS]
    return shares.assign(**told, note="")[_COLUMNS]


def _water(result, spacing) -> xr.Dataset:
    if spacing == result.settings["spacing"]:
        return result.water
    return build_water_grid(
        result.bays,
        spacing=spacing,
        land=result.land,
        reach=result.settings.get("reach", 0.0),
        crs=result.water.attrs["crs"],
    )


def _good_shares(result, variant, water) -> pd.DataFrame:
    own = variant.method == result.settings["method"]
    names = [str(name) for name in result.classes["parameter"].to_numpy()]
    grids = interpolate(
        variant.stations,
        water,
        method=variant.method,
        parameters=names,
        options=result.settings.get("options") if own else None,
        seed=result.settings.get("seed", 0),
    )
    classes = classify(grids, result.standard, parameters=names, probability=False, detail=False)
    return tabulate_good_shares([measure_shares(classes, result.bays)], result.standard.good)

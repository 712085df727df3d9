"""How much the good share depends on the method, the spacing and each single station."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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

    Parameters
    ----------
    result : Assessment
    methods : sequence of str
        Interpolation methods; the one that was used is the base.
    spacings : sequence of float, optional
        Cell sizes in metres; by default half as fine and twice as coarse.
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
        setting, share (of good categories), change (from the base), note (why a variant gave no
        share). The first rows are the base.
    """
    stations = result.stations
    if campaigns is not None:
        stations = stations.sel(campaign=list(campaigns))
    variants = list(_variants(result, stations, methods, spacings, leave_out))
    tables = []
    for done, variant in enumerate(variants):
        tables.append(_shares(result, *variant))
        if progress:
            progress(done + 1, len(variants), " ".join(map(str, variant[:2])))
    table = pd.concat(tables, ignore_index=True)
    keys = ["bay_id", "year", "campaign"]
    base = table[table["choice"] == "base"].set_index(keys)["share"]
    reference = base.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy()
    table.insert(table.columns.get_loc("note"), "change", table["share"] - reference)
    return table


def _variants(result, stations, methods, spacings, leave_out) -> Iterator[tuple]:
    """Choice, setting, stations, water and method of each run; the base first."""
    used, spacing = result.settings["method"], result.settings["spacing"]
    yield "base", used, stations, result.water, used
    for method in methods:
        if method != used:
            yield "method", method, stations, result.water, method
    for other in spacings if spacings is not None else (spacing / 2, spacing * 2):
        yield "spacing", f"{other:g}", stations, _water(result, other), used
    names = map(str, stations["station"].to_numpy())
    for name in names if leave_out is True else leave_out or ():
        kept = stations.sel(station=stations["station"] != name)
        yield "station", name, kept, result.water, used


def _water(result, spacing) -> xr.Dataset:
    return build_water_grid(
        result.bays,
        spacing=spacing,
        land=result.land,
        reach=result.settings.get("reach", 0.0),
        crs=result.water.attrs["crs"],
    )


def _shares(result, choice, setting, stations, water, method) -> pd.DataFrame:
    """Good shares of one variant; one that cannot be computed gives a row that says why."""
    try:
        shares = _good_shares(result, stations, water, method)
    except BayqaError as error:
        row = {"bay_id": list(map(str, result.bays.index)), "share": float("nan")}
        return pd.DataFrame(row).assign(
            year=0, campaign="", choice=choice, setting=setting, note=str(error)
        )[_COLUMNS]
    return shares.assign(choice=choice, setting=setting, note="")[_COLUMNS]


_COLUMNS = ["bay_id", "year", "campaign", "choice", "setting", "share", "note"]


def _good_shares(result, stations, water, method):
    options = result.settings.get("options") if method == result.settings["method"] else None
    names = [str(name) for name in result.classes["parameter"].to_numpy()]
    grids = interpolate(
        stations,
        water,
        method=method,
        parameters=names,
        options=options,
        seed=result.settings.get("seed", 0),
    )
    classes = classify(grids, result.standard, parameters=names, probability=False, detail=False)
    return tabulate_good_shares([measure_shares(classes, result.bays)], result.standard.good)

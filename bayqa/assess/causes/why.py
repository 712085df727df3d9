"""Why a bay is what it is: limiting parameters, distance to other categories, main stations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.areas.coverage import measure_coverage
from bayqa.assess.assessment import Assessment
from bayqa.assess.causes.ledger import locate_stations
from bayqa.assess.causes.waterways import nearest_by_water
from bayqa.assess.targets import (
    clear_undetected,
    exceedance_multiple,
    limit_at,
    target_number,
)

__all__ = ["tabulate_distance", "tabulate_influence", "tabulate_limiting"]

_DISTANCE = (
    "station",
    "bay_id",
    "year",
    "campaign",
    "parameter",
    "value",
    "category",
    "better",
    "to_better",
    "to_better_pct",
    "worse",
    "to_worse",
)


def tabulate_limiting(result: Assessment, *, target: str | None = None) -> pd.DataFrame:
    """Area in which each parameter decides, and in which it is over target.

    Parameters
    ----------
    result : Assessment
    target : str, optional
        Category to be met; the last good one of the standard by default.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, parameter, limiting_km2 (it gives the worst category there),
        over_km2 (it is worse than the target), over_share (of the assessed area), blame_share
        (limiting and over target, of the area over target), rank (1 decides most).
    """
    number, classes = target_number(result.standard, target), result.classes
    names = list(map(str, classes["parameter"].to_numpy()))
    rows = []
    for bay, cover in measure_coverage(classes, result.bays).items():
        for c, campaign in enumerate(classes["campaign"].to_numpy().astype(str)):
            one = classes.isel(campaign=c)
            figures = _limiting(one, cover, names, number)
            order = np.argsort(-figures[:, 3], kind="stable").argsort(kind="stable") + 1
            rows += [
                (bay, int(one["year"]), campaign, name, *figures[k], int(order[k]))
                for k, name in enumerate(names)
            ]
    columns = [
        "bay_id",
        "year",
        "campaign",
        "parameter",
        "limiting_km2",
        "over_km2",
        "over_share",
        "blame_share",
        "rank",
    ]
    return pd.DataFrame(rows, columns=columns)


def tabulate_distance(result: Assessment) -> pd.DataFrame:
    """Distance of each station's value to the next better and the next worse category.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    DataFrame
        station, bay_id, year, campaign, parameter, value, category, better (category above, empty
        in the best), to_better (change of the value that reaches it; negative: must fall),
        to_better_pct (of the value), worse (category below), to_worse (change that falls into it).
        Steps over classes that share a limit.
    """
    stations, standard = result.stations, result.standard
    names, years, campaigns = (stations[c].to_numpy() for c in ("station", "year", "campaign"))
    where, rows = locate_stations(result), []
    for parameter in map(str, result.station_classes["parameter"].to_numpy()):
        table = stations[parameter].transpose("campaign", "station").to_numpy()
        judged = clear_undetected(stations, [parameter], standard)[parameter]
        judged = judged.transpose("campaign", "station").to_numpy()
        numbers = standard.grade(parameter, judged)
        for c, s in np.argwhere(~np.isnan(table)):
            value, number = float(table[c, s]), int(numbers[c, s])
            key = (str(names[s]), where[s], int(years[c]), str(campaigns[c]), parameter, value)
            steps = _steps(float(judged[c, s]), number, standard.limits[parameter], standard)
            rows.append((*key, *steps))
    return pd.DataFrame(rows, columns=list(_DISTANCE))


def tabulate_influence(result: Assessment, *, target: str | None = None) -> pd.DataFrame:
    """Stations behind the water that misses the target, weightiest first.

    Each cell over target counts for the station that is nearest by water among those that measured
    its limiting parameter in that campaign. That is attribution by nearness, not by the weights of
    the interpolation.

    Parameters
    ----------
    result : Assessment
    target : str, optional
        Category to be met; the last good one of the standard by default.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, parameter, station, area_km2, share (of the bay's area over
        target), value, multiple (NaN for pH and oxygen), over (the station itself is over target),
        rank within bay and campaign.
    """
    number, classes = target_number(result.standard, target), result.classes
    covers = measure_coverage(classes, result.bays)
    rows = []
    for c, campaign in enumerate(classes["campaign"].to_numpy().astype(str)):
        for k, parameter in enumerate(map(str, classes["parameter"].to_numpy())):
            one = classes.isel(campaign=c)
            hit = ((one["category"] > number) & (one["limiting"] == k + 1)).to_numpy().ravel()
            if hit.any():
                values = result.stations[parameter].sel(campaign=campaign)
                near, held = _nearest(result.water, values)
                rows += _areas(covers, hit, near, held, (int(one["year"]), campaign, parameter))
    columns = ["bay_id", "year", "campaign", "parameter", "station", "area_km2", "value"]
    return _ranked(pd.DataFrame(rows, columns=columns), result.standard, number)


def _limiting(one, cover, names, number):
    area = cover.area_km2
    category = one["category"].to_numpy().ravel()[cover.cells]
    limiting = one["limiting"].to_numpy().ravel()[cover.cells]
    by_parameter = one["parameter_category"].transpose("parameter", "y", "x").to_numpy()
    by_parameter = by_parameter.reshape(len(names), -1)[:, cover.cells]
    assessed, bad = area[category > 0].sum(), area[category > number].sum()
    rows = []
    for k in range(len(names)):
        decides = limiting == k + 1
        over = area[by_parameter[k] > number].sum()
        blame = area[decides & (category > number)].sum()
        rows.append(
            (
                area[decides].sum(),
                over,
                over / assessed if assessed else np.nan,
                blame / bad if bad else 0.0,
            )
        )
    return np.array(rows)


def _steps(value, number, limit, standard):
    names = [c.id for c in standard.categories]
    better = next((k for k in range(number - 1, 0, -1) if _gap(value, limit_at(limit, k)) != 0), 0)
    to_better = _gap(value, limit_at(limit, better)) if better else np.nan
    # Where classes share a limit, the step leads to the best class that has it.
    while better > 1 and limit_at(limit, better - 1) == limit_at(limit, better):
        better -= 1
    worse, to_worse = "", np.nan
    if number <= len(limit.edges) and limit_at(limit, number) is not None:
        last = number
        while last < len(limit.edges) and limit_at(limit, last + 1) == limit_at(limit, number):
            last += 1
        worse, to_worse = names[last], _room(value, limit_at(limit, number), limit.direction)
    share = 100 * to_better / value if value else np.nan
    return (
        names[number - 1] if number else "",
        names[better - 1] if better else "",
        to_better,
        share,
        worse,
        to_worse,
    )


def _gap(value, edge):
    """Change that brings the value to the edge, or into the range."""
    if edge is None:
        return 0.0
    if isinstance(edge, (tuple, list)):
        return float(edge[0] - value) if value < edge[0] else float(min(edge[1] - value, 0.0))
    return float(edge - value)


def _room(value, edge, direction):
    if direction == "range":
        return float(min(edge[1] - value, edge[0] - value, key=abs))
    return float(edge - value)


def _nearest(water, values):
    held = values[values.notnull().to_numpy()]
    near = nearest_by_water(water, held["x"].to_numpy(), held["y"].to_numpy())
    return near.ravel(), held


def _areas(covers, hit, near, held, key):
    rows = []
    for bay, cover in covers.items():
        chosen = hit[cover.cells] & (near[cover.cells] >= 0)
        sums = np.bincount(near[cover.cells][chosen], cover.area_km2[chosen], minlength=held.size)
        rows += [
            (bay, *key, str(held["station"].to_numpy()[s]), sums[s], float(held.to_numpy()[s]))
            for s in np.flatnonzero(sums)
        ]
    return rows


def _ranked(table, standard, number):
    keys = ["bay_id", "year", "campaign"]
    order = {name: k for k, name in enumerate(dict.fromkeys(table["campaign"]))}
    table = table.assign(order=table["campaign"].map(order), least=-table["area_km2"]).sort_values(
        ["bay_id", "order", "least"], kind="stable", ignore_index=True
    )
    table = table.drop(columns=["order", "least"])
    groups = table.groupby(keys, sort=False)["area_km2"]
    grades = [standard.grade(p, v) for p, v in zip(table["parameter"], table["value"], strict=True)]
    multiples = [
        float(exceedance_multiple(v, standard.limits[p], number))
        for p, v in zip(table["parameter"], table["value"], strict=True)
    ]
    return table.assign(
        share=table["area_km2"] / groups.transform("sum"),
        multiple=multiples,
        over=[g > number for g in grades],
        rank=groups.cumcount() + 1,
    )

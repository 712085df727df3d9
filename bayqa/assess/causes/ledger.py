"""The exceedance ledger: every station and parameter over target, until it is worked off."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.targets import (
    clear_undetected,
    exceedance_multiple,
    limit_text,
    target_number,
)
from bayqa.errors import InputError
from bayqa.parameters import load_parameters

__all__ = ["LEDGER_COLUMNS", "count_records", "locate_stations", "open_ledger", "summarize_ledger"]

LEDGER_COLUMNS = (
    "station",
    "bay_id",
    "campaign",
    "year",
    "parameter",
    "value",
    "unit",
    "limit",
    "target",
    "category",
    "multiple",
    "certain",
    "first_seen",
    "status",
    "closed_in",
    "note",
)
_ITEM = ["station", "parameter"]


def open_ledger(
    result: Assessment, previous: pd.DataFrame | None = None, *, target: str | None = None
) -> pd.DataFrame:
    """Problem list: a row per station, campaign and parameter over target.

    A problem is open from the campaign it is first seen in until the station is next judged and
    meets the target; then all its rows are closed. A station not judged again stays open.

    Parameters
    ----------
    result : Assessment
    previous : DataFrame, optional
        An earlier ledger: its open rows are carried over, and closed where `result` says so.
    target : str, optional
        Category to be met; the last good one of the standard by default. A column `target` of the
        bays counts first.

    Returns
    -------
    DataFrame
        Columns `LEDGER_COLUMNS`, in the order of stations, parameters and campaigns. `multiple` is
        value over limit less one, NaN for pH and oxygen; `certain` is False where a censored value
        may lie below the limit; `status` is "open" or "closed"; `closed_in` is a campaign.

    Raises
    ------
    InputError
        If `previous` is not a ledger.
    StandardError
        If the target is not a category of the standard.

    Source
    ------
    HJ 442-2008: exceedance against the target class; the list that is worked off and cancelled.
    """
    judged = _judge(result, target)
    table = pd.concat([_carry(previous, judged), judged], ignore_index=True)
    key = table["station"].astype(str) + "\0" + table["parameter"].astype(str)
    # Most stations never exceed anything: only those that do are walked through time.
    table = table.assign(item=pd.factorize(key)[0])[key.isin(key[~table["met"].astype(bool)])]
    table = table.sort_values(["item", "order"], kind="stable")
    rows = []
    for _, group in groupby(table.to_dict("records"), key=lambda row: row["item"]):
        rows += _follow(group)
    return pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))


def summarize_ledger(ledger: pd.DataFrame) -> pd.DataFrame:
    """Open and closed problems of each bay and parameter.

    Parameters
    ----------
    ledger : DataFrame
        As `open_ledger` gives it.

    Returns
    -------
    DataFrame
        bay_id, parameter, n_open, n_closed (problems, that is station and parameter), worst
        multiple, worst station.
    """
    rows = []
    for (bay, parameter), group in ledger.groupby(["bay_id", "parameter"], sort=False):
        problems = group.drop_duplicates([*_ITEM, "first_seen"])
        worst = group.iloc[int(group["multiple"].fillna(-1).to_numpy().argmax())]
        rows.append(
            (
                bay,
                parameter,
                int((problems["status"] == "open").sum()),
                int((problems["status"] == "closed").sum()),
                group["multiple"].max(),
                worst["station"],
            )
        )
    names = ["bay_id", "parameter", "n_open", "n_closed", "worst_multiple", "worst_station"]
    return pd.DataFrame(rows, columns=names)


def count_records(ledger: pd.DataFrame) -> tuple[int, int]:
    """Rows of a ledger, and how many of them are open."""
    return len(ledger), int((ledger["status"] == "open").sum()) if len(ledger) else 0


def locate_stations(result: Assessment) -> np.ndarray:
    """Bay of each station: the one it lies in, the nearest one, or the only one.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    ndarray of str, one per station
    """
    if "bay" not in result.stations.coords:
        return _nearest_bays(result)
    told = result.stations["bay"].to_numpy().astype(str)
    return told if (told != "").all() else np.where(told == "", _nearest_bays(result), told)


def _nearest_bays(result: Assessment) -> np.ndarray:
    stations, bays = result.stations, result.bays
    if len(bays) == 1:
        return np.full(stations.sizes["station"], str(bays.index[0]), dtype=object)
    places = gpd.GeoSeries(gpd.points_from_xy(stations["lon"], stations["lat"]), crs=4326)
    local = bays.geometry.to_crs(stations.attrs.get("crs", bays.estimate_utm_crs()))
    near = [local.distance(p).idxmin() for p in places.to_crs(local.crs)]
    return np.array([str(n) for n in near], dtype=object)


def _judge(result: Assessment, target: str | None) -> pd.DataFrame:
    """One row per station, campaign and parameter that has a value, met or not."""
    standard, stations = result.standard, result.stations
    numbers = _targets(result, target)
    where = locate_stations(result)
    tables = []
    for parameter, limit in standard.limits.items():
        if parameter in stations and parameter in result.station_classes["parameter"]:
            cleared = clear_undetected(stations, [parameter], standard)[parameter]
            frame = _frame(stations, parameter, where, cleared)
            # A table may name bays in words of its own: those have no target of their own.
            wanted = frame["bay_id"].map(numbers).fillna(target_number(standard, target))
            frame["target_number"] = wanted.astype(int)
            tables.append(_measure(frame, standard, limit))
    return pd.concat(tables, ignore_index=True)


def _frame(stations, parameter: str, where: np.ndarray, cleared) -> pd.DataFrame:
    values = stations[parameter].transpose("campaign", "station").to_numpy()
    lower = stations.get(f"{parameter}_lower", stations[parameter])
    lower = lower.transpose("campaign", "station").to_numpy()
    n_campaigns, n_stations = values.shape
    frame = pd.DataFrame(
        {
            "station": np.tile(stations["station"].to_numpy().astype(str), n_campaigns),
            "bay_id": np.tile(where, n_campaigns),
            "campaign": np.repeat(stations["campaign"].to_numpy().astype(str), n_stations),
            "year": np.repeat(stations["year"].to_numpy(), n_stations),
            "season": np.repeat(stations["season"].to_numpy().astype(str), n_stations),
            "order": np.repeat(np.arange(n_campaigns), n_stations),
            "parameter": parameter,
            "value": values.ravel(),
            "lower": lower.ravel(),
            "judged": cleared.transpose("campaign", "station").to_numpy().ravel(),
        }
    )
    return frame[frame["value"].notna()].reset_index(drop=True)


def _measure(frame: pd.DataFrame, standard, limit) -> pd.DataFrame:
    def grades(values):
        found = np.zeros(len(frame), dtype=int)
        for season in frame["season"].unique():
            rows = (frame["season"] == season).to_numpy()
            found[rows] = standard.grade(limit.parameter, values[rows], season=season)
        return found

    out = frame.assign(grade=grades(frame["judged"].to_numpy()), limit="", multiple=np.nan)
    out["category"] = [standard.categories[g - 1].id for g in out["grade"]]
    out["met"] = out["grade"] <= out["target_number"]
    # An oxygen value is never certain from below: only upper limits are tested on the bound.
    low = grades(frame["lower"].to_numpy()) if limit.direction == "max" else out["grade"]
    out["certain"] = low > out["target_number"]
    for number, rows in out.groupby("target_number").groups.items():
        out.loc[rows, "limit"] = limit_text(limit, number)
        out.loc[rows, "target"] = standard.categories[number - 1].id
        out.loc[rows, "multiple"] = exceedance_multiple(out.loc[rows, "value"], limit, number)
    row = load_parameters().get(limit.parameter)
    return out.assign(unit=row.unit if row else "", note="")


def _targets(result: Assessment, target: str | None) -> dict:
    default = target_number(result.standard, target)
    own = result.bays["target"] if "target" in result.bays else {}
    return {
        str(bay): target_number(result.standard, own[bay]) if _given(own, bay) else default
        for bay in result.bays.index
    }


def _given(own, bay) -> bool:
    return bay in own and isinstance(own[bay], str) and own[bay] != ""


def _carry(previous: pd.DataFrame | None, judged: pd.DataFrame) -> pd.DataFrame | None:
    """Rows of an earlier ledger that the new result does not hold itself."""
    if previous is None or not len(previous):
        return None
    lacking = sorted(set(LEDGER_COLUMNS) - set(previous))
    if lacking:
        raise InputError(
            f"previous ledger lacks the columns {', '.join(lacking)}; give a table "
            "that open_ledger made"
        )
    keys = ["station", "parameter", "campaign"]
    known = pd.MultiIndex.from_frame(judged[keys])
    old = previous[~pd.MultiIndex.from_frame(previous[keys].astype(str)).isin(known)]
    return old.assign(order=-1, met=False, note="carried over")


def _follow(records: Iterable[dict]) -> list[dict]:
    """Walk one station and parameter through time: open at the first row over, close at a met."""
    rows, run, first = [], [], None
    for row in records:
        if row["order"] < 0 and row["status"] == "closed":
            rows.append(row)
        elif row["met"]:
            rows += [r | {"status": "closed", "closed_in": row["campaign"]} for r in run]
            run, first = [], None
        else:
            own = row.get("first_seen")
            first = first or (own if isinstance(own, str) and own else row["campaign"])
            run.append(row | {"first_seen": first, "status": "open", "closed_in": ""})
    return rows + run

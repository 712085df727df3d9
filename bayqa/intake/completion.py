"""Samples completed after reading: unstated limits, positions from a list, oxygen, nitrogen sums."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.columns import known_headings
from bayqa.intake.findings import Finding
from bayqa.intake.headers import find_header
from bayqa.intake.oxygen import oxygen_solubility

__all__ = ["complete_samples"]

_VISIT = ["station", "time", "layer", "depth_m"]


def complete_samples(samples: pd.DataFrame, mapping: Mapping, stations, keep, findings: list):
    """Samples with limits, positions, oxygen and nitrogen sums filled in where that is exact."""
    samples = _fill_limits(samples, mapping.get("limits", {}), findings)
    if stations is not None:
        samples = _fill_positions(samples, stations, findings)
    unplaced = samples["lon"].isna() & (samples["flag"] != 9)
    if unplaced.any():
        first = samples[unplaced].iloc[0]
        names = samples.loc[unplaced, "station"].nunique()
        note = samples["note"].where(~unplaced | (samples["note"] != ""), "no position")
        action = "flagged"
        samples = samples.assign(flag=samples["flag"].where(~unplaced, np.maximum(samples["flag"], 3)),
                                 note=note)  # fmt: skip
        findings.append(Finding(_file(first["source"]), "position", action, f"{names} stations "
                                "have no position; give them with stations=", row=_row(first["source"]),
                                found=first["station"], count=int(unplaced.sum())))  # fmt: skip
    samples = _add_oxygen(samples, findings)
    samples = _add_nitrogen(samples, findings)
    return samples[samples["parameter"].isin(keep)] if keep is not None else samples


def _file(source: str) -> str:
    return source.rsplit(":", 1)[0].split("[")[0]


def _row(source: str) -> int:
    return int(source.rsplit(":", 1)[1])


def _fill_limits(samples: pd.DataFrame, limits: Mapping, findings: list) -> pd.DataFrame:
    """Upper bounds of "not detected" marks that state no limit.

    The limit of the mapping is taken, else the smallest limit stated in the files for that
    parameter, else the smallest positive value reported.
    """
    bare = samples["undetected"].to_numpy(bool)
    if not bare.any():
        return samples
    upper, value = samples["upper"].to_numpy(float).copy(), samples["value"].to_numpy(float).copy()
    flag, note = samples["flag"].to_numpy().copy(), samples["note"].to_numpy(object).copy()
    parameter = samples["parameter"].to_numpy(object)
    for name in np.unique(parameter[bare].astype(str)):
        rows = bare & (parameter == name)
        limit, origin = _limit_of(samples[parameter == name], limits.get(name))
        first = samples["source"].iloc[int(np.flatnonzero(rows)[0])]
        if np.isfinite(limit):
            upper[rows], value[rows] = limit, limit / 2
            note[rows] = f"not detected, limit {limit:g} from {origin}"
            message = f"{name}: not detected, no limit stated; [0, {limit:g}] by {origin}"
            action = "assumed"
        else:
            flag[rows], note[rows] = 9, "not detected, limit unknown"
            message, action = (f"{name}: not detected and no limit is known; give [limits] in the "
                               "mapping"), "left out"  # fmt: skip
        findings.append(Finding(_file(first), "censored", action, message, row=_row(first),
                                column=name, count=int(rows.sum())))  # fmt: skip
    lower = samples["lower"].where(np.isfinite(upper) | ~bare)
    return samples.assign(upper=upper, value=value, lower=lower, flag=flag,
                          note=pd.array(note, dtype="str"))  # fmt: skip


def _limit_of(same: pd.DataFrame, stated: float | None) -> tuple[float, str]:
    if stated is not None:
        return float(stated), "the mapping"
    upper, lower, value = (same[c].to_numpy(float) for c in ("upper", "lower", "value"))
    censored = upper[(lower == 0) & (upper > 0) & np.isfinite(upper)]
    if len(censored):
        return float(censored.min()), "the smallest limit in the file"
    positive = value[(value > 0) & (lower == upper)]
    if len(positive):
        return float(positive.min()), "the smallest value reported"
    return np.nan, ""


def _fill_positions(samples: pd.DataFrame, stations, findings: list) -> pd.DataFrame:
    """Positions by station id for the rows that have none."""
    places = read_station_list(stations)
    lon, lat = (samples["station"].map(places[c]).to_numpy(float) for c in ("lon", "lat"))
    gap = samples["lon"].isna().to_numpy() & np.isfinite(lon)
    if gap.any():
        first = samples["source"].iloc[int(np.flatnonzero(gap)[0])]
        findings.append(Finding(_file(first), "position", "converted", "taken from the list of "
                                "stations", row=_row(first), count=int(gap.sum())))  # fmt: skip
    return samples.assign(
        lon=np.where(gap, lon, samples["lon"]), lat=np.where(gap, lat, samples["lat"])
    )


def read_station_list(stations: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Positions of stations, index station, columns lon and lat.

    Raises
    ------
    InputError
        When the list has no station, lon and lat.
    """
    from bayqa.intake.tables import read_tables
    from bayqa.intake.visits import read_visits

    if isinstance(stations, pd.DataFrame):
        table, name = stations.reset_index(), "stations"
        if "geometry" in table and "lon" not in table:
            table = table.assign(lon=table.geometry.x, lat=table.geometry.y)
        table = table.rename(columns={"station_id": "station"})
        if not {"station", "lon", "lat"} <= set(table):
            raise InputError(f"{name}: wanted the columns station, lon and lat")
        return table.astype({"station": str}).drop_duplicates("station").set_index("station")
    grid = read_tables(Path(stations))[0]
    header = find_header(grid, known_headings({}))
    fields = {h.field: j for j, h in enumerate(header.headings) if h.field}
    if not {"station", "lon", "lat"} <= set(fields) and not {"station", "position"} <= set(fields):
        raise InputError(f"{grid.file}: wanted the columns station, lon and lat")
    layout = _station_layout(header, fields)
    visits, _ = read_visits(header.body, layout, False)
    table = pd.DataFrame({"station": visits.station, "lon": visits.lon, "lat": visits.lat})
    return table.drop_duplicates("station").set_index("station")


def _station_layout(header, fields):
    from bayqa.intake.columns import Layout

    return Layout(fields, (), {}, {}, header.headings)


def _add_oxygen(samples: pd.DataFrame, findings: list) -> pd.DataFrame:
    """Oxygen concentrations from saturation, temperature and salinity of the same visit."""
    present = samples["parameter"].unique()
    if "do_sat" not in present or "do" in present:
        return samples
    wide = _visits(samples, ["do_sat", "temperature", "salinity"])
    saturation = samples[(samples["parameter"] == "do_sat") & samples["value"].notna()]
    known = wide.reindex(pd.MultiIndex.from_frame(saturation[_VISIT]))
    factor = oxygen_solubility(known["temperature"].to_numpy(float),
                               known["salinity"].to_numpy(float)) / 100  # fmt: skip
    good = np.isfinite(factor)
    first = saturation["source"].iloc[0] if len(saturation) else ":0"
    if (~good).any():
        findings.append(Finding(_file(first), "oxygen", "left out", "oxygen is in percent and the "
                                "visit lacks temperature or salinity: no mg/L can be found",
                                row=_row(first), column="do", count=int((~good).sum())))  # fmt: skip
    if not good.any():
        return samples
    new = saturation[good].assign(parameter="do", unit="mg/L", **{
        c: saturation.loc[good, c] * factor[good] for c in ("value", "lower", "upper")})  # fmt: skip
    new = new.assign(note=_joined(new["note"], "from saturation, temperature and salinity"))
    findings.append(Finding(_file(first), "oxygen", "converted", "mg/L found from percent of "
                            "saturation, temperature and salinity", row=_row(first), column="do",
                            count=len(new)))  # fmt: skip
    return pd.concat([samples, new], ignore_index=True)


def _visits(samples: pd.DataFrame, names: list[str], column: str = "value") -> pd.DataFrame:
    """Good values by visit, one column for each parameter; the mean of replicates."""
    usable = samples[samples["parameter"].isin(names) & (samples["flag"] < 3)]
    table = usable.groupby([*_VISIT, "parameter"], dropna=False)[column].mean()
    return table.unstack("parameter").reindex(columns=names)


def _joined(notes: pd.Series, text: str) -> pd.Series:
    return notes.where(notes == "", notes + "; ") + text


def _add_nitrogen(samples: pd.DataFrame, findings: list) -> pd.DataFrame:
    """DIN as the sum of nitrate, nitrite and ammonium, where all three were measured."""
    present = set(samples["parameter"].unique())
    parts = _parts(present)
    if "din" in present or not parts:
        return samples
    bounds = {c: _visits(samples, parts, c) for c in ("value", "lower", "upper")}
    complete = bounds["value"].notna().all(axis=1)
    some = int((~complete).sum())
    keys = samples[samples["parameter"] == parts[-1]].drop_duplicates(_VISIT)
    index = pd.MultiIndex.from_frame(keys[_VISIT])
    chosen = complete.reindex(index).fillna(False).to_numpy(bool)
    new = keys[chosen]
    sums = {
        c: t.sum(axis=1, skipna=False).reindex(index[chosen]).to_numpy() for c, t in bounds.items()
    }
    if some:
        findings.append(Finding(_file(samples["source"].iloc[0]), "nitrogen", "left out", "DIN is not "
                                f"summed where one of {', '.join(parts)} is missing", column="din",
                                count=some))  # fmt: skip
    if not len(new):
        return samples
    new = new.assign(parameter="din", unit="mg/L", flag=np.uint8(2), **sums)
    new = new.assign(note="sum of " + " + ".join(parts))
    findings.append(Finding(_file(samples["source"].iloc[0]), "nitrogen", "converted", "DIN summed "
                            "from " + " + ".join(parts), column="din", count=len(new)))  # fmt: skip
    return pd.concat([samples, new], ignore_index=True)


def _parts(present: set[str]) -> list[str]:
    for parts in (["no3_n", "no2_n", "nh4_n"], ["no23_n", "nh4_n"]):
        if set(parts) <= present:
            return parts
    return []

"""Tests along a station: repeated rows, replicates, wandering ids, twins, spikes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from bayqa.intake.checks.value_checks import visit_codes
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.marks import FAIL, SUSPECT, Marks
from bayqa.intake.records.sourced import report_rows
from bayqa.parameters import load_parameters

__all__ = ["check_repeats", "check_spikes"]

_EARTH = 6_371_008.8
_FEWEST = 8
_REPLICATE_RATIO = 5.0


def check_repeats(samples, marks: Marks, findings: list[Finding], drift: float) -> None:
    """Flag exact repeats 4, contradicting replicates 3, and stations whose place does not hold."""
    usable = np.flatnonzero(marks.flag < SUSPECT)
    key = visit_codes(samples) * 1024 + pd.factorize(samples["parameter"])[0]
    frame = pd.DataFrame(
        {
            "key": key[usable],
            "value": samples["value"].to_numpy(float)[usable],
            "upper": samples["upper"].to_numpy(float)[usable],
        }
    )
    again = frame.duplicated("key", keep=False).to_numpy()
    if again.any():
        _check_copies(samples, usable[again], frame[again], marks, findings)
    places = _places(samples)
    _check_wandering(samples, places, marks, findings, drift)
    _check_twins(samples, places, marks, findings)


def _check_copies(samples, rows: np.ndarray, frame: pd.DataFrame, marks: Marks, findings: list):
    copies = frame.duplicated().to_numpy()
    if copies.any():
        marks.add(rows[copies], FAIL, "repeats an earlier row")
        text = "the same station, time, layer, parameter and value as an earlier row"
        findings.append(report_rows(samples, rows[copies], "duplicate", text))
    frame, rows = frame[~copies], rows[~copies]
    left = frame.duplicated("key", keep=False).to_numpy()
    if left.any():
        _check_replicates(samples, rows[left], frame[left], marks, findings)


def _check_replicates(samples, rows: np.ndarray, frame: pd.DataFrame, marks: Marks, findings: list):
    groups = frame.groupby("key")["value"]
    ratio = (groups.transform("max") / groups.transform("min").where(lambda v: v > 0)).to_numpy()
    table = load_parameters()
    codes, names = pd.factorize(samples["parameter"].iloc[rows])
    log = np.array([n in table and table[n].scale == "log10" for n in names], bool)[codes]
    apart = log & (ratio > _REPLICATE_RATIO)
    marks.add(rows, 1, "replicate")
    text = "several values of one visit; their mean is used"
    findings.append(report_rows(samples, rows, "replicate", text, action="read"))
    if apart.any():
        text = f"replicates of one visit differ more than {_REPLICATE_RATIO:g} times"
        marks.add(rows[apart], SUSPECT, text)
        findings.append(report_rows(samples, rows[apart], "replicate", text))


def _places(samples) -> pd.DataFrame:
    """Distinct pairs of station and position with the number of rows."""
    shapes = samples.geometry.to_numpy()
    frame = pd.DataFrame(
        {
            "station": samples["station"].to_numpy(object),
            "lon": shapely.get_x(shapes),
            "lat": shapely.get_y(shapes),
        }
    )
    return frame.dropna().groupby(["station", "lon", "lat"]).size().rename("n").reset_index()


def _metres(lon, lat, lon0, lat0) -> np.ndarray:
    a, b = np.radians(lat), np.radians(lat0)
    step = np.radians(np.asarray(lon) - np.asarray(lon0)) / 2
    h = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(step) ** 2
    return 2 * _EARTH * np.arcsin(np.sqrt(np.clip(h, 0, 1)))


def _check_wandering(samples, places, marks: Marks, findings: list, drift: float) -> None:
    """Flag 3 for rows of a station far from the place where most of its rows are."""
    places = places[places["station"] != ""]
    many = places[places.duplicated("station", keep=False)]
    if not len(many):
        return
    home = many.sort_values("n", ascending=False, kind="stable").drop_duplicates("station")
    home = home.set_index("station").loc[many["station"]]
    away = _metres(many["lon"], many["lat"], home["lon"].to_numpy(), home["lat"].to_numpy())
    far = many[np.asarray(away) > drift]
    if not len(far):
        return
    shapes = samples.geometry.to_numpy()
    columns = [samples["station"].to_numpy(object), shapely.get_x(shapes), shapely.get_y(shapes)]
    at = pd.MultiIndex.from_arrays(columns)
    hit = np.flatnonzero(at.isin(pd.MultiIndex.from_frame(far[["station", "lon", "lat"]])))
    hit = hit[marks.flag[hit] < SUSPECT]
    if len(hit):
        marks.add(hit, SUSPECT, "station id used at another place")
        text = f"the id of the station is used at places more than {drift:g} m apart"
        findings.append(report_rows(samples, hit, "duplicate", text, column=""))


def _check_twins(samples, places, marks: Marks, findings: list) -> None:
    """A finding for each place with two station ids; flag 3 where their values agree throughout."""
    twins = places[places.duplicated(["lon", "lat"], keep=False)]
    for _, group in twins.groupby(["lon", "lat"]):
        names = sorted(group["station"].unique())
        if len(names) < 2:
            continue
        rows = np.flatnonzero(samples["station"].isin(names).to_numpy() & (marks.flag < SUSPECT))
        if not len(rows):
            continue
        part = samples.iloc[rows]
        keys = ["time", "layer", "depth_m", "parameter", "value", "upper"]
        copies = part.duplicated(keys, keep="first").to_numpy()
        same = copies.sum() >= 0.9 * len(part) / len(names) and copies.sum() > 1
        text = "one place has several station ids" + (" with the same values" if same else "")
        more = {"found": ", ".join(names[:4]), "action": "flagged" if same else "doubtful"}
        findings.append(report_rows(samples, rows, "duplicate", text, column="", **more))
        if same:
            marks.add(rows[copies], SUSPECT, f"copy of station {names[0]} at the same place")


def check_spikes(samples, marks: Marks, findings: list[Finding], spike: float) -> None:
    """Flag 3 for values far from the median of their own station, layer and parameter.

    Spread is 1.4826 times the median absolute deviation, at least 0.15 in log10 or 5 % of the
    median; stations with fewer than 8 values are not tested.
    """
    codes, names = pd.factorize(samples["parameter"])
    log = np.array(
        [n not in load_parameters() or load_parameters()[n].scale == "log10" for n in names]
    )
    value = samples["value"].to_numpy(float)
    use = (marks.flag < SUSPECT) & np.isfinite(value)
    is_log = log[codes] if len(names) else np.zeros(0, bool)
    use &= ~is_log | (value > 0)
    rows = np.flatnonzero(use)
    if not len(rows):
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        work = np.where(is_log, np.log10(value), value)[rows]
    group = pd.factorize(samples["station"])[0].astype(np.int64)[rows]
    for column in (pd.factorize(samples["layer"])[0], codes):
        group = group * (column.max() + 1) + column[rows]
    score, count = _robust_score(work, group, is_log[rows])
    hit = rows[(score > spike) & (count >= _FEWEST)]
    if len(hit):
        marks.add(hit, SUSPECT, "spike: far from the other values of this station")
        found = f"{value[hit[0]]:g} at {samples['station'].iloc[hit[0]]}"
        text = f"more than {spike:g} robust standard deviations from the median of its station"
        findings.append(report_rows(samples, hit, "spike", text, found=found))


def _robust_score(work: np.ndarray, group: np.ndarray, is_log: np.ndarray):
    groups = pd.Series(work).groupby(group)
    middle = groups.transform("median").to_numpy()
    apart = np.abs(work - middle)
    spread = 1.4826 * pd.Series(apart).groupby(group).transform("median").to_numpy()
    floor = np.where(is_log, 0.15, np.maximum(0.05 * np.abs(middle), 1e-9))
    return apart / np.maximum(spread, floor), groups.transform("size").to_numpy()

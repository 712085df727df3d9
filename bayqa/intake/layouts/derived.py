"""Parameters found from others of the same visit: oxygen from saturation, DIN from its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bayqa.intake.oxygen import oxygen_solubility
from bayqa.intake.records.categories import put_word
from bayqa.intake.records.cells import distinct_pairs
from bayqa.intake.records.sourced import report_rows

__all__ = ["derive_nitrogen", "derive_oxygen", "open_secchi"]

_VISIT = ["station", "time", "layer", "depth_m", "water"]
_BOUNDS = ("value", "lower", "upper")
_ON_BOTTOM_M = 0.1524
"""Half a foot: a disc seen so near the bottom was not lost from sight in the water."""
_PARTS = (("no3_n", "no2_n", "nh4_n"), ("no23_n", "nh4_n"))


def derive_oxygen(samples: pd.DataFrame, findings: list) -> pd.DataFrame | None:
    """New rows: oxygen in mg/L from saturation, temperature and salinity of the same visit."""
    present = samples["parameter"].unique()
    if "do_sat" not in present or "do" in present:
        return None
    beside = ["temperature", "salinity"]
    visits = _find_visits(samples, samples["parameter"].isin(["do_sat", *beside]))
    there = _is(samples, "do_sat")[visits.rows] & samples["value"].notna().to_numpy()[visits.rows]
    if not there.any():
        return None
    rows = visits.rows[there]
    known = _average(samples, visits, beside)[visits.codes[there]]
    factor = oxygen_solubility(known[:, 0], known[:, 1]) / 100
    good = np.isfinite(factor)
    if not good.all():
        text = "oxygen is in percent and temperature or salinity is missing: no mg/L can be found"
        more = {"action": "left out", "column": "do"}
        findings.append(report_rows(samples, rows[~good], "oxygen", text, **more))
    if not good.any():
        return None
    new = samples.iloc[rows[good]]
    scaled = {c: new[c] * factor[good] for c in _BOUNDS}
    reason = "from saturation, temperature and salinity"
    note = new["note"].map(lambda old: f"{old}; {reason}" if old else reason)
    new = new.assign(parameter="do", unit="mg/L", note=note, **scaled)
    text = "mg/L found from percent of saturation, temperature and salinity"
    findings.append(report_rows(new, np.arange(len(new)), "oxygen", text, action="converted"))
    return new


class _Visits(NamedTuple):
    """Some rows of samples, the number of the visit of each, and the first row of each visit.

    Arrays, since a table of the same rows would be as large as the samples again.
    """

    rows: np.ndarray
    codes: np.ndarray
    first: np.ndarray


def _find_visits(samples: pd.DataFrame, mask: pd.Series) -> _Visits:
    """Visits of the rows of a mask: one station, time, layer, depth and kind of water."""
    rows = np.flatnonzero(mask)
    codes, first = np.zeros(len(rows), np.int8), rows[:1]
    for name in _VISIT:
        column = samples[name].array
        told = column.codes if isinstance(column, pd.Categorical) else column.to_numpy()
        codes, first = distinct_pairs(codes, told[rows])
    return _Visits(rows, codes, rows[first])


def _average(
    samples: pd.DataFrame, visits: _Visits, names: Sequence[str], column: str = "value"
) -> np.ndarray:
    """Good values of each visit, shape (visits, names); the mean of replicates."""
    value = samples[column].to_numpy()[visits.rows]
    usable = (samples["flag"].to_numpy()[visits.rows] < 3) & ~np.isnan(value)
    means = np.full((len(visits.first), len(names)), np.nan)
    for j, name in enumerate(names):
        there = usable & _is(samples, name)[visits.rows]
        found = pd.Series(value[there]).groupby(visits.codes[there], sort=False).mean()
        means[found.index, j] = found
    return means


def _is(samples: pd.DataFrame, name: str) -> np.ndarray:
    return (samples["parameter"] == name).to_numpy(bool)


def derive_nitrogen(samples: pd.DataFrame, findings: list) -> pd.DataFrame | None:
    """New rows of the sea: DIN as the sum of its parts, where all of them were measured."""
    every = set(samples["parameter"].cat.categories)
    if not any(set(parts) <= every for parts in _PARTS):
        return None
    at_sea = samples["water"] == "sea"
    present = _measured(samples, at_sea.to_numpy(bool))
    parts = next((p for p in _PARTS if set(p) <= present), None)
    if parts is None or "din" in present:
        return None
    visits = _find_visits(samples, at_sea & samples["parameter"].isin(parts))
    sums = {c: _average(samples, visits, parts, c).sum(axis=1) for c in _BOUNDS}
    whole = np.isfinite(sums["value"])
    if not whole.all():
        text = f"DIN is not summed where one of {', '.join(parts)} is missing"
        more = {"action": "left out", "column": "din"}
        findings.append(report_rows(samples, visits.first[~whole], "nitrogen", text, **more))
    if not whole.any():
        return None
    new = samples.iloc[visits.first[whole]].assign(
        parameter="din",
        unit="mg/L",
        flag=np.uint8(2),
        note="sum of " + " + ".join(parts),
        **{c: s[whole] for c, s in sums.items()},
    )
    text = "DIN summed from " + " + ".join(parts)
    findings.append(report_rows(new, np.arange(len(new)), "nitrogen", text, action="converted"))
    return new


def _measured(samples: pd.DataFrame, mask: np.ndarray) -> set[str]:
    """Parameters of the rows of a mask."""
    column = samples["parameter"].array
    return set(column.categories[np.unique(column.codes[mask])])


def open_secchi(samples: pd.DataFrame, findings: list) -> pd.DataFrame:
    """Samples with Secchi depths at the bottom as lower bounds, where the water depth is told."""
    if "bottom_m" not in samples or "secchi" not in samples["parameter"].cat.categories:
        return samples
    bottom = pd.to_numeric(samples["bottom_m"].astype("str"), errors="coerce").to_numpy(float)
    value, upper = (samples[c].to_numpy(float) for c in ("value", "upper"))
    secchi = (samples["parameter"] == "secchi").to_numpy(bool) & np.isfinite(upper)
    seen = secchi & (bottom > 0) & (bottom - value < _ON_BOTTOM_M)
    if not seen.any():
        return samples
    text = "the disc was seen within half a foot of the bottom; the depth is a lower bound"
    findings.append(report_rows(samples, seen, "censored", text, action="converted"))
    bare = seen & (samples["note"] == "").to_numpy(bool)
    note = put_word(samples["note"].array, bare, "seen on the bottom")
    return samples.assign(upper=np.where(seen, np.inf, upper), note=note)

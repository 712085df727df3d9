"""Parameters found from others of the same visit: oxygen from saturation, DIN from its parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.oxygen import oxygen_solubility
from bayqa.intake.records.categories import put_word
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
    percent = samples[(samples["parameter"] == "do_sat") & samples["value"].notna()]
    if not len(percent):
        return None
    known = _visits(samples, ["temperature", "salinity"])
    known = known.reindex(pd.MultiIndex.from_frame(percent[_VISIT])).to_numpy(float)
    factor = oxygen_solubility(known[:, 0], known[:, 1]) / 100
    good = np.isfinite(factor)
    if not good.all():
        text = "oxygen is in percent and temperature or salinity is missing: no mg/L can be found"
        more = {"action": "left out", "column": "do"}
        findings.append(report_rows(percent, ~good, "oxygen", text, **more))
    if not good.any():
        return None
    new = percent[good]
    scaled = {c: new[c] * factor[good] for c in _BOUNDS}
    reason = "from saturation, temperature and salinity"
    note = new["note"].map(lambda old: f"{old}; {reason}" if old else reason)
    new = new.assign(parameter="do", unit="mg/L", note=note, **scaled)
    text = "mg/L found from percent of saturation, temperature and salinity"
    findings.append(report_rows(new, np.arange(len(new)), "oxygen", text, action="converted"))
    return new


def _visits(samples: pd.DataFrame, names: list[str], column: str = "value") -> pd.DataFrame:
    """Good values by visit, one column for each parameter; the mean of replicates."""
    usable = samples[samples["parameter"].isin(names) & (samples["flag"] < 3)]
    table = usable.groupby([*_VISIT, "parameter"], dropna=False, observed=True)[column].mean()
    return table.unstack("parameter").reindex(columns=names)


def derive_nitrogen(samples: pd.DataFrame, findings: list) -> pd.DataFrame | None:
    """New rows of the sea: DIN as the sum of its parts, where all of them were measured."""
    every = set(samples["parameter"].cat.categories)
    if not any(set(parts) <= every for parts in _PARTS):
        return None
    at_sea = samples["water"] == "sea"
    present = set(samples["parameter"][at_sea].unique())
    parts = next((p for p in _PARTS if set(p) <= present), None)
    if parts is None or "din" in present:
        return None
    sea = samples[at_sea & samples["parameter"].isin(parts)]
    tables = {c: _visits(sea, list(parts), c) for c in _BOUNDS}
    keys = sea.drop_duplicates(_VISIT)
    index = pd.MultiIndex.from_frame(keys[_VISIT])
    sums = {c: t.sum(axis=1, skipna=False).reindex(index).to_numpy() for c, t in tables.items()}
    whole = np.isfinite(sums["value"])
    if not whole.all():
        text = f"DIN is not summed where one of {', '.join(parts)} is missing"
        more = {"action": "left out", "column": "din"}
        findings.append(report_rows(keys, ~whole, "nitrogen", text, **more))
    if not whole.any():
        return None
    new = keys[whole].assign(parameter="din", unit="mg/L", flag=np.uint8(2))
    new = new.assign(note="sum of " + " + ".join(parts), **{c: s[whole] for c, s in sums.items()})
    text = "DIN summed from " + " + ".join(parts)
    findings.append(report_rows(new, np.arange(len(new)), "nitrogen", text, action="converted"))
    return new


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

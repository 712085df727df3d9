"""Tests of values: possible and plausible ranges, unit slips, sister parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.oxygen import oxygen_solubility
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.marks import FAIL, SUSPECT, Marks
from bayqa.intake.records.sourced import report_rows
from bayqa.parameters import Parameter, load_parameters

__all__ = ["check_ranges", "check_sisters", "visit_codes"]

_SLACK = 1.10
"""A sum may fall 10 % short of its part: both carry their own laboratory error."""
_PARTS = (
    ("din", "no3_n"),
    ("din", "no2_n"),
    ("din", "nh4_n"),
    ("din", "no23_n"),
    ("tn", "din"),
    ("tn", "tdn"),
    ("tp", "dip"),
    ("tp", "tdp"),
)
_MOST_SATURATION = 250.0
_TINY = 5e-5
_FACTORS = (
    (10, "10 times too large (a lost decimal point)"),
    (100, "100 times too large (a lost decimal point)"),
    (1000, "1000 times too large (µg/L given as mg/L)"),
)


def check_ranges(samples: pd.DataFrame, marks: Marks, findings: list[Finding]) -> None:
    """Flag 4 outside the possible and 3 outside the plausible range, with the likely slip."""
    codes, names = pd.factorize(samples["parameter"])
    lower, upper = (samples[c].to_numpy(float) for c in ("lower", "upper"))
    for k, name in enumerate(names):
        row = load_parameters().get(name)
        if row is None:
            continue
        rows = np.flatnonzero(codes == k)
        _check_parameter(samples, rows, lower[rows], upper[rows], row, marks, findings)


def _check_parameter(samples, rows, lower, upper, row: Parameter, marks: Marks, findings: list):
    usual = _usual(lower, upper, row)
    factors = _FACTORS if row.unit in ("mg/L", "ug/L") else _FACTORS[:2]
    for (low, high), flag, word in ((row.possible, FAIL, "possible"),
                                    (row.plausible, SUSPECT, "plausible")):  # fmt: skip
        # A censored value is out of range only when its whole interval is.
        outside = (lower > high) | (upper < low)
        outside &= marks.flag[rows] < flag
        if not outside.any():
            continue
        for slip in np.unique(_slips((lower, upper), outside, usual, factors)):
            hit = rows[outside][_slips((lower, upper), outside, usual, factors) == slip]
            text = f"outside the {word} {low:g} to {high:g} {row.unit}"
            text += f", perhaps {slip}" if slip else ""
            marks.add(hit, flag, text)
            found = f"{samples['value'].iloc[hit[0]]:g} at {samples['station'].iloc[hit[0]]}"
            findings.append(report_rows(samples, hit, "range", f"{row.id}: {text}", found=found))
    _check_small(samples, rows, upper, row, marks, findings)


def _usual(lower, upper, row: Parameter) -> tuple[float, float]:
    """Range that the plausible values of the table fill."""
    inside = (lower >= row.plausible[0]) & (upper <= row.plausible[1]) & (upper > 0)
    values = (lower[inside] + upper[inside]) / 2
    if len(values) < 5:
        return row.plausible if np.isfinite(row.plausible[1]) else (0.0, np.inf)
    low, high = np.percentile(values, [2, 98])
    return low, high


def _slips(bounds, outside, usual, factors) -> np.ndarray:
    """Likely slip of each value outside: the factor that brings it among the others."""
    lower, upper = bounds
    value = np.where(np.isfinite(upper), (lower + upper) / 2, lower)[outside]
    slips = np.full(len(value), "", object)
    for factor, text in factors:
        good = (value / factor >= max(usual[0], 1e-12)) & (value / factor <= usual[1])
        slips[good] = text
    return slips


def _check_small(samples, rows, upper, row: Parameter, marks: Marks, findings: list) -> None:
    """Flag a whole parameter whose median is so small that mg/L must have been called µg/L."""
    top = row.plausible[1]
    usable = upper[(marks.flag[rows] < SUSPECT) & np.isfinite(upper)]
    # Trace metals are truly tiny beside their plausible range; nutrients and demands are not.
    trace = row.molar_mass is not None and not row.basis
    if row.scale != "log10" or row.unit != "mg/L" or trace or len(usable) < 5:
        return
    middle = np.median(usable)
    if 0 < middle < _TINY * top:
        hit = rows[marks.flag[rows] < SUSPECT]
        text = f"median {middle:.2g} {row.unit}, perhaps 1000 times too small (mg/L called µg/L)"
        marks.add(hit, SUSPECT, "perhaps 1000 times too small")
        findings.append(
            report_rows(samples, hit, "range", f"{row.id}: {text}", found=f"{middle:.3g}")
        )


def visit_codes(samples: pd.DataFrame) -> np.ndarray:
    """Number of the visit (station, time, layer, depth) of each row."""
    keys = [pd.factorize(samples[c], use_na_sentinel=False)[0].astype(np.int64)
            for c in ("station", "time", "layer", "depth_m")]  # fmt: skip
    code = keys[0]
    for key in keys[1:]:
        code = code * (key.max(initial=0) + 1) + key
        code = pd.factorize(code)[0].astype(np.int64)
    return code


def check_sisters(samples: pd.DataFrame, marks: Marks, findings: list[Finding]) -> None:
    """Flag 3 where parameters of one visit contradict each other."""
    visits = visit_codes(samples)
    n = int(visits.max(initial=-1)) + 1
    codes, names = pd.factorize(samples["parameter"])
    order = {name: k for k, name in enumerate(names)}

    def rows_of(name: str) -> np.ndarray:
        """Row of a parameter for each visit, -1 where it was not measured."""
        out = np.full(n, -1)
        rows = np.flatnonzero((codes == order[name]) & (marks.flag < SUSPECT))
        out[visits[rows]] = rows
        return out

    lower, upper = samples["lower"].to_numpy(float), samples["upper"].to_numpy(float)
    for total, part in _PARTS:
        if total in order and part in order:
            a, b = rows_of(total), rows_of(part)
            both = (a >= 0) & (b >= 0)
            a, b = a[both], b[both]
            row = load_parameters()[total]
            slack = 2 * 10.0**-row.decimals
            bad = upper[a] * _SLACK + slack < lower[b]
            _flag_pairs(
                samples, a[bad], b[bad], f"{total} is less than its part {part}", marks, findings
            )
    if {"do", "temperature", "salinity"} <= set(order):
        _check_oxygen(
            samples, [rows_of(p) for p in ("do", "temperature", "salinity")], marks, findings
        )


def _flag_pairs(samples, a, b, text: str, marks: Marks, findings: list) -> None:
    if not len(a):
        return
    marks.add(a, SUSPECT, text)
    marks.add(b, SUSPECT, text)
    findings.append(report_rows(samples, a, "sisters", text))


def _check_oxygen(samples, rows, marks: Marks, findings: list) -> None:
    there = np.all([r >= 0 for r in rows], axis=0)
    if not there.any():
        return
    do, temperature, salinity = (r[there] for r in rows)
    value = samples["value"].to_numpy(float)
    with np.errstate(invalid="ignore", over="ignore"):
        share = 100 * value[do] / oxygen_solubility(value[temperature], value[salinity])
    bad = do[share > _MOST_SATURATION]
    if len(bad):
        text = f"oxygen above {_MOST_SATURATION:g} % of saturation"
        marks.add(bad, SUSPECT, text)
        findings.append(
            report_rows(samples, bad, "sisters", text, found=f"{np.nanmax(share):.0f} %")
        )

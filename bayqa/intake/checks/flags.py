"""Quality flags: every test of a sample against ranges, neighbours, sisters, place and time."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from bayqa.intake.checks.place_checks import check_places
from bayqa.intake.checks.repeat_checks import check_repeats, check_spikes
from bayqa.intake.checks.value_checks import check_ranges, check_sisters
from bayqa.intake.records.categories import make_categories
from bayqa.intake.records.findings import Finding, combine_findings, list_rows, make_report
from bayqa.intake.records.marks import GOOD, MISSING_VALUE, NOT_EVALUATED, Marks, make_marks

__all__ = ["flag"]


def flag(samples: gpd.GeoDataFrame, bays: gpd.GeoDataFrame | None = None, *,
         land: gpd.GeoDataFrame | None = None, move_within: float = 500.0, near: float = 50_000.0,
         drift: float = 2_000.0, spike: float = 8.0) -> gpd.GeoDataFrame:  # fmt: skip
    """Samples with a quality flag and a reason for each row; nothing is deleted.

    Tests: range (possible, plausible), likely unit slips, spikes, repeated rows, one station at
    two places, two stations at one place, sister parameters (DIN and its parts, TN, oxygen against
    saturation), on land, far from all bays, other hemisphere.

    Parameters
    ----------
    samples : GeoDataFrame
        As `read_samples` gives it.
    bays : GeoDataFrame, optional
        Water polygons; without them no position is tested.
    land : GeoDataFrame, optional
        Land polygons; without them no sample is said to be on land.
    move_within : float
        Metres within which a sample on land is moved to the nearest water and used (flag 2);
        farther ones fail.
    near : float
        Metres from the nearest bay beyond which a position is suspect.
    drift : float
        Metres that the positions of one station may differ.
    spike : float
        Robust standard deviations from the station's median that make a spike.

    Returns
    -------
    GeoDataFrame
        A copy with `flag` 1 good, 2 usable with a caveat, 3 suspect, 4 fail, 9 missing; `note`
        says why. `attrs["report"]` gains a row for each kind of finding.

    Source
    ------
    Numbering of the IOOS QARTOD manuals.
    """
    marks = _own_marks(samples)
    before = marks.flag.copy()
    marks.flag[marks.flag == NOT_EVALUATED] = GOOD
    findings: list[Finding] = []
    check_ranges(samples, marks, findings)
    check_repeats(samples, marks, findings, drift)
    check_spikes(samples, marks, findings, spike)
    check_sisters(samples, marks, findings)
    geometry = check_places(samples, bays, land, marks, findings, (move_within, near))
    marks.flag[before == MISSING_VALUE] = MISSING_VALUE
    out = samples.assign(flag=marks.flag, note=make_categories(marks.column))
    if geometry is not None:
        out = out.set_geometry(gpd.GeoSeries(geometry, index=out.index, crs=samples.crs))
    out.attrs = {**samples.attrs, "report": _longer_report(samples, findings)}
    return out


def _own_marks(samples: gpd.GeoDataFrame) -> Marks:
    """Flags and notes that samples have already, notes being categories or texts."""
    marks = make_marks(len(samples))
    marks.flag[:] = samples["flag"]
    notes = samples["note"].astype("category").array
    numbers = [marks.words.setdefault(w, len(marks.words)) for w in notes.categories]
    marks.codes[:] = np.array([*numbers, 0], np.int32)[notes.codes]
    return marks


def _longer_report(samples: gpd.GeoDataFrame, findings: list[Finding]) -> list[dict]:
    new = list_rows(make_report(combine_findings(findings)))
    return [*samples.attrs.get("report", []), *new]

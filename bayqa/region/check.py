"""What `bayqa check` finds: everything is read, nothing is computed, nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bayqa.errors import BayqaError
from bayqa.fields.campaigns import name_campaigns
from bayqa.intake import check_path, write_report
from bayqa.intake.records.findings import exit_code
from bayqa.region.config import read_region
from bayqa.region.inputs import Material, read_material
from bayqa.standards import load_standard

__all__ = ["check_any"]

COLUMNS = ["file", "sheet", "row", "column", "kind", "action", "found", "message", "count"]
DOUBTFUL, UNUSABLE = 1, 2


def check_any(
    path: Path, *, strict: bool = False, report: Path | None = None
) -> tuple[pd.DataFrame, str, int]:
    """Findings about a region file, a table or a vector file.

    Parameters
    ----------
    path : Path
        A region file ends in .toml; anything else is taken for a table or a vector file.
    strict : bool
        Count doubts as refusals.
    report : Path, optional
        Folder for the report as CSV and HTML.

    Returns
    -------
    DataFrame, str, int
        The findings, one line that sums them up, and the exit code: 0 clean, 1 doubtful, 2
        unusable.
    """
    if path.suffix.lower() == ".toml":
        findings, summary, code = _check_region(path)
    else:
        findings, code = check_path(path, strict=strict)
        summary = f"{path}: {('clean', 'doubtful', 'unusable')[code]}, {len(findings)} findings"
    if strict and code == DOUBTFUL:
        code, summary = UNUSABLE, f"{summary}; refused, since --strict is set"
    if report is not None:
        write_report(findings, report)
    return findings, summary, code


def _check_region(path: Path) -> tuple[pd.DataFrame, str, int]:
    region = read_region(path)
    try:
        for water in ("standard", "rivers", "drinking", "groundwater"):
            load_standard(region.own(getattr(region.assess, water)))
        material = read_material(region)
    except BayqaError as error:
        row = {"file": path.name, "kind": "refused", "action": "refused", "message": str(error)}
        return pd.DataFrame([row], columns=COLUMNS), f"{path}: unusable: {error}", UNUSABLE
    outside = _outside_campaigns(material, region.campaigns.scheme)
    findings = pd.concat([_reports(material), _empty_bays(material), outside])
    findings = findings.reindex(columns=COLUMNS).reset_index(drop=True)
    used = int(material.samples["flag"].isin([1, 2]).sum())
    summary = (
        f"{region.region.id}: {len(material.bays)} bays, {material.samples['station'].nunique()} "
        f"stations, {used} of {len(material.samples)} values would be used"
    )
    return findings, summary, exit_code(findings)


def _reports(material: Material) -> pd.DataFrame:
    tables = [material.samples, material.sections, material.groundwater, material.drinking]
    found = [pd.DataFrame(t.attrs["report"]) for t in tables if t is not None]
    return pd.concat([f for f in found if len(f)] or [pd.DataFrame(columns=COLUMNS)])


def _empty_bays(material: Material) -> pd.DataFrame:
    points = material.samples.geometry.drop_duplicates()
    empty = [
        bay for bay, shape in material.bays.geometry.items() if not points.intersects(shape).any()
    ]
    text = "no station lies in this bay: it can be assessed only from stations within reach"
    rows = [
        {
            "file": "bays",
            "row": bay,
            "kind": "coverage",
            "action": "doubtful",
            "message": text,
            "count": 1,
        }
        for bay in empty
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _outside_campaigns(material: Material, scheme) -> pd.DataFrame:
    """One row on the values whose month no campaign holds: they would be dropped without a word."""
    good = material.samples[material.samples["flag"].isin([1, 2])]
    lost = good.loc[name_campaigns(good["time"], scheme)["campaign"].isna(), "time"]
    months = ", ".join(map(str, sorted(lost.dt.month.unique())))
    row = {
        "file": "samples",
        "column": "time",
        "kind": "campaigns",
        "action": "doubtful",
        "found": f"months {months}",
        "message": f"no campaign of the scheme {scheme!r} holds these months; their values are not "
        'used. Set `scheme` in [campaigns], such as "season", to use them',
        "count": len(lost),
    }
    return pd.DataFrame([row] if len(lost) else [], columns=COLUMNS)

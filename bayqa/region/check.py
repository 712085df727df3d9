"""What `bayqa check` finds: everything is read, nothing is computed, nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bayqa.counts import count
from bayqa.errors import BayqaError
from bayqa.intake import check_path, write_report
from bayqa.intake.records.findings import COLUMNS as WANTED
from bayqa.intake.records.findings import exit_code
from bayqa.region.config import read_region
from bayqa.region.doubts import find_used, list_doubts
from bayqa.region.inputs import Material, read_material
from bayqa.standards import load_standard

__all__ = ["check_any", "sum_up"]

COLUMNS = list(WANTED)
DOUBTFUL, UNUSABLE = 1, 2
_ORDER = ("refused", "left out", "flagged", "doubtful", "assumed", "ignored", "converted", "read")
_RANK = {action: rank for rank, action in enumerate(_ORDER)}


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


def sum_up(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings for the screen: the gravest first, those of several sheets as one row.

    Parameters
    ----------
    findings : DataFrame
        As `check_any` gives them.

    Returns
    -------
    DataFrame
        The same columns; of several sheets `sheet` says how many, `row` and `found` are of the
        first, and `count` is their sum. `row` is empty where the whole file is meant.
    """
    keys = ["file", "column", "kind", "action", "message"]
    plain = findings.fillna({key: "" for key in [*keys, "sheet", "found"]})
    groups = plain.groupby(keys, sort=False, dropna=False)
    out = groups.agg({"sheet": _sheets, "row": "first", "found": "first", "count": "sum"})
    out = out.reset_index()[COLUMNS]
    out["row"] = ["" if pd.isna(row) or not row else row for row in out["row"]]
    rank = out["action"].map(_RANK).fillna(len(_RANK))
    return out.iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def _sheets(names: pd.Series) -> str:
    different = names.nunique()
    return str(names.iloc[0]) if different == 1 else f"{different} sheets"


def _check_region(path: Path) -> tuple[pd.DataFrame, str, int]:
    region = read_region(path)
    try:
        for water in ("standard", "rivers", "drinking", "groundwater"):
            load_standard(region.own(getattr(region.assess, water)))
        for bay in region.bay:
            load_standard(region.own(region.narrow(bay).assess.standard))
        material = read_material(region)
    except BayqaError as error:
        row = {"file": path.name, "kind": "refused", "action": "refused", "message": str(error),
               "count": 1}  # fmt: skip
        return pd.DataFrame([row], columns=COLUMNS), f"{path}: unusable: {error}", UNUSABLE
    findings = pd.concat([_reports(material), list_doubts(region, material)])
    findings = findings.reindex(columns=COLUMNS).reset_index(drop=True)
    used = int(find_used(region, material.samples).sum())
    summary = (
        f"{region.region.id}: {count(len(material.bays), 'bay')}, "
        f"{count(material.samples['station'].nunique(), 'station')}, {used} of "
        f"{len(material.samples)} values would be used"
    )
    return findings, summary, exit_code(findings)


def _reports(material: Material) -> pd.DataFrame:
    found = [
        pd.DataFrame(table.attrs["report"])
        for table in material
        if isinstance(table, pd.DataFrame) and "report" in table.attrs
    ]
    return pd.concat([f for f in found if len(f)] or [pd.DataFrame(columns=COLUMNS)])

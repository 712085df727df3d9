"""What a region run makes of all its bays together: tables, headline, and their manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from bayqa.assess import (
    Assessment,
    find_overlaps,
    list_alerts,
    rate_beautiful_bays,
    rate_sea_area,
    rate_zones,
    tabulate_changes,
    tabulate_coverage,
    tabulate_improved,
    tabulate_streaks,
)
from bayqa.assess.areas.pooled import pool_good_shares
from bayqa.assess.bays.standing import summarize_standing, tabulate_standing
from bayqa.assess.headline import tabulate_headline
from bayqa.export.manifest import plain
from bayqa.export.tables import write_table
from bayqa.files import hash_file, stage_folder
from bayqa.region.bay import Outcome, output_folder
from bayqa.region.config import Region
from bayqa.region.homes import keep_own
from bayqa.region.inputs import Material

__all__ = ["tabulate_region", "write_region"]


def tabulate_region(
    material: Material, results: Callable[[], Iterator[Assessment]]
) -> dict[str, pd.DataFrame]:
    """Every table of the region; what its inputs do not allow is left out.

    Parameters
    ----------
    material : Material
    results : callable
        Gives a fresh iterator over the bays that are done; only their tables are kept.

    Returns
    -------
    dict of str to DataFrame
        See docs/outputs.md for the columns.
    """
    tables = _bay_tables(material, results())
    tables |= material.tables
    tables |= _register_tables(material, results())
    if material.zones is not None:
        tables["zone_overlaps"] = find_overlaps(material.zones, material.bays)
    return {"headline": tabulate_headline(tables), **tables}


def write_region(
    region: Region, tables: dict[str, pd.DataFrame], outcomes: list[Outcome], hashes: dict[str, str]
) -> list[Path]:
    """Paths of the region's tables and manifest, just written.

    Parameters
    ----------
    region : Region
    tables : dict of str to DataFrame
        From `tabulate_region`.
    outcomes : list of Outcome
    hashes : dict of str to str
        SHA-256 of the inputs.

    Returns
    -------
    list of Path
    """
    document = {
        "region": _public(region),
        "inputs": hashes,
        "bays": {o.bay_id: {"error": o.error, "seconds": o.seconds} for o in outcomes},
    }
    with stage_folder(output_folder(region), last="manifest.json") as draft:
        resources = [write_table(t, draft / f"{name}.csv") for name, t in tables.items()]
        _write_json(draft / "datapackage.json", {"name": region.region.id, "resources": resources})
        document["files"] = {p.name: hash_file(p) for p in sorted(draft.iterdir())}
        _write_json(draft / "manifest.json", document)
        names = [path.name for path in sorted(draft.iterdir())]
    return [output_folder(region) / name for name in names]


def _public(region: Region) -> dict:
    """The region file without the folders of the machine it ran on."""

    def show(value: object) -> object:
        if isinstance(value, dict):
            return {key: show(part) for key, part in value.items()}
        if isinstance(value, list):
            return [show(part) for part in value]
        return region.shown(value) if isinstance(value, str) and _is_far(value) else value

    return show(region.model_dump(mode="json", exclude={"root"}))


def _is_far(text: str) -> bool:
    return "${" in text or Path(text).is_absolute()


def _write_json(path: Path, document: dict) -> None:
    text = json.dumps(plain(document), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _bay_tables(material, results) -> dict[str, pd.DataFrame]:
    """Tables of all bays below each other; an assessment is let go before the next is loaded."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for result in results:
        alerts = keep_own(list_alerts(result), str(result.bays.index[0]), material.homes)
        shares = result.shares.assign(standard=result.standard.id)
        own = {"shares": shares, **result.tables, "alerts": alerts}
        own = {name: table for name, table in own.items() if name not in material.tables}
        if material.zones is not None:
            # A zone of two bays has a row for its part in each.
            rated = rate_zones(result, material.zones)
            own["zones"] = rated.assign(bay_id=str(result.bays.index[0]))
        for name, table in own.items():
            parts.setdefault(name, []).append(table)
    tables = {name: _stack(tables) for name, tables in parts.items()}
    draws = tables.pop("good_draws", None)
    if _has_overall(tables.get("good")):
        pooled = pool_good_shares(tables["good"], draws, tables["shares"])
        tables["pooled"] = pooled.assign(standards=_name_standards(tables))
        tables["changes"] = tabulate_changes(tables["good"])
        tables["improved"] = tabulate_improved(tables["changes"])
    if len(tables.get("ratings", ())):
        # Other standards have other classes, which have no such rating.
        rated = tables["shares"]["bay_id"].isin(tables["ratings"]["bay_id"])
        tables["ratings"] = rate_sea_area(tables["shares"][rated], total="all")
        tables["streaks"] = _streaks(tables["ratings"])
    return tables


def _has_overall(good: pd.DataFrame | None) -> bool:
    """Whether any bay has a good share of all parameters together; a matrix gives none."""
    return good is not None and bool(good["share"][good["parameter"] == "overall"].notna().any())


def _name_standards(tables: dict[str, pd.DataFrame]) -> str:
    """Ids of the standards by which the bays with a good share are judged."""
    good, shares = tables["good"], tables["shares"]
    known = good.loc[(good["parameter"] == "overall") & good["share"].notna(), "bay_id"]
    return "; ".join(shares.loc[shares["bay_id"].isin(known), "standard"].unique())


def _streaks(ratings: pd.DataFrame) -> pd.DataFrame:
    """Streaks of the rating's words; each language follows its own label."""
    words = {tongue: tabulate_streaks(ratings, what=f"label_{tongue}") for tongue in ("zh", "en")}
    return words["en"].assign(text_zh=words["zh"]["text_zh"].to_numpy())


def _register_tables(material, results) -> dict[str, pd.DataFrame]:
    if material.register is None:
        return {}
    rated = rate_beautiful_bays(material.register, results, material.targets)
    return {
        "indicators": rated,
        "coverage": tabulate_coverage(material.register),
        "beautiful_bays": tabulate_standing(material.register),
        "beautiful_coverage": summarize_standing(material.register),
    }


def _stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    held = [table for table in tables if len(table)]
    return pd.concat(held, ignore_index=True) if held else tables[0]

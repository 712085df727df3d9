"""The one thing a sheet, an export or a notebook needs: everything known of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.counts import count
from bayqa.standards.standard import Standard

__all__ = ["Assessment"]


@dataclass(frozen=True, repr=False)
class Assessment:
    """Result of the whole chain for one or several bays; see docs/conventions.md for the nouns."""

    bays: gpd.GeoDataFrame
    """Index bay_id; columns name_zh, name_en, geometry (EPSG:4326)."""
    samples: gpd.GeoDataFrame
    stations: xr.Dataset
    """Of the kind of water that the standard judges; see `informants`."""
    water: xr.Dataset
    grids: xr.Dataset
    classes: xr.Dataset
    """Categories of the grid cells."""
    station_classes: xr.Dataset
    """Categories of the stations, by the same rule code."""
    shares: pd.DataFrame
    standard: Standard
    settings: Mapping[str, object] = field(default_factory=dict)
    """Method, spacing, campaigns, seed, draws, ...: what made the numbers."""
    provenance: Mapping[str, object] = field(default_factory=dict)
    """run_id, date, input hashes, package versions, data_note (e.g. the demonstration label)."""
    land: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables: "ratings", "ledger", "scores", "sections", "indicators", ..."""
    evidence: xr.Dataset | None = None
    """Way by water to the nearest station, fitted range, prior sd; see `measure_evidence`."""
    informants: xr.Dataset | None = None
    """Stations that made the fields, those of rivers that join a bay among them."""

    def __repr__(self) -> str:
        """What it is of, by which rules, and the shares of the last year."""
        names = ", ".join(map(str, self.bays.index[:6])) + (", ..." if len(self.bays) > 6 else "")
        campaigns = [str(name) for name in np.atleast_1d(self.classes["campaign"])]
        when = count(len(campaigns), "campaign")
        made = [
            f"{key} {self.settings[key]}" for key in ("method", "spacing") if key in self.settings
        ]
        lines = [
            f"<Assessment of {names} after {self.standard.id}>",
            f"{when}: {campaigns[0]} to {campaigns[-1]}; " + ", ".join(made),
            f"judged by {', '.join(map(str, self.classes['parameter'].to_numpy()))}",
            *_tell_shares(self.shares),
            f"see .shares, .grids, .classes, .stations, .tables: {', '.join(sorted(self.tables))}",
        ]
        return "\n".join(lines)

    @property
    def sources(self) -> xr.Dataset:
        """Stations to make the fields from again."""
        return self.stations if self.informants is None else self.informants


def _tell_shares(shares: pd.DataFrame) -> list[str]:
    """A line for each bay: the shares of its categories in the last year, largest first."""
    held = shares[(shares["parameter"] == "overall") & (shares["campaign"] == "annual")]
    held = held[held["share"] > 0]
    lines = []
    for bay, rows in held[held["year"] == held["year"].max()].groupby("bay_id", sort=False):
        parts = [f"{row.category} {_percent(row)}" for row in rows.itertuples()]
        lines.append(f"{bay} {rows['year'].iloc[0]}: {', '.join(parts)}")
    return lines[:6]


def _percent(row) -> str:
    text = f"{row.share:.1%}"
    return (
        text if pd.isna(row.share_low) else f"{text} ({row.share_low:.0%} to {row.share_high:.0%})"
    )

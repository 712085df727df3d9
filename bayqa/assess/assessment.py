"""The one thing a sheet, an export or a notebook needs: everything known of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import xarray as xr

from bayqa.standards.standard import Standard

__all__ = ["Assessment"]


@dataclass(frozen=True)
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

    @property
    def sources(self) -> xr.Dataset:
        """Stations to make the fields from again."""
        return self.stations if self.informants is None else self.informants

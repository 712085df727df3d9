"""An assessment as open files: NetCDF, COG, GeoPackage, GeoParquet, CSV, styles, STAC, manifest."""

from __future__ import annotations

from bayqa.export.outputs import FORMATS, save

__all__ = ["FORMATS", "save"]

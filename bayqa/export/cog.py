"""Cloud-optimised GeoTIFF: categories with their colours, concentrations, standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from bayqa.assess.assessment import Assessment
from bayqa.export.rasters import Raster, find_transform, list_rasters

__all__ = ["write_cogs"]


def write_cogs(result: Assessment, folder: Path, *, colors: Sequence[str]) -> list[Path]:
    """Paths of the GeoTIFFs written into ``cog/``, one a map.

    See "Arguments of writers" in docs/conventions.md.
    """
    (folder / "cog").mkdir(parents=True, exist_ok=True)
    return [_write(result, raster, folder / "cog", colors) for raster in list_rasters(result)]


def _write(result: Assessment, raster: Raster, folder: Path, colors: Sequence[str]) -> Path:
    path = folder / f"{raster.name}.tif"
    height, width = raster.array.shape
    is_category = raster.kind == "category"
    profile = {
        "driver": "GTiff", "height": height, "width": width, "count": 1,
        "dtype": raster.array.dtype, "crs": result.water.attrs["crs"],
        "transform": find_transform(result), "nodata": 0 if is_category else np.nan,
    }  # fmt: skip
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.write(raster.array, 1)
            target.set_band_description(1, raster.title)
            target.update_tags(**_tags(result, raster))
            target.units = (raster.unit,)
            if is_category:
                target.write_colormap(1, _color_table(colors))
        with memory.open() as source:
            # Averages of categories mean nothing: overviews take the most frequent one.
            copy(source, path, driver="COG", compress="DEFLATE", level=6, blocksize=512,
                 predictor="NO" if is_category else "YES", num_threads=1,
                 resampling="MODE" if is_category else "AVERAGE")  # fmt: skip
    return path


def _color_table(colors: Sequence[str]) -> dict[int, tuple[int, int, int, int]]:
    table = {0: (0, 0, 0, 0)}
    for rank, color in enumerate(colors, start=1):
        red, green, blue = bytes.fromhex(color.lstrip("#"))
        table[rank] = (red, green, blue, 255)
    return table


def _tags(result: Assessment, raster: Raster) -> dict[str, str]:
    facts = result.provenance
    tags = {
        "TITLE": raster.title, "PARAMETER": raster.parameter, "CAMPAIGN": raster.campaign,
        "UNITS": raster.unit or "category", "STANDARD": result.standard.id,
        "METHOD": str(result.settings.get("method", "")), "RUN_ID": str(facts.get("run_id", "")),
        "NOTE": str(facts.get("data_note_en", "")),
    }  # fmt: skip
    if raster.kind == "category":
        names = [f"{rank} {c.id}" for rank, c in enumerate(result.standard.categories, start=1)]
        tags["CATEGORIES"] = "0 not assessed; " + "; ".join(names)
    return tags

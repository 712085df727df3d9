"""The single-band maps of an assessment, one for each quantity, parameter and campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from rasterio.transform import Affine, from_origin

from bayqa.assess.assessment import Assessment
from bayqa.parameters import load_parameters

__all__ = ["Raster", "find_transform", "list_parameters", "list_rasters", "slug"]


class Raster(NamedTuple):
    """One map, north first."""

    name: str
    """File name without suffix, such as "value_din_2023-summer"."""
    kind: str
    """"category", "value" or "sd"."""
    parameter: str
    """Id of a parameter, or "overall"."""
    campaign: str
    title: str
    unit: str
    array: np.ndarray
    """uint8 for categories (0 not assessed), float32 else (NaN where there is none)."""


def list_rasters(result: Assessment) -> Iterator[Raster]:
    """Maps of an assessment: categories overall and by parameter, values and their sd.

    Parameters
    ----------
    result : Assessment

    Yields
    ------
    Raster
    """
    grids, classes = result.grids, result.classes
    judged = classes.parameter.to_numpy().tolist()
    names = [*judged, *(name for name in list_parameters(result) if name not in judged)]
    for campaign in classes.campaign.to_numpy().tolist():
        chosen = classes.category.sel(campaign=campaign)
        yield _category("overall", campaign, f"category, {campaign}", chosen)
        for name in names:
            title = _title(name)
            if name in judged:
                chosen = classes.parameter_category.sel(parameter=name, campaign=campaign)
                yield _category(name, campaign, f"category by {title}, {campaign}", chosen)
            for kind, variable in (("value", name), ("sd", f"{name}_sd")):
                if variable in grids:
                    yield _number(kind, name, title, grids[variable].sel(campaign=campaign))


def list_parameters(result: Assessment) -> list[str]:
    """Parameters that have a field, judged or not."""
    known = load_parameters()
    return [str(n) for n in result.grids.data_vars if f"{n}_sd" in result.grids or n in known]


def find_transform(result: Assessment) -> Affine:
    """Affine transform from pixel corners to the CRS of the grid."""
    x, y = result.grids.x.to_numpy(), result.grids.y.to_numpy()
    spacing = float(result.water.attrs.get("spacing", x[1] - x[0]))
    return from_origin(x[0] - spacing / 2, y[0] + spacing / 2, spacing, spacing)


def slug(text: str) -> str:
    """`text` as part of a file name: letters, digits, dots and hyphens stay."""
    return re.sub(r"[^\w.\-]+", "-", text).strip("-.") or "unnamed"


def _title(name: str) -> str:
    row = load_parameters().get(name)
    return row.name_en if row else name


def _category(parameter: str, campaign: str, title: str, field) -> Raster:
    name = f"category_{slug(parameter)}_{slug(campaign)}"
    return Raster(name, "category", parameter, campaign, title, "", field.to_numpy())


def _number(kind: str, parameter: str, title: str, field) -> Raster:
    campaign = str(field.campaign.item())
    unit = str(field.attrs.get("units", "1"))
    words = title if kind == "value" else f"standard deviation of {title}"
    if kind == "sd" and field.attrs.get("scale") == "log10":
        words, unit = f"standard deviation of log10 of {title}", "1"
    name = f"{kind}_{slug(parameter)}_{slug(campaign)}"
    array = field.to_numpy().astype(np.float32)
    return Raster(name, kind, parameter, campaign, f"{words}, {campaign}", unit, array)

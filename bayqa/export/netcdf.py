"""NetCDF after CF-1.11: concentrations, their sd, categories and probabilities of all campaigns."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import xarray as xr

from bayqa.assess.assessment import Assessment
from bayqa.export.evidence import list_evidence
from bayqa.export.manifest import plain
from bayqa.export.periods import Period, find_periods
from bayqa.export.rasters import list_parameters
from bayqa.parameters import load_parameters

__all__ = ["build_cf_dataset", "cf_unit", "write_netcdf"]

_UNITS = {
    "mg/L": "mg L-1", "ug/L": "ug L-1", "µg/L": "ug L-1", "μg/L": "ug L-1", "ng/L": "ng L-1",
    "g/L": "g L-1", "°C": "degree_Celsius", "℃": "degree_Celsius", "mS/cm": "mS cm-1",
    "uS/cm": "uS cm-1", "µS/cm": "uS cm-1", "μS/cm": "uS cm-1", "psu": "1", "PSU": "1",
    "": "1",
}  # fmt: skip
# UDUNITS knows no turbidity unit and no colony; a count keeps its volume, the rest goes into words.
_UNKNOWN = {"NTU": "1", "FTU": "1", "FNU": "1"}
_KEPT_BITS = 12
_CATEGORY_CF = {"standard_name": "quality_flag", "grid_mapping": "spatial_ref"}


def write_netcdf(result: Assessment, folder: Path, *, colors: Sequence[str] = ()) -> list[Path]:
    """Paths of ``grids.nc``: fields and categories of all campaigns in one CF file.

    See "Arguments of writers" in docs/conventions.md.

    Source
    ------
    CF Conventions 1.11; section 3.4 (ancillary data), 3.5 (flags), 5.6 (grid mappings).
    """
    path = folder / "grids.nc"
    dataset = build_cf_dataset(result)
    dataset.to_netcdf(path, engine="h5netcdf", encoding=_encoding(dataset))
    return [path]


def build_cf_dataset(result: Assessment) -> xr.Dataset:
    """Dataset of an assessment with CF names, units and links.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    Dataset, dims (time, y, x) and rank
        The coordinate `campaign` names each time and `category_label` each rank, since CF wants
        numbers in coordinate variables. `<p>` in the canonical unit, `<p>_sd` in the working
        scale, `<p>_category` and `category` uint8 (0, the fill value, is not assessed), `limiting`,
        `probability`, `wet_fraction`, `cell_area_km2`, `lon` and `lat` of cell centres, and what
        `list_evidence` gives.
    """
    grids, classes = result.grids, result.classes
    data = {}
    for name in list_parameters(result):
        data |= _parameter_variables(result, name)
    data["category"] = _category(result, classes.category, "category of the worst parameter")
    if "limiting" in classes:
        data["limiting"] = _limiting(result)
    if "probability" in classes:
        data["probability"] = _described(
            _rounded(classes.probability),
            {"long_name": "probability of each category", "units": "1",
             "grid_mapping": "spatial_ref"})  # fmt: skip
    for name, unit, words in (("wet_fraction", "1", "part of the cell that is water of the domain"),
                              ("cell_area_km2", "km2", "true area of a whole cell")):  # fmt: skip
        attrs = {"units": unit, "long_name": words, "grid_mapping": "spatial_ref"}  # fmt: skip
        data[name] = _described(grids[name] if name in grids else classes[name], attrs)
    spreads = {key.removesuffix("_sd"): f.attrs for key, f in data.items() if key.endswith("_sd")}
    data |= list_evidence(result, spreads)
    names = {"campaign": _campaign_dimension(result), "category_label": "rank"}
    data = {key: _placed(field, names) for key, field in data.items()}
    return xr.Dataset(data, coords=_coordinates(result), attrs=_global_attrs(result))


def cf_unit(unit: str) -> tuple[str, str]:
    """A unit as UDUNITS reads it, and a remark where it cannot say the whole.

    Parameters
    ----------
    unit : str
        Such as "mg/L".

    Returns
    -------
    tuple of str
        For example ("mg L-1", "") or ("1", "values are in NTU").
    """
    if unit in _UNKNOWN:
        return _UNKNOWN[unit], f"values are in {unit}"
    count = re.fullmatch(r"(?:CFU|MPN|cfu|个|ind\.?|cells?)/(?:(\d+) ?)?(mL|L)", unit)
    if count:
        size = "" if count[1] in (None, "1") else f"({count[1]} {count[2]})-1"
        return size or f"{count[2]}-1", f"values are in {unit}"
    return _UNITS.get(unit, unit), ""


def _parameter_variables(result: Assessment, name: str) -> dict[str, xr.DataArray]:
    field = result.grids[name]
    row = load_parameters().get(name)
    unit, remark = cf_unit(str(field.attrs.get("units", row.unit if row else "1")))
    title = row.name_en if row else name
    attrs = {"long_name": title, "units": unit, "grid_mapping": "spatial_ref"}  # fmt: skip
    standard_name = field.attrs.get("standard_name") or (row.cf_name if row else None)
    if standard_name:
        attrs["standard_name"] = standard_name
    if row and row.basis:
        attrs["basis"] = f"mass of {row.basis}"
    if remark:
        attrs["comment"] = remark
    data, linked = {}, []
    if f"{name}_sd" in result.grids:
        linked.append(f"{name}_sd")
        data[f"{name}_sd"] = _spread(result, name, attrs)
    if name in result.classes.parameter:
        linked.append(f"{name}_category")
        chosen = result.classes.parameter_category.sel(parameter=name, drop=True)
        data[f"{name}_category"] = _category(result, chosen, f"category by {title}")
    if linked:
        attrs["ancillary_variables"] = " ".join(linked)
    # A relative step of 6e-8 is far below any measurement, and halves the file.
    return {name: _described(field.astype(np.float32), attrs), **data}


def _spread(result: Assessment, name: str, attrs: dict) -> xr.DataArray:
    field = result.grids[f"{name}_sd"]
    scale = field.attrs.get("scale", result.grids[name].attrs.get("scale", "linear"))
    offset = float(result.grids[name].attrs.get("offset", 0.0))
    about = {"grid_mapping": attrs["grid_mapping"], "scale": scale}
    if scale == "log10":
        inner = f"{attrs['long_name']} + {offset:g}" if offset else attrs["long_name"]
        about |= {"units": "1", "long_name": f"standard deviation of log10({inner})",
                  "comment": f"decadic logarithm of the value in {attrs['units']}",
                  "offset": offset}  # fmt: skip
    else:
        about |= {"units": attrs["units"],
                  "long_name": f"standard deviation of {attrs['long_name']}"}  # fmt: skip
        if "standard_name" in attrs:
            about["standard_name"] = f"{attrs['standard_name']} standard_error"
    dof = float(field.attrs.get("dof", np.inf))
    if np.isfinite(dof):
        about["degrees_of_freedom"] = dof
    about["rounding"] = f"{_KEPT_BITS} bits of mantissa"
    return _described(_rounded(field), about)


def _rounded(field: xr.DataArray) -> xr.DataArray:
    """float32 with 12 bits of mantissa: 1 part in 8000, and a quarter of the file size.

    Source
    ------
    Bit rounding after Klower et al. (2021), Nature Computational Science 1, 713.
    """
    exact = np.ascontiguousarray(field.to_numpy(), dtype=np.float32)
    bits = exact.view(np.uint32)
    drop = np.uint32(23 - _KEPT_BITS)
    # Half to even, so that rounding leans to no side.
    half = np.uint32((1 << (int(drop) - 1)) - 1) + ((bits >> drop) & np.uint32(1))
    mask = np.uint32((0xFFFFFFFF << int(drop)) & 0xFFFFFFFF)
    rounded = ((bits + half) & mask).view(np.float32)
    return field.copy(data=np.where(np.isfinite(exact), rounded, exact))


def _category(result: Assessment, field: xr.DataArray, words: str) -> xr.DataArray:
    ids = [category.id for category in result.standard.categories]
    attrs = {
        **_CATEGORY_CF, "long_name": f"{words} after {result.standard.id}",
        "flag_values": np.arange(1, len(ids) + 1, dtype=np.uint8),
        "flag_meanings": " ".join(_meaning(name) for name in ids),
        "comment": "the fill value 0 means not assessed",
    }  # fmt: skip
    return _described(field.astype(np.uint8), attrs)


def _limiting(result: Assessment) -> xr.DataArray:
    names = [str(name) for name in result.classes.parameter.to_numpy()]
    attrs = {
        "long_name": "parameter that decides the category", "grid_mapping": "spatial_ref",
        "flag_values": np.arange(1, len(names) + 1, dtype=np.uint8),
        "flag_meanings": " ".join(names),
        "comment": "the fill value 0 means none",
    }  # fmt: skip
    return _described(result.classes.limiting.astype(np.uint8), attrs)


def _meaning(name: str) -> str:
    text = re.sub(r"[^A-Za-z0-9_.+@-]+", "_", name).strip("_") or "category"
    return text if text[0].isalpha() else f"category_{text}"


def _described(field: xr.DataArray, attrs: dict) -> xr.DataArray:
    return xr.DataArray(field.to_numpy(), dims=field.dims, attrs=attrs)


def _placed(field: xr.DataArray, names: dict[str, str]) -> xr.DataArray:
    near = ["lat lon"] if "y" in field.dims else []
    near += ["campaign year"] if "campaign" in field.dims else []
    near += ["category_label"] if "category_label" in field.dims else []
    renamed = field.rename({dim: names[dim] for dim in field.dims if dim in names})
    return renamed.assign_attrs(coordinates=" ".join(near))


def _campaign_dimension(result: Assessment) -> str:
    middles = [period.middle for period in _periods(result)]
    # A coordinate variable must increase; campaigns of a free scheme may share their months.
    ordered = all(a < b for a, b in itertools.pairwise(middles))
    return "time" if ordered else "campaign_number"


def _periods(result: Assessment) -> list[Period]:
    names = result.grids.campaign.to_numpy().tolist()
    return find_periods(names, result.settings.get("campaigns", "CN-sea"))


def _coordinates(result: Assessment) -> dict[str, xr.Variable]:
    grids, crs = result.grids, pyproj.CRS(result.water.attrs["crs"])
    xx, yy = np.meshgrid(grids.x.to_numpy(), grids.y.to_numpy())
    geographic = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon, lat = geographic.transform(xx, yy)
    return {
        "x": ("x", grids.x.to_numpy(), _axis("x")), "y": ("y", grids.y.to_numpy(), _axis("y")),
        "lon": (("y", "x"), lon, {"standard_name": "longitude", "units": "degrees_east",
                                  "long_name": "longitude of the cell centre"}),
        "lat": (("y", "x"), lat, {"standard_name": "latitude", "units": "degrees_north",
                                  "long_name": "latitude of the cell centre"}),
        "spatial_ref": ((), np.int32(0), _grid_mapping(crs, grids)),
        **_campaign_coordinates(result), **_rank_coordinates(result),
    }  # fmt: skip


def _campaign_coordinates(result: Assessment) -> dict[str, tuple]:
    dim, periods = _campaign_dimension(result), _periods(result)
    epoch = pd.Timestamp(1970, 1, 1)
    bounds = np.array([[(p.start - epoch).days, (p.end - epoch).days] for p in periods], float)
    days = np.array([(p.middle - epoch).days for p in periods], float)
    about = {"units": "days since 1970-01-01", "calendar": "standard",
             "units_metadata": "leap_seconds: none", "bounds": "time_bounds",
             "standard_name": "time", "long_name": "middle of the campaign's period"}  # fmt: skip
    if dim == "time":
        about["axis"] = "T"
    names = result.grids.campaign.to_numpy().astype(object)
    return {
        "time": (dim, days, about), "time_bounds": ((dim, "bound"), bounds),
        "campaign": (dim, names, {"long_name": "campaign"}),
        "year": (dim, result.grids.year.to_numpy().astype(np.int32),
                 {"long_name": "calendar year of the campaign", "units": "1"}),
    }  # fmt: skip


def _rank_coordinates(result: Assessment) -> dict[str, tuple]:
    labels = np.array([category.id for category in result.standard.categories], dtype=object)
    return {
        "rank": ("rank", np.arange(1, labels.size + 1, dtype=np.int32),
                 {"long_name": "rank of the category, best first", "units": "1"}),
        "category_label": ("rank", labels, {"long_name": f"category of {result.standard.id}"}),
    }  # fmt: skip


def _axis(name: str) -> dict[str, str]:
    return {"standard_name": f"projection_{name}_coordinate", "units": "m", "axis": name.upper(),
            "long_name": f"{name} of the cell centre"}  # fmt: skip


def _grid_mapping(crs: pyproj.CRS, grids: xr.Dataset) -> dict:
    x, y = grids.x.to_numpy(), grids.y.to_numpy()
    dx, dy = float(grids.attrs.get("spacing", x[1] - x[0])), float(y[0] - y[1])
    # GDAL reads the grid's corner from here; CF readers do not mind the extra attribute.
    corner = f"{x[0] - dx / 2:.10g} {dx:.10g} 0 {y[0] + dy / 2:.10g} 0 {-dy:.10g}"
    facts = {key: value for key, value in crs.to_cf().items() if value != "unknown"}
    return {**facts, "GeoTransform": corner, "long_name": "projection of x and y"}


def _global_attrs(result: Assessment) -> dict[str, str]:
    facts, standard = result.provenance, result.standard
    names = ", ".join(str(name) for name in result.bays["name_en"])
    note = str(facts.get("data_note_en", ""))
    return {
        "Conventions": "CF-1.11",
        "title": f"Water quality categories of {names}",
        "summary": f"Fields, categories and probabilities after {standard.id}. {note}".strip(),
        "institution": str(facts.get("institution") or "not stated"),
        "source": f"interpolation of station samples, method {result.settings.get('method', '')}",
        "history": f"{facts.get('date', '')} made by bayqa, run {facts.get('run_id', '')}".strip(),
        "references": f"{standard.title_en}, {standard.source}, version {standard.version}",
        "comment": note or "not stated",
        "settings": json.dumps(plain(result.settings), ensure_ascii=False, sort_keys=True),
        "run_id": str(facts.get("run_id", "")),
        "standard": standard.id,
        "standard_version": standard.version,
    }  # fmt: skip


def _encoding(dataset: xr.Dataset) -> dict[str, dict]:
    encoding: dict[str, dict] = {}
    for name, field in dataset.variables.items():
        if field.dtype == object or field.ndim == 0:
            continue
        packed = {"zlib": True, "complevel": 4, "shuffle": True} if field.ndim > 1 else {}
        if field.dtype == np.uint8:
            packed["_FillValue"] = np.uint8(0)
        elif name in dataset.coords or field.dtype.kind != "f":
            packed["_FillValue"] = None
        else:
            packed |= {"_FillValue": field.dtype.type(np.nan)}
        encoding[str(name)] = packed
    return encoding

"""The whole chain in one call: samples and bays in, an `Assessment` out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.good import tabulate_good_draws, tabulate_good_shares
from bayqa.assess.areas.response import measure_response, tabulate_response
from bayqa.assess.areas.shares import combine_shares, measure_shares
from bayqa.assess.arguments import check_frames, check_names, check_numbers, listed
from bayqa.assess.assessment import Assessment
from bayqa.assess.categories.classes import classify, gather_campaigns
from bayqa.assess.categories.evidence import measure_evidence, read_scales
from bayqa.assess.joining import join_campaigns
from bayqa.assess.kinds import tabulate_remarks
from bayqa.assess.nearby import find_near_samples
from bayqa.assess.seeds import own_seed
from bayqa.assess.zones import clip_zones, tabulate_zone_shares
from bayqa.errors import CoverageError
from bayqa.fields import build_water_grid, iterate_fields, read_covariate, summarize
from bayqa.standards import Standard, load_standard
from bayqa.versions import package_versions

__all__ = ["assess", "choose_spacing", "label"]

# A station this far outside the water may still be meant to lie in it (positions are rounded).
SNAP_M = 500.0
DRAWS = {"matern": 200, "kriging": 200}


def assess(  # noqa: PLR0913 - the one call that has every setting of the chain
    bays: gpd.GeoDataFrame,
    samples: gpd.GeoDataFrame,
    standard: Standard | str = "GB 3097-1997",
    *,
    spacing: float | None = None,
    land: gpd.GeoDataFrame | None = None,
    rivers: gpd.GeoDataFrame | None = None,
    zones: gpd.GeoDataFrame | None = None,
    covariates: Mapping[str, str | Path] | None = None,
    reach: float = 0.0,
    join_rivers: bool = False,
    crs: object = None,
    parameters: list[str] | None = None,
    campaigns: str | Mapping[str, list[int]] = "CN-sea",
    years: list[int] | None = None,
    layer: str | None = "surface",
    censored: str = "half",
    method: str = "matern",
    draws: int | None = None,
    seed: int = 1,
    options: Mapping[str, object] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Assessment:
    """Everything known of one or several bays that share a water grid.

    Arguments are those of the steps; see docs/conventions.md.

    Parameters
    ----------
    bays : GeoDataFrame
        Index bay_id; the water to be assessed.
    samples : GeoDataFrame
        As `read_samples` gives them; rows flagged 3, 4 or 9 are not used.
    standard : Standard or str
        A standard, its id, or the path of a TOML.
    spacing : float, optional
        Cell size in metres; by default chosen so that a bay has some 20 000 cells.
    land, rivers : GeoDataFrame, optional
        Land is drawn and bounds the water beyond the bay when `reach` > 0; rivers are drawn.
    zones : GeoDataFrame, optional
        Polygons with a zone_id whose parts inside the bays are measured too, with the interval of
        the draws: `tables["zone_shares"]`, which `rate_zones` takes.
    covariates : mapping of str to path, optional
        Rasters such as depth by name, which ``options={"drift": [name]}`` of kriging may follow;
        see `read_covariate`.
    join_rivers : bool
        Polygons of `rivers` that hang together with the bays belong to the water: what is sampled
        in them, as river or as sea, spreads along them. Stations of rivers are not judged by
        `standard`, see `assess_reaches`.
    reach : float
        Metres of sea beyond the bays whose stations inform the field.
    draws : int, optional
        Joint draws for the intervals of the shares; 0 gives no intervals. By default 200, and 0
        with "idw", which has no model of error.

    Returns
    -------
    Assessment

    Raises
    ------
    CoverageError
        If no usable sample lies in or near the water, or none is of an assessed parameter.
    InputError
        If an argument is of the wrong kind, or a parameter is not known.
    """
    chosen = standard if isinstance(standard, Standard) else load_standard(standard)
    check_frames(bays=bays, samples=samples, land=land, rivers=rivers, zones=zones)
    check_numbers(spacing=spacing, draws=draws, seed=seed)
    years, parameters = listed(years), listed(parameters)
    check_names(parameters, chosen.limits)
    settings = {
        "method": method, "spacing": spacing or choose_spacing(bays), "reach": reach,
        "draws": draws if draws is not None else DRAWS.get(method, 0), "seed": seed,
        "campaigns": campaigns, "years": years, "layer": layer, "censored": censored,
        "parameters": parameters, "options": dict(options or {}), "join_rivers": join_rivers,
        "standard": chosen.id, "standard_version": chosen.version, "crs": crs,
    }  # fmt: skip
    channels = rivers if join_rivers else None
    near = find_near_samples(samples, bays, channels, distance=reach + SNAP_M)
    water = _build_water(bays, land, channels, covariates or {}, settings)
    settings["crs"] = water.attrs["crs"]
    stations = _summarize(near, settings)
    settings["parameters"] = _parameters(stations, chosen, parameters)
    fields = _iterate(stations, water, bays, settings, progress)
    areas = {"shares": bays, "zones": None if zones is None else clip_zones(zones, bays)}
    grids, classes, measured = _fields_and_areas(fields, areas, chosen, settings["parameters"])
    own = _only_of(stations, chosen.water)
    judged = classify(own, chosen, parameters=settings["parameters"])
    return Assessment(
        bays=bays, samples=near, stations=own, water=water, grids=grids, classes=classes,
        station_classes=judged, shares=combine_shares(measured["shares"]), standard=chosen,
        settings=settings, provenance=_provenance(bays, near, settings), land=land, rivers=rivers,
        informants=None if own is stations else stations,
        tables=_tables(measured) | _remarks(bays, near, stations, chosen),
        evidence=_evidence(stations, water, measured["scales"], settings),
    )  # fmt: skip


def choose_spacing(bays: gpd.GeoDataFrame, cells: int = 20_000) -> float:
    """Round cell size in metres that gives the bays about `cells` wet cells, between 10 and 2000.

    The number of cells is within half as many again of the wanted one.

    Parameters
    ----------
    bays : GeoDataFrame
        Water polygons, any CRS.
    cells : int
        Wanted number of wet cells.

    Returns
    -------
    float
        1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten, metres.
    """
    area = float(bays.to_crs("+proj=cea +datum=WGS84").area.sum())
    wanted = float(np.clip(np.sqrt(area / cells), 10.0, 2000.0))
    steps = [m * 10.0**e for e in (1, 2, 3) for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)]
    return min(steps, key=lambda step: abs(np.log(step / wanted)))


def _build_water(bays, land, channels, covariates, settings) -> xr.Dataset:
    water = build_water_grid(
        bays, spacing=settings["spacing"], land=land, rivers=channels, reach=settings["reach"],
        crs=settings["crs"],
    )  # fmt: skip
    return water.assign({name: read_covariate(path, water) for name, path in covariates.items()})


def _summarize(samples, settings) -> xr.Dataset:
    names = ("campaigns", "layer", "censored", "years", "crs")
    kinds = ("sea", "river") if settings["join_rivers"] else "sea"
    return summarize(samples, **{name: settings[name] for name in names}, water=kinds)


def _iterate(stations, water, bays, settings, progress):
    names = ("method", "parameters", "draws", "options")
    chosen = {name: settings[name] for name in names}
    seed = own_seed(settings["seed"], bays)
    return iterate_fields(stations, water, **chosen, seed=seed, progress=progress)


def _fields_and_areas(fields, areas, standard, names):
    """Grids, classes and what is measured; the draws of a campaign are dropped before the next."""
    grids, classes = [], []
    measured: dict[str, list] = {"shares": [], "zones": [], "response": [], "scales": []}
    for field in gather_campaigns(fields, standard):
        judged = classify(field, standard, parameters=names)
        measured["shares"].append(measure_shares(judged, areas["shares"]))
        measured["response"].append(measure_response(field, judged, areas["shares"], standard))
        measured["scales"].append(read_scales(field, names))
        if areas["zones"] is not None and len(areas["zones"]):
            measured["zones"].append(measure_shares(judged, areas["zones"]))
        classes.append(judged.drop_vars([v for v in judged.data_vars if str(v).endswith("draws")]))
        grids.append(field.drop_vars([v for v in field.data_vars if str(v).endswith("_draws")]))
    return _join(grids), _join(classes), measured


def _tables(measured: dict[str, list]) -> dict[str, pd.DataFrame]:
    shares, tables = measured["shares"], {}
    if shares[0].attrs.get("good"):
        tables["good"] = tabulate_good_shares(shares)
        tables["good_draws"] = tabulate_good_draws(shares)
    if measured["response"][0] is not None:
        tables["response"] = tabulate_response(measured["response"])
    if measured["zones"]:
        tables["zone_shares"] = tabulate_zone_shares(measured["zones"])
    return tables


def _remarks(bays, samples, stations, standard) -> dict[str, pd.DataFrame]:
    """Where rivers are joined, those who tell of the one water inform the other, as they should."""
    waters = set(samples["water"]) if "water" not in stations.coords else ()
    remarks = tabulate_remarks(bays.index, waters, standard)
    return {} if remarks is None else {"remarks": remarks}


def _evidence(stations, water, scales: list[xr.Dataset], settings) -> xr.Dataset:
    snap = settings["options"].get("snap")
    return measure_evidence(stations, water, xr.concat(scales, "campaign"), snap=snap)


def _join(parts: list[xr.Dataset]) -> xr.Dataset:
    joined = join_campaigns(parts)
    return joined.drop_vars("cell", errors="ignore")


def _only_of(stations: xr.Dataset, water: str) -> xr.Dataset:
    """Stations of one kind of water; those of another are judged by a standard of their own."""
    if "water" not in stations.coords:
        return stations
    return stations.isel(station=np.flatnonzero(stations["water"] == water))


def _parameters(stations, standard, wanted):
    asked = list(wanted) if wanted else list(standard.parameters)
    held = [p for p in asked if p in stations and bool(stations[p].notnull().any())]
    if not held:
        raise CoverageError(
            f"none of {', '.join(asked)} was measured here; the samples hold "
            f"{', '.join(_measured(stations)) or 'no usable value'}: set parameters="
        )
    return held


def _measured(stations):
    return [str(v) for v in stations.data_vars if f"{v}_n" in stations]


def _provenance(bays, samples, settings):
    inputs = {"bays": _hash(bays.to_wkb().reset_index()), "samples": _hash(_plain(samples))}
    text = json.dumps([inputs, settings], sort_keys=True, default=str)
    note_zh, note_en = _data_note(samples)
    return {
        "run_id": hashlib.sha256(text.encode()).hexdigest()[:8],
        "date": date.today().isoformat(),
        "inputs": inputs,
        "packages": package_versions(),
        "data_note_zh": note_zh,
        "data_note_en": note_en,
    }


def _plain(samples):
    return pd.DataFrame(samples.drop(columns="geometry")).assign(
        lon=samples.geometry.x, lat=samples.geometry.y
    )


def _hash(table: pd.DataFrame) -> str:
    text = table.map(lambda v: v.hex() if isinstance(v, bytes) else v).to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _data_note(samples) -> tuple[str, str]:
    """Demonstration data must say so on everything made from them, whoever runs the chain."""
    notes = samples["note"].astype(str)
    if notes.str.contains("演示|demonstration", case=False).any():
        return "演示数据", "demonstration values"
    return "", ""


def label(result: Assessment, **notes: object) -> Assessment:
    """Copy of an assessment with further provenance entries, such as a data note."""
    return replace(result, provenance={**result.provenance, **notes})

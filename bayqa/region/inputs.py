"""Everything a region file names, read once and flagged once."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from bayqa.errors import InputError
from bayqa.files import hash_file
from bayqa.intake import (
    flag,
    read_bays,
    read_land,
    read_outlets,
    read_register,
    read_rivers,
    read_samples,
    read_targets,
)
from bayqa.intake.headings.mapping import read_mapping
from bayqa.region.config import Region
from bayqa.region.homes import find_homes, name_bays

__all__ = ["Material", "choose_bays", "read_material"]

SHOWN = 12
"""Bays that an error names at most."""

_FILES = ("bays", "samples", "stations", "land", "rivers", "mapping", "sections", "groundwater",
          "drinking", "targets", "register_", "outlets", "zones")  # fmt: skip
"""The keys of [inputs] that name files."""


class Material(NamedTuple):
    """The tables of a region, ready for the chain."""

    bays: gpd.GeoDataFrame
    samples: gpd.GeoDataFrame
    land: gpd.GeoDataFrame | None
    rivers: gpd.GeoDataFrame | None
    sections: gpd.GeoDataFrame | None
    groundwater: gpd.GeoDataFrame | None
    drinking: gpd.GeoDataFrame | None
    register: pd.DataFrame | None
    targets: pd.DataFrame | None
    outlets: pd.DataFrame | None
    zones: gpd.GeoDataFrame | None
    homes: pd.Series
    """The bay each station is at home in, see `find_homes`."""
    hashes: dict[str, str]
    """SHA-256 of every input file, by its name as outputs print it."""
    tables: dict[str, pd.DataFrame] = {}
    """What is rated once for all bays, see `tabulate_inland`."""


def read_material(region: Region) -> Material:
    """All inputs of a region, samples flagged against its bays and land.

    Parameters
    ----------
    region : Region

    Returns
    -------
    Material

    Raises
    ------
    InputError
        If a file is missing or unusable, or [bay.ID] names a bay that is none of the region's.
    """
    named = region.inputs
    bays = read_bays(_file(region, named.bays), layer=named.bays_layer, bay_id=named.bay_id)
    choose_bays(bays, list(region.bay), "[bay.ID]: ")
    land = _maybe(read_land, region, named.land, layer=named.land_layer)
    rivers = _maybe(read_rivers, region, named.rivers, layer=named.rivers_layer)
    samples = flag(_samples(region, named.samples), bays, land=land)
    register = _maybe(read_register, region, named.register_)
    outlets = _maybe(read_outlets, region, named.outlets)
    return Material(
        bays=_with_targets(bays, register, region),
        samples=samples,
        land=land,
        rivers=rivers,
        sections=name_bays(_samples(region, named.sections, water="river"), bays),
        groundwater=_samples(region, named.groundwater, water="groundwater"),
        drinking=_samples(region, named.drinking, water="drinking"),
        register=register,
        targets=_maybe(read_targets, region, named.targets),
        outlets=name_bays(outlets, bays),
        zones=_maybe(read_bays, region, named.zones),
        homes=find_homes(samples, bays),
        hashes=_hashes(region),
    )


def choose_bays(bays: gpd.GeoDataFrame, wanted: list[str] | None, where: str = "") -> list[str]:
    """Ids of the wanted bays in the order of the file, all where none is named.

    Parameters
    ----------
    bays : GeoDataFrame
        Index bay_id.
    wanted : list of str, optional
    where : str
        What named them, for the error.

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        If a bay is unknown.
    """
    known = bays.index.astype(str).tolist()
    unknown = [bay for bay in wanted or [] if bay not in known]
    if unknown:
        near = get_close_matches(unknown[0], known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
        raise InputError(
            f"{where}no bay {', '.join(unknown)} in the bays file; it holds "
            f"{', '.join(known[:SHOWN])}{more}{hint}"
        )
    return [bay for bay in known if not wanted or bay in wanted]


def _with_targets(bays, register, region: Region):
    """Bays with the good share wanted of each: of [bay.ID], its own, its unit's, the region's."""
    default = region.assess.target_good_share
    own = bays.get("target_good_share", pd.Series(float("nan"), index=bays.index))
    if register is not None and "target_good_share" in register:
        for row in register.reset_index().itertuples():
            held = own.index.isin(str(row.bay_ids).split()) & own.isna()
            own = own.mask(held, row.target_good_share)
    own = own.fillna(default) if default is not None else own
    said = {bay: held.target_good_share for bay, held in region.bay.items()}
    own = pd.Series(own.index.astype(str).map(said), own.index, dtype=float).fillna(own)
    return bays if own.isna().all() else bays.assign(target_good_share=own)


def _samples(region: Region, names: list[str], water: str | None = None):
    if not names:
        return None
    paths = [_file(region, name) for name in names]
    if water is not None:
        return read_samples(paths, water=water)
    mapping, stations = region.inputs.mapping, region.inputs.stations
    own = read_mapping(_file(region, mapping) if mapping else None, None)
    if stations is not None:
        own["stations"] = str(_file(region, stations))
    return read_samples(paths, preset=region.inputs.preset, mapping=own)


def _maybe(read, region: Region, name: str | None, **options):
    options = {key: value for key, value in options.items() if value is not None}
    return None if name is None else read(_file(region, name), **options)


def _file(region: Region, name: str) -> Path:
    path = region.path(name)
    if not path.exists():
        raise InputError(f"{name}: no such file under {region.root}; mend the path in [inputs]")
    return path


def _hashes(region: Region) -> dict[str, str]:
    named = region.inputs.model_dump()
    names = {n for key in _FILES for n in _listed(named[key])} | set(named["covariates"].values())
    found: dict[str, str] = {}
    for name in sorted(names):
        shown, path = region.shown(name), _file(region, name)
        # Two files from elsewhere may bear one name.
        found[f"{path.parent.name}/{shown}" if shown in found else shown] = hash_file(path)
    return found


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)

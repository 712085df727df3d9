"""Samples completed after reading: unstated limits, listed positions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.intake.headings.columns import Layout
from bayqa.intake.headings.headers import find_header
from bayqa.intake.layouts.assembly import join_frames
from bayqa.intake.layouts.derived import derive_nitrogen, derive_oxygen, open_secchi
from bayqa.intake.layouts.measurements import uses_comma
from bayqa.intake.layouts.visits import read_visits
from bayqa.intake.points import read_points
from bayqa.intake.records.categories import drop_unused, put_word
from bayqa.intake.records.grid import Grid, release_memory
from bayqa.intake.records.sourced import report_rows
from bayqa.intake.tables import read_tables
from bayqa.intake.vocabulary.text import fold_text

__all__ = ["complete_samples", "fill_places", "list_places", "read_station_list"]

_PLACE_IN_FILE = r"(?:\[[^\]]*\])?:\d+$"
_SAME = 1e-3
"""Degrees within which positions of one station are one place."""
_PAIRS = (("lon", "lat"), ("x", "y"), ("position",))


def complete_samples(
    samples: pd.DataFrame, mapping: Mapping, keep: set[str] | None, findings: list
) -> pd.DataFrame:
    """Samples with limits, positions, oxygen and nitrogen sums filled in where that is exact.

    The column `undetected` goes, words that no row has too.
    """
    held = [samples]
    del samples
    # Each step takes the only name of the table, so that what it replaces is let go.
    held.append(_fill_limits(held.pop(), mapping.get("limits", {}), findings))
    if "stations" in mapping:
        held.append(_fill_positions(held.pop(), mapping["stations"], findings))
    held.append(_fill_from_siblings(held.pop(), findings))
    held.append(_mark_unplaced(held.pop(), findings))
    derived = [derive(held[0], findings) for derive in (derive_oxygen, derive_nitrogen)]
    held += [new for new in derived if new is not None]
    if len(held) > 1:
        held = [join_frames(held.pop(0) for _ in range(len(held)))]
    held.append(open_secchi(held.pop(), findings))
    return held[0] if keep is None else _only(held[0], keep)


def _only(samples: pd.DataFrame, keep: set[str]) -> pd.DataFrame:
    """Samples of some parameters, with the words that these have."""
    kept = samples[samples["parameter"].isin(keep)]
    if len(kept) == len(samples):
        return samples
    texts = [c for c in kept if isinstance(kept[c].dtype, pd.CategoricalDtype)]
    return kept.assign(**{c: drop_unused(kept[c].array) for c in texts})


def _mark_unplaced(samples: pd.DataFrame, findings: list) -> pd.DataFrame:
    """Samples noted where no position is known: their stations can be judged, but not mapped."""
    bare = samples["geometry"].isna().to_numpy()
    bare = bare & (samples["flag"] != 9).to_numpy() if bare.any() else bare
    if not bare.any():
        return samples
    stations = samples.loc[bare, "station"].nunique()
    text = (
        f"{stations} stations have no position and can be judged but not mapped; "
        "give a table of station, lon and lat: as one more file, as mapping={'stations': file}, or "
        "as `stations` of a region file"
    )
    findings.append(report_rows(samples, bare, "position", text, action="doubtful", column=""))
    silent = bare & (samples["note"] == "").to_numpy(bool)
    return samples.assign(note=put_word(samples["note"].array, silent, "no position"))


def _fill_limits(samples: pd.DataFrame, limits: Mapping, findings: list) -> pd.DataFrame:
    """Upper bounds of "not detected" marks that state no limit.

    The limit of the mapping is taken, else the smallest limit stated in the files for that
    parameter, else the smallest positive value reported.
    """
    bare = samples["undetected"].to_numpy(bool)
    samples = samples.drop(columns="undetected")
    if not bare.any():
        return samples
    release_memory()
    parameter = samples["parameter"]
    for name in dict.fromkeys(parameter[bare].tolist()):
        same = (parameter == name).to_numpy(bool)
        rows = np.flatnonzero(bare & same)
        limit, origin = _limit_of(samples.loc[same, ["value", "lower", "upper"]], limits.get(name))
        _fill_rows(samples, rows, limit, origin)
        text, action = f"{name}: not detected and no limit is known; give [limits]", "left out"
        if np.isfinite(limit):
            text = f"{name}: not detected, no limit stated; [0, {limit:g}] by {origin}"
            action = "assumed"
        findings.append(report_rows(samples, rows, "censored", text, action=action))
    return samples


def _fill_rows(samples: pd.DataFrame, rows: np.ndarray, limit: float, origin: str) -> None:
    """Write limits into a frame that only shares its columns: those that others hold are copied."""
    note = "not detected, limit unknown"
    if np.isfinite(limit):
        samples.loc[rows, "value"], samples.loc[rows, "upper"] = limit / 2, limit
        note = f"not detected, limit {limit:g} from {origin}"
    else:
        samples.loc[rows, "lower"], samples.loc[rows, "flag"] = np.nan, 9
    samples["note"] = put_word(samples["note"].array, rows, note)


def _limit_of(same: pd.DataFrame, stated: float | None) -> tuple[float, str]:
    if stated is not None:
        return float(stated), "the mapping"
    upper, lower, value = (same[c].to_numpy(float) for c in ("upper", "lower", "value"))
    censored = upper[(lower == 0) & (upper > 0) & np.isfinite(upper)]
    if len(censored):
        return float(censored.min()), "the smallest limit in the file"
    positive = value[(value > 0) & (lower == upper)]
    if len(positive):
        return float(positive.min()), "the smallest value reported"
    return np.nan, ""


def _fill_positions(samples: pd.DataFrame, stations, findings: list) -> pd.DataFrame:
    """Positions by station id for the rows that have none."""
    places = read_station_list(stations)
    filled = fill_places(samples, places)
    gap = (samples["geometry"].isna() & filled["geometry"].notna()).to_numpy()
    if gap.any():
        text = "taken from the list of stations"
        findings.append(report_rows(samples, gap, "position", text, action="converted", column=""))
    return filled


def _fill_from_siblings(samples: pd.DataFrame, findings: list) -> pd.DataFrame:
    """Positions of stations that another table of the same file gives, each of them one place."""
    missing = samples["geometry"].isna().to_numpy()
    if not missing.any() or missing.all():
        return samples
    bare = missing & (samples["station"] != "").to_numpy()
    source = samples["source"].array
    names = source.categories.str.replace(_PLACE_IN_FILE, "", regex=True)
    files = pd.factorize(names)[0][source.codes]
    for file in np.unique(files[bare]):
        inside = files == file
        places = _places_of(samples[inside & ~missing])
        gap = bare & inside & samples["station"].isin(places.index).to_numpy()
        if gap.any():
            text = "the place of the same station in another table of the file is taken"
            more = {"action": "assumed", "column": ""}
            findings.append(report_rows(samples, gap, "position", text, **more))
            filled = fill_places(samples[gap], places)["geometry"]
            samples = samples.assign(geometry=samples["geometry"].where(~gap, filled))
    return samples


def _places_of(samples: pd.DataFrame) -> pd.DataFrame:
    """Place of each station that has one place, index station, columns lon and lat."""
    shapes = samples["geometry"].to_numpy()
    given = pd.DataFrame({"station": samples["station"].astype("str").to_numpy()})
    given = given.assign(lon=shapely.get_x(shapes), lat=shapely.get_y(shapes))
    spread = given.groupby("station")[["lon", "lat"]].agg(["min", "max"])
    one = (spread[("lon", "max")] - spread[("lon", "min")] < _SAME) & (
        spread[("lat", "max")] - spread[("lat", "min")] < _SAME
    )
    return (
        given[given["station"].isin(one.index[one])].drop_duplicates("station").set_index("station")
    )


def read_station_list(stations: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Positions of stations, index station, columns lon and lat.

    Raises
    ------
    InputError
        When the list has no station, lon and lat.
    """
    if isinstance(stations, pd.DataFrame):
        return _listed(stations.reset_index())
    path = Path(stations)
    grid = (read_points(path) or read_tables(path))[0]
    places = list_places(grid)
    if places is None:
        raise InputError(f"{grid.file}: wanted the columns station, lon and lat")
    return places


def list_places(grid: Grid) -> pd.DataFrame | None:
    """Positions of a sheet that lists stations, index station; None where it lists none.

    A station is found by its id and by its name alike.
    """
    try:
        header = find_header(grid)
    except InputError:
        return None
    fields = {h.field: j for j, h in reversed(list(enumerate(header.headings))) if h.field}
    names = [j for j, h in enumerate(header.headings) if "station" == h.field or "name" == h.extra]
    if not names or not any(set(pair) <= set(fields) for pair in _PAIRS):
        return None
    tables = []
    for j in names:
        layout = Layout({**fields, "station": j}, (), {}, {}, header.headings)
        visits, _ = read_visits(header.body, layout, uses_comma(header.body, layout))
        tables.append(
            pd.DataFrame({"station": visits.station.texts(), "lon": visits.lon, "lat": visits.lat})
        )
    table = pd.concat(tables, ignore_index=True).dropna()
    table = table[table["station"] != ""].drop_duplicates("station")
    return table.set_index("station") if len(table) else None


def fill_places(samples: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Samples with the listed position where they have none.

    Ids that differ only in case, blanks and signs ("W-01", "w01") are one where none equals.
    """
    codes, names = pd.factorize(samples["station"], use_na_sentinel=False)
    names = np.asarray(names, object)
    lon, lat = (_looked_up(names, places[c])[codes] for c in ("lon", "lat"))
    gap = samples["geometry"].isna().to_numpy() & np.isfinite(lon) & np.isfinite(lat)
    if not gap.any():
        return samples
    shapes = samples["geometry"].to_numpy().copy()
    shapes[gap] = shapely.points(lon[gap], lat[gap])
    return samples.assign(geometry=gpd.array.from_shapely(shapes, crs=4326))


def _looked_up(names, listed: pd.Series) -> np.ndarray:
    """Numbers of a list for distinct ids; by folded ids where that is one entry of the list."""
    found = pd.Series(names).map(listed).to_numpy(float)
    keys = [_fold(i) for i in listed.index]
    times = Counter(keys)
    alone = {k: v for k, v in zip(keys, listed, strict=True) if times[k] == 1}
    near = [alone.get(_fold(n), np.nan) if n else np.nan for n in names]
    return np.where(np.isnan(found), near, found)


def _fold(name: str) -> str:
    """Station id without case, blanks, signs, leading zeros and the word for station."""
    plain = re.sub(r"^(?:station|site|stn)|(?:站位|站|号)$", "", fold_text(str(name)))
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def _listed(table: pd.DataFrame) -> pd.DataFrame:
    if "geometry" in table and "lon" not in table:
        table = table.assign(lon=table["geometry"].x, lat=table["geometry"].y)
    if "station" not in table:
        table = table.rename(columns={"station_id": "station"})
    if not {"station", "lon", "lat"} <= set(table):
        raise InputError("list of stations: wanted the columns station, lon and lat")
    plain = pd.DataFrame({"station": table["station"].astype("str"), "lon": table["lon"]})
    return plain.assign(lat=table["lat"]).drop_duplicates("station").set_index("station")

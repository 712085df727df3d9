"""Samples: any table of measurements to one row for each station, time, layer and parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.intake.arrangements import stack_blocks, turn_table
from bayqa.intake.columns import find_columns
from bayqa.intake.completion import complete_samples, fill_places, list_places
from bayqa.intake.findings import Finding, combine_findings, exit_code, list_rows, make_report
from bayqa.intake.grid import Grid
from bayqa.intake.headers import find_header
from bayqa.intake.longform import read_long
from bayqa.intake.mapping import known_headings, read_mapping
from bayqa.intake.marks import MISSING_VALUE, Marks
from bayqa.intake.measurements import Values, read_wide, uses_comma
from bayqa.intake.names import find_water
from bayqa.intake.rows import drop_rows, fill_down
from bayqa.intake.tables import read_tables
from bayqa.intake.values import parse_value
from bayqa.intake.visits import Visits, read_visits
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["SAMPLE_COLUMNS", "read_samples"]

SAMPLE_COLUMNS = (
    "station",
    "time",
    "layer",
    "depth_m",
    "parameter",
    "value",
    "lower",
    "upper",
    "unit",
    "flag",
    "note",
    "water",
    "source",
)


def read_samples(path: str | Path | Iterable, *, preset: str | None = None,
                 mapping: str | Path | Mapping | None = None,
                 parameters: Iterable[str] | None = None, sheet: str | int | None = None,
                 water: str | None = None,
                 strict: bool = False) -> gpd.GeoDataFrame:  # fmt: skip
    """Samples of one or several tables of measurements, in canonical units.

    Parameters
    ----------
    path : path or sequence of paths
        CSV, Excel, HTML, JSON or Parquet; long or wide; headings in Chinese or English.
    preset : str, optional
        Layout of an agency, such as "mee-feed"; see `list_presets`. Without one the headings are
        recognised by the alias tables.
    mapping : path of a TOML file or dict, optional
        Own names of columns, units, limits; wins over the preset. Its key "stations" may name a
        table of station, lon and lat for files that give no positions.
    parameters : sequence of str, optional
        Only these parameters.
    sheet : str or int, optional
        Only this sheet of a workbook; all visible sheets otherwise.
    water : str, optional
        Kind of water of rows that do not say: "sea" (the default), "river", "lake", "groundwater",
        "drinking".
    strict : bool
        Refuse the table when its report holds anything doubtful.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        Columns of `SAMPLE_COLUMNS` and geometry, then extra columns of the file. `value` of an
        interval is its middle, or its finite end; `flag` is 2 (not evaluated) until `flag` ran,
        3, 4 or 9 where reading found a fault. `attrs["report"]` holds the findings,
        a list of rows (dict) with file, sheet, row, column, kind, action, found, message, count.

    Raises
    ------
    InputError
        When a file cannot be read, can be read in two ways, or is doubtful and `strict` is set.

    Examples
    --------
    >>> samples = read_samples("samples.csv", preset="mee-feed")  # doctest: +SKIP
    """
    merged = read_mapping(mapping, preset)
    if water is not None:
        merged["constants"] = {**merged.get("constants", {}), "water": _water(water)}
    keep = _wanted(parameters)
    frames, findings = [], []
    for one in _paths(path):
        frames += _read_file(one, merged, keep, sheet, findings)
    samples = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    del frames
    samples = complete_samples(samples, merged, keep, findings)
    if not len(samples):
        raise InputError(
            f"{_paths(path)[0].name}: no value of a wanted parameter found; "
            "see `bayqa check` for the columns that were read"
        )
    report = make_report(combine_findings(findings))
    if strict and exit_code(report):
        raise InputError(_strict_text(report))
    return _to_geo(samples, report)


def _paths(path) -> list[Path]:
    if isinstance(path, (str, Path)):
        return [Path(path)]
    paths = [Path(p) for p in path]
    if not paths:
        raise InputError("no file of samples is given; wanted at least one path")
    return paths


def _wanted(parameters: Iterable[str] | None) -> set[str] | None:
    if parameters is None:
        return None
    wanted = set()
    for name in parameters:
        found = name if name in load_parameters() else find_parameter(name)
        if found is None:
            raise InputError(f"unknown parameter {name!r}; see `bayqa parameters`")
        wanted.add(found)
    return wanted


def _water(text: str) -> str:
    known = find_water(text)
    if not known:
        raise InputError(
            f"kind of water {text!r} is not known; wanted sea, river, lake, groundwater or drinking"
        )
    return known


def _strict_text(report: pd.DataFrame) -> str:
    worst = report[~report["action"].isin(["read", "converted", "assumed", "ignored"])]
    first = worst.iloc[0]
    where = f"{first['file']}" + (f", row {first['row']}" if first["row"] else "")
    where += f", column {first['column']!r}" if first["column"] else ""
    return (
        f"{where}: {first['message']} (strict reading; {len(worst)} doubts in all, see "
        "`bayqa check`)"
    )


def _read_file(path: Path, mapping: Mapping, keep, sheet, findings: list) -> list[pd.DataFrame]:
    """Tidy frames of the sheets of one file; a sheet without values is passed over, saying so."""
    frames, problems = [], []
    for grid in read_tables(path, sheet=sheet):
        try:
            frames.append(_read_grid(grid, mapping, keep, findings))
        except InputError as error:
            findings.extend(grid.findings)
            problems.append((grid, error))
    if not frames:
        raise problems[0][1]
    for grid, error in problems:
        places = list_places(grid)
        if places is None:
            action = "left out" if _holds_numbers(grid) else "ignored"
            findings.append(Finding(grid.file, "sheet", action, str(error), grid.sheet))
            continue
        text = "a list of stations; its positions are used where samples have none"
        count = len(places)
        findings.append(Finding(grid.file, "sheet", "read", text, grid.sheet, count=count))
        frames = [fill_places(frame, places) for frame in frames]
    return frames


def _holds_numbers(grid: Grid) -> bool:
    """Whether a sheet has three numbers or more among its first rows; a cover has none."""
    head = [cell for row in grid.head(50) for cell in row]
    return sum(parse_value(cell).kind == "exact" for cell in head if cell) >= 3


def _arranged(grid: Grid, mapping: Mapping):
    """Header and layout of a grid: its blocks stacked, as it stands, or its rows turned.

    The message about the grid as it stands is the one to raise.
    """
    try:
        stacked = stack_blocks(grid)
        return _laid_out(grid if stacked is None else stacked, mapping)
    except InputError as error:
        for other in (None if stacked is None else grid, turn_table(grid)):
            try:
                if other is not None:
                    return _laid_out(other, mapping)
            except InputError:
                continue
        raise error


def _laid_out(grid: Grid, mapping: Mapping):
    header = find_header(grid, known_headings(mapping))
    return grid, header, find_columns(header, mapping)


def _read_grid(grid: Grid, mapping: Mapping, keep, findings: list) -> pd.DataFrame:
    grid, header, layout = _arranged(grid, mapping)
    body, dropped = drop_rows(header.body, layout)
    body, carried = fill_down(body, layout)
    comma = uses_comma(body, layout)
    visits, found = read_visits(body, layout, comma)
    read = read_long if layout.is_long else read_wide
    values, more = read(body, layout, visits.water, comma, keep)
    findings += [*grid.findings, *layout.findings, *dropped, *carried, *found, *more]
    findings.append(
        Finding(
            grid.file,
            "rows",
            "read",
            "rows with samples",
            grid.sheet,
            header.row,
            count=body.n_rows,
        )
    )
    if not values:
        return _empty_frame()
    return _tidy(body, layout, visits, values)


def _empty_frame() -> pd.DataFrame:
    return pd.DataFrame({c: [] for c in (*SAMPLE_COLUMNS, "lon", "lat", "undetected")})


def _tidy(grid: Grid, layout, visits: Visits, values: list[Values]) -> pd.DataFrame:
    """One row for each value, in the order of the file."""
    row = np.concatenate([v.row for v in values])
    order = np.argsort(row, kind="stable")
    row = row[order]

    def together(name: str) -> np.ndarray:
        return np.concatenate([getattr(v, name) for v in values])[order]

    layer = np.concatenate([visits.layer[v.row] if v.layer is None else v.layer for v in values])
    marks = _joint_marks(visits, values, row, order)
    parameter = together("parameter")
    # Texts are packed one by one, so that only one array of objects is alive at a time.
    columns = {
        "station": _strings(visits.station[row]),
        "time": visits.time[row].astype("datetime64[s]"),
        "layer": _strings(layer[order]),
        "depth_m": visits.depth_m[row],
        "parameter": _strings(parameter),
        **{name: together(name) for name in ("value", "lower", "upper")},
        "unit": _strings(_units(parameter)),
        "flag": marks.flag,
        "note": _strings(marks.note),
        "water": _strings(visits.water[row]),
        "source": _sources(grid, row),
        **{name: getattr(visits, name)[row] for name in ("lon", "lat")},
        "undetected": together("undetected"),
        **{name: _strings(words[row]) for name, words in visits.extras.items()},
    }
    return pd.DataFrame(columns, copy=False)


def _joint_marks(visits: Visits, values: list[Values], row, order) -> Marks:
    """Marks of the values with those of their visits; a missing value stays missing."""
    flag = np.concatenate([v.marks.flag for v in values])[order]
    note = np.concatenate([v.marks.note for v in values])[order]
    raised = np.maximum(flag, visits.marks.flag[row])
    marks = Marks(np.where(flag == MISSING_VALUE, flag, raised).astype(np.uint8), note)
    noted = np.flatnonzero(visits.marks.note[row] != "")
    marks.join(noted, visits.marks.note[row[noted]])
    return marks


def _strings(values):
    is_text = getattr(values, "dtype", None) is not None and values.dtype.kind == "O"
    return pd.array(values, dtype="str") if is_text else values


def _units(parameter: np.ndarray) -> np.ndarray:
    codes, names = pd.factorize(parameter)
    units = np.array([load_parameters()[n].unit for n in names], object)
    return units[codes]


def _sources(grid: Grid, row: np.ndarray):
    place = f"{grid.file}[{grid.sheet}]" if grid.sheet else grid.file
    numbers = pd.Series(grid.rows[row]).astype("str")
    return (place + ":" + numbers).array


def _to_geo(samples: pd.DataFrame, report: pd.DataFrame) -> gpd.GeoDataFrame:
    lon, lat = samples["lon"].to_numpy(float), samples["lat"].to_numpy(float)
    extras = [c for c in samples if c not in (*SAMPLE_COLUMNS, "lon", "lat", "undetected")]
    frame = samples[[*SAMPLE_COLUMNS, *extras]]
    geo = gpd.GeoDataFrame(frame, geometry=_points(lon, lat), crs=4326)
    geo.attrs["report"] = list_rows(report)
    return geo


def _points(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points, one object for each distinct place; None where there is no position."""
    place = np.stack([lon, lat], axis=1)
    codes, first = _distinct(place)
    points = np.empty(len(first), object)
    there = np.isfinite(place[first]).all(axis=1)
    points[there] = shapely.points(place[first][there])
    return points[codes]


def _distinct(place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code of each position and the first row of each code."""
    lon, lat = (pd.factorize(column, use_na_sentinel=False)[0] for column in place.T)
    codes, keys = pd.factorize(lon.astype(np.int64) * (lat.max(initial=0) + 1) + lat)
    first = np.zeros(len(keys), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, first

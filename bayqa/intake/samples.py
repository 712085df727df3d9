"""Samples: any table of measurements to one row for each station, time, layer and parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.files.hints import doubt_formats
from bayqa.intake.headings.columns import find_columns
from bayqa.intake.headings.headers import find_header
from bayqa.intake.headings.mapping import known_headings, read_mapping
from bayqa.intake.layouts.arrangements import stack_blocks, turn_table
from bayqa.intake.layouts.assembly import Reading, join_frames, make_frame, merge_values
from bayqa.intake.layouts.completion import (
    complete_samples,
    fill_places,
    list_places,
    read_station_list,
)
from bayqa.intake.layouts.limits import list_limits, state_limits
from bayqa.intake.layouts.longform import read_long
from bayqa.intake.layouts.measurements import read_wide, uses_comma
from bayqa.intake.layouts.partition import split_tables
from bayqa.intake.layouts.rows import drop_rows, fill_down
from bayqa.intake.layouts.stated import state_facts
from bayqa.intake.layouts.stations import mend_stations
from bayqa.intake.layouts.visits import read_visits
from bayqa.intake.places.angles import join_angles, join_sides
from bayqa.intake.points import read_points
from bayqa.intake.records.findings import (
    Finding,
    combine_findings,
    exit_code,
    list_rows,
    make_report,
)
from bayqa.intake.records.grid import Grid, release_memory
from bayqa.intake.tables import read_tables
from bayqa.intake.vocabulary.names import find_water
from bayqa.intake.vocabulary.values import parse_value
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["SAMPLE_COLUMNS", "read_samples"]

_LIST = "a list of stations; its positions are used where samples have none"
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
        Columns of `SAMPLE_COLUMNS`, extra columns of the file, geometry. Numbers are float64,
        `time` is datetime64[s], `flag` uint8; all texts are categories, sorted as texts (`source`:
        by row), so that a large table takes 63 bytes a sample where a row has 8. `value` of an
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
    findings: list[Finding] = []
    frames = _read_files(_paths(path), merged, keep, sheet, findings)
    samples = complete_samples(join_frames(frames), merged, keep, findings)
    release_memory()
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


def _read_files(paths: list[Path], mapping: Mapping, keep, sheet, findings: list):
    """Tidy frames of all files; a file that only lists stations gives the others its positions."""
    frames, listed = [], []
    for path in paths:
        try:
            frames += _read_file(path, mapping, keep, sheet, findings)
        except InputError as error:
            places = _listed_places(path) if len(paths) > 1 else None
            if places is None:
                raise
            findings.append(Finding(path.name, "sheet", "read", _LIST, count=len(places)))
            listed.append((places, error))
    if not frames:
        raise listed[0][1]
    for places, _ in listed:
        frames = [fill_places(frame, places) for frame in frames]
    yield from frames


def _listed_places(path: Path) -> pd.DataFrame | None:
    try:
        return read_station_list(path)
    except InputError:
        return None


def _read_file(path: Path, mapping: Mapping, keep, sheet, findings: list) -> list[pd.DataFrame]:
    """Tidy frames of the sheets of one file; a sheet without values is passed over, saying so."""
    frames, problems = [], []
    findings += doubt_formats(path)
    grids = (read_points(path) or read_tables(path, sheet=sheet))[::-1]
    mapping = {**mapping, "listed_limits": _listed_limits(grids)}
    release_memory()
    while grids:
        grids += split_tables(grids.pop())[::-1]
        # No name holds a grid or what it says here, so that both are let go once they are read.
        read = [_try_grid(grids.pop(), mapping, keep, findings)]
        if not isinstance(read[0], Reading):
            problems.append(read[0])
            continue
        release_memory()
        frames.append(make_frame(read.pop()))
    if not frames:
        raise problems[0][1]
    for grid, error in problems:
        places = list_places(grid)
        if places is None:
            action = "left out" if _holds_numbers(grid) else "ignored"
            findings.append(Finding(grid.file, "sheet", action, str(error), grid.sheet))
            continue
        count = len(places)
        findings.append(Finding(grid.file, "sheet", "read", _LIST, grid.sheet, count=count))
        frames = [fill_places(frame, places) for frame in frames]
    return frames


def _listed_limits(grids: list[Grid]) -> dict[str, str]:
    """Limits of detection of all sheets that list them."""
    listed: dict[str, str] = {}
    for grid in grids:
        listed = {**list_limits(grid), **listed} if len(grids) > 1 else listed
    return listed


def _try_grid(grid: Grid, mapping: Mapping, keep, findings: list):
    """What a grid says, or the grid with the error that it ended in."""
    try:
        return _read_grid(grid, mapping, keep, findings)
    except InputError as error:
        findings.extend(grid.findings)
        return grid, error


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
    header = join_sides(join_angles(find_header(grid, known_headings(mapping))))
    return grid, header, find_columns(header, mapping)


def _read_grid(grid: Grid, mapping: Mapping, keep, findings: list) -> Reading:
    grid, header, layout = _arranged(grid, mapping)
    body, layout, limits = state_limits(header.body, layout)
    body, dropped = drop_rows(body, layout)
    body, carried = fill_down(body, layout)
    body, mended = mend_stations(body, layout)
    body, layout, stated = state_facts(body, layout)
    comma = uses_comma(body, layout)
    visits, found = read_visits(body, layout, comma)
    read = read_long if layout.is_long else read_wide
    release_memory()
    pieces = read(body, layout, visits.water, comma, keep)
    merged = merge_values(pieces, visits)
    notes = (limits, dropped, carried, mended, stated, found, pieces.findings)
    findings += [*header.body.findings, *layout.findings, *(f for note in notes for f in note)]
    text, count = "rows with samples", body.n_rows
    findings.append(Finding(grid.file, "rows", "read", text, grid.sheet, header.row, count=count))
    place = f"{grid.file}[{grid.sheet}]" if grid.sheet else grid.file
    return Reading(place, body.rows, visits, merged)


def _to_geo(samples: pd.DataFrame, report: pd.DataFrame) -> gpd.GeoDataFrame:
    extras = [c for c in samples if c not in (*SAMPLE_COLUMNS, "geometry")]
    chosen = samples[[*SAMPLE_COLUMNS, *extras, "geometry"]]
    geo = gpd.GeoDataFrame(chosen, geometry="geometry", copy=False)
    geo.attrs["report"] = list_rows(report)
    return geo

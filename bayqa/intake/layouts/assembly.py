"""Assembly: values and visits of a table put together, one row for each value.

A large table is mostly its finished columns. So texts are categories, whatever a row of the table
tells is repeated for its values without an index, and no column is made twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from bayqa.intake.layouts.measurements import Pieces
from bayqa.intake.layouts.visits import Visits
from bayqa.intake.records.categories import join_categories, make_categories, make_words
from bayqa.intake.records.cells import code_type, distinct_pairs
from bayqa.intake.records.grid import Column, release_memory
from bayqa.intake.records.marks import MISSING_VALUE, Marks
from bayqa.parameters import load_parameters

__all__ = ["Merged", "Reading", "join_frames", "make_frame", "merge_values"]

_LARGE = 100_000
_POOL = pa.system_memory_pool()
"""The default pool keeps what was freed, about as much again as a column of texts."""


class Merged(NamedTuple):
    """Columns of the values of all parameters of a table, in the order of its rows.

    `counts` are the numbers of values of each row of the table.
    """

    counts: np.ndarray
    layer: pd.Categorical
    parameter: pd.Categorical
    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    unit: pd.Categorical
    flag: np.ndarray
    note: pd.Categorical
    undetected: np.ndarray


class Reading(NamedTuple):
    """What one table says.

    `place` is its file and sheet as they stand in `source`, `rows` are the numbers of its rows as
    a spreadsheet shows them.
    """

    place: str
    rows: np.ndarray
    visits: Visits
    merged: Merged


def merge_values(pieces: Pieces, visits: Visits) -> Merged:
    """Values in the order of the table's rows, with the marks of their visits joined.

    A row of the table gives its values in the order of the pieces. What is missing stays missing,
    whatever is wrong with its visit.
    """
    n = sum(map(len, pieces.rows))
    numbers = {name: np.empty(n) for name in ("value", "lower", "upper")}
    undetected, flag = np.empty(n, bool), np.empty(n, np.uint8)
    parameter, layer, note = _Coder(n), _Coder(n), _Coder(n)
    own = visits.layer
    counts = _count(pieces.rows, len(visits.time))
    place = np.cumsum(counts) - counts
    for v in pieces.values:
        at = place[v.row]
        place[v.row] += 1
        undetected[at], flag[at] = v.undetected, v.marks.flag
        for name, array in numbers.items():
            array[at] = getattr(v, name)
        parameter.put(at, [v.parameter], 0)
        layer.put(at, [v.layer] if v.layer else own.words, 0 if v.layer else own.codes[v.row])
        note.put(at, v.marks.words, v.marks.codes)
    flag, notes = _join_marks(flag, note.column(), visits.marks, counts)
    known, names = load_parameters(), parameter.column()
    unit = names._replace(words=[known[p].unit for p in names.words])
    texts = [make_categories(c) for c in (layer.column(), names, unit, notes)]
    return Merged(counts, *texts[:2], *numbers.values(), texts[2], flag, texts[3], undetected)


class _Coder:
    """Codes of n texts, filled piece by piece."""

    def __init__(self, n: int):
        self.codes, self.words = np.zeros(n, np.int8), {}

    def put(self, at: np.ndarray, words: Iterable[str], codes: np.ndarray | int) -> None:
        """Set some of the texts to words of a piece."""
        new = np.array([self.words.setdefault(w, len(self.words)) for w in words], np.int32)
        self.codes = self.codes.astype(code_type(len(self.words)), copy=False)
        self.codes[at] = new[codes]

    def column(self) -> Column:
        return Column(self.codes, np.array(list(self.words), object))


def _count(pieces: Sequence[np.ndarray], n_rows: int) -> np.ndarray:
    """Number of values of each row of the table."""
    counts = np.zeros(n_rows, np.int64)
    for rows in pieces:
        counts[rows] += 1
    return counts


def _join_marks(flag: np.ndarray, note: Column, visits: Marks, counts: np.ndarray):
    """Flags and notes of values, joined with those of their visits."""
    if (visits.flag > flag.min(initial=MISSING_VALUE)).any():
        raised = np.maximum(flag, np.repeat(visits.flag, counts))
        flag = np.where(flag == MISSING_VALUE, flag, raised)
    if not visits.codes.any():
        return flag, note
    marks = Marks(flag, note.codes.astype(np.int32), {w: k for k, w in enumerate(note.words)})
    codes = np.repeat(visits.codes, counts)
    noted = np.flatnonzero(codes)
    marks.join(noted, codes[noted], visits.words)
    return flag, marks.column


def make_frame(reading: Reading) -> pd.DataFrame:
    """One row for each value: the columns of samples, `undetected` and the extra columns."""
    columns, told = reading.merged._asdict(), _tell(reading)
    del reading
    counts = columns.pop("counts")
    counts = counts[counts > 0]
    points = told.pop("geometry")
    # From here on all is as large as the samples, so what the rows needed is let go.
    release_memory()
    columns |= {name: _repeat(told.pop(name), counts) for name in list(told)}
    release_memory()
    columns["geometry"] = gpd.array.from_shapely(np.repeat(points, counts), crs=4326)
    return pd.DataFrame(columns, copy=False)


def _tell(reading: Reading) -> dict[str, np.ndarray | pd.Categorical]:
    """Columns that the rows of a table tell, one entry for each row that has values."""
    visits, there = reading.visits, reading.merged.counts > 0
    told = {
        "station": visits.station,
        "time": visits.time.astype("datetime64[s]"),
        "depth_m": visits.depth_m,
        "water": visits.water,
        "geometry": _points(visits.lon, visits.lat),
        **visits.extras,
    }
    for name, cells in told.items():
        if isinstance(cells, Column):
            told[name] = make_categories(cells._replace(codes=cells.codes[there]))
        else:
            told[name] = cells[there]
    return {**told, "source": _sources(reading.place, reading.rows[there])}


def _repeat(told: np.ndarray | pd.Categorical, counts: np.ndarray):
    """What the rows of a table tell, for each of their values."""
    if isinstance(told, pd.Categorical):
        return pd.Categorical.from_codes(np.repeat(told.codes, counts), dtype=told.dtype)
    return np.repeat(told, counts)


def _sources(place: str, numbers: np.ndarray) -> pd.Categorical:
    """File, sheet and row, as texts such as "a.xlsx[May]:12", in the order of the rows."""
    codes = np.arange(len(numbers), dtype=code_type(len(numbers)))
    if not (numbers[1:] > numbers[:-1]).all():
        # Blocks of one row that were stacked have its number each.
        codes, numbers = pd.factorize(numbers)
    texts = pc.cast(pa.array(numbers), pa.large_string(), memory_pool=_POOL)
    before, colon = (pa.scalar(t, pa.large_string()) for t in (place, ":"))
    texts = pc.binary_join_element_wise(before, texts, colon, memory_pool=_POOL)
    return pd.Categorical.from_codes(codes, dtype=make_words(texts))


def _points(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points, one object for each distinct place; None where there is no position."""
    codes, first = distinct_pairs(lon, lat)
    points = np.empty(len(first), object)
    there = np.isfinite(lon[first]) & np.isfinite(lat[first])
    points[there] = shapely.points(lon[first][there], lat[first][there])
    return points[codes]


def join_frames(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of all frames, their texts as categories.

    A frame that nobody else holds is let go column by column, so that no table is held twice.
    """
    parts = [dict(frame.items()) for frame in frames]
    names = dict.fromkeys(name for part in parts for name in part)
    sizes = [len(part["station"]) for part in parts]
    whole = {}
    for name in names:
        columns = [part.pop(name, None) for part in parts]
        whole[name] = _join_columns(columns, sizes, ordered=name != "source")
        if len(parts) > 1 and sum(sizes) > _LARGE:
            del columns
            release_memory()
    return pd.DataFrame(whole, copy=False)


def _join_columns(columns: list[pd.Series | None], sizes: list[int], *, ordered: bool):
    """One column of several; a part that has none is blank."""
    if len(columns) == 1:
        return columns[0].array
    there = next(c for c in columns if c is not None)
    if isinstance(there.dtype, pd.CategoricalDtype) or there.dtype == "str":
        blank = pd.Categorical.from_codes
        parts = [
            blank(np.full(n, -1, np.int8), []) if c is None else c.astype("category").array
            for c, n in zip(columns, sizes, strict=True)
        ]
        return join_categories(parts, ordered=ordered)
    parts = [pd.Series(np.full(n, np.nan)) if c is None else c
             for c, n in zip(columns, sizes, strict=True)]  # fmt: skip
    return pd.concat(parts, ignore_index=True).array

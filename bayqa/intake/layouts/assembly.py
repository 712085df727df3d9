"""Assembly: values and visits of a table put together, one row for each value.

Texts that repeat are kept once: columns of few words are categories, and every other text is taken
from its distinct words at the end, so that a large table is never held as single texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from bayqa.intake.layouts.measurements import Pieces
from bayqa.intake.layouts.visits import Visits
from bayqa.intake.records.grid import Column
from bayqa.intake.records.marks import MISSING_VALUE, Marks, make_marks
from bayqa.parameters import load_parameters

__all__ = ["Merged", "join_frames", "make_frame", "make_texts", "merge_values"]

_PIECE = 250_000
_POOL = pa.system_memory_pool()
"""The default pool keeps what was freed, about as much again as a column of texts."""
_CODED = ("layer", "parameter", "unit", "water")


class Merged(NamedTuple):
    """Values of all parameters of a table, in the order of its rows."""

    row: np.ndarray
    parameter: Column
    layer: Column
    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    undetected: np.ndarray
    marks: Marks


def merge_values(pieces: Pieces, visits: Visits) -> Merged:
    """Values in the order of the table's rows, with the marks of their visits joined.

    A row of the table gives its values in the order of the pieces. What is missing stays missing,
    whatever is wrong with its visit.
    """
    n = sum(map(len, pieces.rows))
    numbers = {name: np.empty(n) for name in ("value", "lower", "upper")}
    row, undetected, marks = np.empty(n, np.int32), np.empty(n, bool), make_marks(n)
    parameter, layer = _Coder(n), _Coder(n)
    own = _factor(visits.layer)
    place = _starts(pieces.rows, len(visits.time))
    for v in pieces.values:
        at = place[v.row]
        place[v.row] += 1
        row[at], undetected[at], marks.flag[at] = v.row, v.undetected, v.marks.flag
        for name, array in numbers.items():
            array[at] = getattr(v, name)
        parameter.put(at, [v.parameter], 0)
        layer.put(at, [v.layer] if v.layer else own.words, 0 if v.layer else own.codes[v.row])
        words = np.array([marks.words.setdefault(w, len(marks.words)) for w in v.marks.words])
        marks.codes[at] = words[v.marks.codes]
    _join_marks(marks, visits.marks, row)
    return Merged(row, parameter.column(), layer.column(), *numbers.values(), undetected, marks)


class _Coder:
    """Codes of n texts, filled piece by piece."""

    def __init__(self, n: int):
        self.codes, self.words = np.zeros(n, np.int16), {}

    def put(self, at: np.ndarray, words: Sequence[str], codes: np.ndarray | int) -> None:
        """Set some of the texts to words of a piece."""
        new = np.array([self.words.setdefault(w, len(self.words)) for w in words], np.int32)
        if len(self.words) > np.iinfo(np.int16).max:
            self.codes = self.codes.astype(np.int32)
        self.codes[at] = new[codes]

    def column(self) -> Column:
        return Column(self.codes, np.array(list(self.words), object))


def _factor(texts: np.ndarray) -> Column:
    codes, words = pd.factorize(texts)
    return Column(codes.astype(np.int32), np.asarray(words, object))


def _starts(pieces: Sequence[np.ndarray], n_rows: int) -> np.ndarray:
    """Place of the first value of each row of the table."""
    counts = np.zeros(n_rows, np.int64)
    for rows in pieces:
        counts[rows] += 1
    return np.cumsum(counts) - counts


def _join_marks(marks: Marks, visits: Marks, row: np.ndarray) -> None:
    """Join the marks of the visits to those of their values."""
    if (visits.flag > marks.flag.min(initial=MISSING_VALUE)).any():
        raised = np.maximum(marks.flag, visits.flag[row])
        marks.flag[:] = np.where(marks.flag == MISSING_VALUE, marks.flag, raised)
    if visits.codes.any():
        codes = visits.codes[row]
        noted = np.flatnonzero(codes)
        marks.join(noted, codes[noted], visits.words)


def make_frame(place: str, numbers: np.ndarray, visits: Visits, merged: Merged) -> pd.DataFrame:
    """One row for each value: the columns of samples, `undetected`, then the extra columns.

    Parameters
    ----------
    place : str
        File and sheet, as they stand in `source`.
    numbers : ndarray of int, shape (rows,)
        Numbers of the rows as a spreadsheet shows them.
    visits : Visits
    merged : Merged
    """
    row, known = merged.row, load_parameters()
    unit = Column(merged.parameter.codes, [known[p].unit for p in merged.parameter.words])
    water, station = _factor(visits.water), _factor(visits.station)
    columns = {
        "station": make_texts(station.words, station.codes[row]),
        "time": visits.time.astype("datetime64[s]")[row],
        "layer": _categories(merged.layer),
        "depth_m": visits.depth_m[row],
        "parameter": _categories(merged.parameter),
        "value": merged.value,
        "lower": merged.lower,
        "upper": merged.upper,
        "unit": _categories(unit),
        "flag": merged.marks.flag,
        "note": make_texts(list(merged.marks.words), merged.marks.codes),
        "water": _categories(Column(water.codes.astype(np.int16)[row], water.words)),
        "source": _sources(place, numbers, row),
        "geometry": gpd.array.from_shapely(_points(visits.lon, visits.lat)[row], crs=4326),
        "undetected": merged.undetected,
    }
    return pd.DataFrame({**columns, **_extras(visits, row)}, copy=False)


def _extras(visits: Visits, row: np.ndarray) -> dict:
    extras = {}
    for name, cells in visits.extras.items():
        coded = _factor(cells) if cells.dtype == object else None
        extras[name] = cells[row] if coded is None else make_texts(coded.words, coded.codes[row])
    return extras


def make_texts(words: Sequence[str], codes: np.ndarray):
    """Texts of codes into distinct words, without an object for each of them."""
    known = pa.array(words, pa.large_string())
    return _piece_together(lambda part: pc.take(known, pa.array(part), memory_pool=_POOL), codes)


def _piece_together(make, codes: np.ndarray):
    """Texts of all codes, made in pieces: the library asks for twice the memory of a piece."""
    parts = [make(codes[k : k + _PIECE]) for k in range(0, len(codes), _PIECE)]
    return pd.array(pa.chunked_array(parts, pa.large_string()), dtype="str")


def _categories(column: Column) -> pd.Categorical:
    """Categories in the order of the alphabet, so that they sort as texts do."""
    present = np.flatnonzero(np.bincount(column.codes, minlength=len(column.words)))
    words = sorted({column.words[k] for k in present})
    place = {word: k for k, word in enumerate(words)}
    lookup = np.array([place.get(word, 0) for word in column.words], np.int8 if
                      len(words) < 128 else np.int32)  # fmt: skip
    return pd.Categorical.from_codes(lookup[column.codes], words)


def _sources(place: str, numbers: np.ndarray, row: np.ndarray):
    """File, sheet and row of each value, as texts such as "a.xlsx[May]:12"."""
    before, colon = (pa.scalar(t, pa.large_string()) for t in (place, ":"))

    def name(part: np.ndarray) -> pa.Array:
        texts = pc.cast(pa.array(numbers[part]), pa.large_string(), memory_pool=_POOL)
        return pc.binary_join_element_wise(before, texts, colon, memory_pool=_POOL)

    return _piece_together(name, row)


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


def join_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of all frames; their columns of categories stay so."""
    if len(frames) == 1:
        return frames[0]
    words = {
        c: sorted(set().union(*(f[c].astype("category").cat.categories for f in frames)))
        for c in _CODED
    }
    alike = [f.astype({c: pd.CategoricalDtype(w) for c, w in words.items()}) for f in frames]
    return pd.concat(alike, ignore_index=True)

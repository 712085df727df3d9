"""Grade scales of the indices, read from ``scales.toml``, and the two functions that use them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import InputError

__all__ = ["Scale", "apply", "grade", "label", "load_scales"]


_DIGITS = 9


class Scale(NamedTuple):
    """Grades of an index, best first; see the head of ``scales.toml``."""

    id: str
    better: str
    edges: tuple
    closed: tuple
    labels_zh: tuple
    labels_en: tuple
    evidence: str
    source: str


@cache
def load_scales() -> Mapping[str, Scale]:
    """All grade scales by id, read-only."""
    text = files("bayqa.assess.indices").joinpath("scales.toml").read_text(encoding="utf-8")
    scales = {}
    for key, row in tomllib.loads(text).items():
        row = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        scales[key] = Scale(id=key, **row)
    return MappingProxyType(scales)


def apply(function: Callable, *values):
    """Result of a numpy function on numbers, arrays or DataArrays, in the kind that came in.

    Parameters
    ----------
    function : callable
        Takes and gives numpy arrays.
    *values : float, array or DataArray
        Broadcast against each other.

    Returns
    -------
    float, array or DataArray
    """
    ready = [v if isinstance(v, xr.DataArray) else np.asarray(v, dtype=float) for v in values]
    with np.errstate(divide="ignore", invalid="ignore"):
        out = xr.apply_ufunc(function, *ready)
    return out[()] if isinstance(out, np.ndarray) else out


def grade(value, scale: str):
    """Grade number of index values: 1 is the best grade, 0 where the value is NaN.

    Parameters
    ----------
    value : float, array or DataArray
        Index values.
    scale : str
        Id of a scale, see `load_scales`.

    Returns
    -------
    int8, shape of `value`

    Raises
    ------
    InputError
        If the scale is unknown.
    """
    row = _scale(scale)
    sign = 1.0 if row.better == "low" else -1.0

    def count(v):
        # 1e6 * 0.3 * 0.015 / 4500 must be 1: rounding noise may not decide a grade.
        v = np.round(v, _DIGITS)
        worse = np.zeros(np.shape(v), dtype=np.int8)
        for edge, closed in zip(row.edges, row.closed, strict=True):
            past = sign * v > sign * edge if closed else sign * v >= sign * edge
            worse = worse + past.astype(np.int8)
        return np.where(np.isnan(v), 0, worse + 1).astype(np.int8)

    return apply(count, value)


def label(grades, scale: str, language: str = "zh"):
    """Words for grade numbers; the empty word for 0.

    Parameters
    ----------
    grades : int or array of int
        As `grade` gives them.
    scale : str
    language : str
        "zh" or "en".

    Returns
    -------
    str or array of str
    """
    row = _scale(scale)
    words = np.array(["", *(row.labels_en if language == "en" else row.labels_zh)])
    out = words[np.asarray(grades, dtype=int)]
    return str(out) if np.ndim(out) == 0 else out


def _scale(name: str) -> Scale:
    scales = load_scales()
    if name not in scales:
        raise InputError(f"grade scale {name!r} is unknown; take one of {', '.join(scales)}")
    return scales[name]

"""What is asked of a place: the target category, its limit, and how far a value is from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import xarray as xr

from bayqa.errors import StandardError
from bayqa.standards.standard import Limit, Standard

__all__ = [
    "clear_undetected",
    "exceedance_multiple",
    "limit_at",
    "limit_text",
    "target_number",
]

_NUMERALS = dict(zip("一二三四五12345", ("I", "II", "III", "IV", "V") * 2, strict=True))


def target_number(standard: Standard, target: str | None = None) -> int:
    """Number of the target category: the given one, or the last that counts as good.

    Parameters
    ----------
    standard : Standard
    target : str, optional
        Category id, such as "II"; also as people write it: "Ⅱ类", "第二类", "class II".

    Returns
    -------
    int
        1 is the best category.

    Raises
    ------
    StandardError
        If the category is not one of the standard.
    """
    ids = [c.id for c in standard.categories]
    wanted = target or (standard.good[-1] if standard.good else ids[max(len(ids) - 2, 0)])
    wanted = wanted if wanted in ids else _fold(wanted)
    if wanted not in ids:
        raise StandardError(
            f"target {(target or wanted)!r} is not a category of {standard.id}; take one of "
            f"{', '.join(ids)}"
        )
    return ids.index(wanted) + 1


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    plain = re.sub(r"^(第|class\s*)|(类|級|级|class)$", "", plain, flags=re.IGNORECASE).strip()
    plain = re.sub(r"(类|水质|标准)+$", "", plain)
    return _NUMERALS.get(plain, plain.upper())


def clear_undetected(field: xr.Dataset, names: Iterable[str], standard: Standard) -> xr.Dataset:
    """The field with 0 for what is below detection, where the best class allows no trace.

    Parameters
    ----------
    field : Dataset
        Stations with `<p>_lower`; other fields come back as they are.
    names : iterable of str
        Parameters of the standard.
    standard : Standard

    Returns
    -------
    Dataset
        Whatever number stands in for a value below detection elsewhere, here it meets the class.
    """
    asked = [n for n in names if standard.limits[n].absence and f"{n}_lower" in field]
    return field.assign(
        {n: field[n].where((field[f"{n}_lower"] != 0) | field[n].isnull(), 0.0) for n in asked}
    )


def limit_at(limit: Limit, number: int):
    """Limit of category `number`: a number, a (low, high) pair, or None where there is none."""
    return limit.edges[number - 1] if 1 <= number <= len(limit.edges) else None


def exceedance_multiple(value, limit: Limit, number: int):
    """Value over limit, less one, where it is over.

    Parameters
    ----------
    value : float or array
    limit : Limit
    number : int
        Category whose limit counts.

    Returns
    -------
    float or array
        NaN for "min" and "range" limits (oxygen, pH), which have no multiple, for a missing limit
        and for NaN; 0 where the limit is met.

    Source
    ------
    HJ 442-2008 and the surface water method of 2011: C/S - 1, not for pH and oxygen.
    """
    edge = limit_at(limit, number)
    value = np.asarray(value, dtype=float)
    if limit.direction != "max" or edge is None or edge <= 0:
        return np.full(value.shape, np.nan)[()]
    return (np.maximum(value / edge - 1, 0) + 0 * value)[()]


def limit_text(limit: Limit, number: int) -> str:
    """The limit of a category as people write it: "<= 0.3", "> 5", "7.8-8.5"."""
    edge = limit_at(limit, number)
    if edge is None:
        return ""
    if limit.direction == "range":
        return f"{edge[0]:g}-{edge[1]:g}"
    sign = ">" if limit.direction == "min" else "<"
    return f"{sign}{'=' if limit.includes(number) else ''} {edge:g}"

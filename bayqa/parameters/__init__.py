"""The table of parameters: names, units, scale, basis, aliases and plausible ranges.

The rows live in ``parameters.toml``; this module only reads and searches them.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["Parameter", "find_parameter", "load_parameters"]


class Parameter(NamedTuple):
    """One row of the table; `unit` is the canonical unit of all values inside bayqa."""

    id: str
    name_en: str
    name_zh: str
    unit: str
    scale: str = "log10"
    """Working scale of fields, "log10" or "linear"."""
    basis: str = ""
    """Species a mass is counted as: "N", "P", "S", "CaCO3"; empty where there is none."""
    molar_mass: float | None = None
    """g/mol of the basis, for conversion from moles."""
    cf_name: str | None = None
    aliases: tuple[str, ...] = ()
    plausible: tuple[float, float] = (0.0, float("inf"))
    """Values outside are flagged suspect."""
    possible: tuple[float, float] = (0.0, float("inf"))
    """Values outside cannot be true and are flagged fail."""
    decimals: int = 2
    """Decimals shown in tables and legends."""


@cache
def load_parameters() -> Mapping[str, Parameter]:
    """All parameters, keyed by id, in the order of the table.

    Returns
    -------
    mapping of str to Parameter
        Read-only.
    """
    text = files("bayqa.parameters").joinpath("parameters.toml").read_text(encoding="utf-8")
    rows = {key: _parameter(key, row) for key, row in tomllib.loads(text).items()}
    return MappingProxyType(rows)


def find_parameter(text: str) -> str | None:
    """Id of the parameter that a header or cell means, or None.

    Ids, names and aliases are compared without case, width, spaces and punctuation.

    Parameters
    ----------
    text : str
        A header such as "DIN", "无机氮" or "Nitrate Nitrogen".

    Returns
    -------
    str or None
    """
    return _lookup().get(_fold(text))


def _parameter(key: str, row: dict) -> Parameter:
    pairs = {name: tuple(row[name]) for name in ("aliases", "plausible", "possible") if name in row}
    return Parameter(id=key, **{**row, **pairs})


@cache
def _lookup() -> dict[str, str]:
    found: dict[str, str] = {}
    for key, row in load_parameters().items():
        for name in (key, row.name_en, row.name_zh, *row.aliases):
            found.setdefault(_fold(name), key)
    return found


def _fold(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in wide if c.isalnum() or c in "+<>")

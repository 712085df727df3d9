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

from bayqa.parameters.script import simplify_script

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
    fresh_aliases: tuple[str, ...] = ()
    """Names that mean this parameter in fresh water only."""


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


def find_parameter(text: str, water: str = "sea") -> str | None:
    """Id of the parameter that a header or cell means, or None.

    Ids, names and aliases are compared without case, width, spaces and punctuation.

    Parameters
    ----------
    text : str
        A header such as "DIN", "无机氮" or "Nitrate Nitrogen".
    water : str
        Kind of water of the table; "COD" means the permanganate value in the sea (`cod_mn`) and
        the dichromate value in fresh water (`cod_cr`).

    Returns
    -------
    str or None
    """
    folded = _fold(text)
    if water != "sea" and folded in _fresh_lookup():
        return _fresh_lookup()[folded]
    return _lookup().get(folded)


def _parameter(key: str, row: dict) -> Parameter:
    lists = ("aliases", "fresh_aliases", "plausible", "possible")
    pairs = {name: tuple(row[name]) for name in lists if name in row}
    return Parameter(id=key, **{**row, **pairs})


@cache
def _lookup() -> dict[str, str]:
    found: dict[str, str] = {}
    for key, row in load_parameters().items():
        for name in (key, row.name_en, row.name_zh, *row.aliases):
            found.setdefault(_fold(name), key)
    for key, row in load_parameters().items():
        if row.cf_name:
            found.setdefault(_fold(row.cf_name), key)
    return found


@cache
def _fresh_lookup() -> dict[str, str]:
    rows = load_parameters().items()
    return {_fold(name): key for key, row in rows for name in row.fresh_aliases}


def _fold(text: str) -> str:
    wide = simplify_script(unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in wide if c.isalnum() or c in "+<>%")

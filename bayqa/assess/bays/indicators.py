"""Indicators of the beautiful bay: the five national ones and local ones, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bayqa.errors import InputError

__all__ = ["Indicator", "load_indicators"]

_WANTED = ("name_zh", "name_en", "direction")


class Indicator(NamedTuple):
    """One indicator; `direction` "min" means that more is better."""

    id: str
    name_zh: str
    name_en: str
    direction: str
    source: str = "table"
    """"assessment" for the good-water share, "table" for given values."""
    unit: str = "1"
    group_zh: str = ""
    group_en: str = ""
    aim_zh: str = ""
    evidence: str = ""
    target: float | None = None
    """Target where a bay has none of its own."""
    local: bool = False


def load_indicators(local: str | Path | Mapping | None = None) -> Mapping[str, Indicator]:
    """The five national reference indicators, and local ones after them.

    Parameters
    ----------
    local : path or mapping, optional
        TOML with a table for each local indicator: name_zh, name_en, direction ("min" or "max"),
        then optionally unit, group_zh, group_en, aim_zh, evidence, target.

    Returns
    -------
    mapping of id to Indicator
        Read-only.

    Raises
    ------
    InputError
        If a local indicator lacks a name, has another direction, an unknown key, or the id of a
        national one.
    """
    text = files("bayqa.assess").joinpath("indicators.toml").read_text(encoding="utf-8")
    found = {key: Indicator(id=key, **row) for key, row in tomllib.loads(text).items()}
    for key, row in _local_rows(local).items():
        _check(key, row, found)
        found[key] = Indicator(id=key, **row, local=True)
    return MappingProxyType(found)


def _local_rows(local) -> Mapping:
    if local is None or isinstance(local, Mapping):
        return local or {}
    try:
        return tomllib.loads(Path(local).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"indicators {local}: {error}; give a readable TOML file") from error


def _check(key: str, row: Mapping, found: Mapping) -> None:
    if key in found:
        raise InputError(f"local indicator {key!r} has the id of another one; choose a new id")
    lacking = [k for k in _WANTED if k not in row]
    unknown = sorted(set(row) - set(Indicator._fields) | {"id", "local"} & set(row))
    if lacking or unknown or row["direction"] not in ("min", "max"):
        raise InputError(
            f"local indicator {key!r}: lacks {lacking or 'nothing'}, unknown "
            f"{unknown or 'nothing'}, direction {row.get('direction')!r}; wanted "
            f"{', '.join(_WANTED)} with direction 'min' or 'max'"
        )

"""The type of a standard: rules as data, read from TOML, never changed by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Category", "Limit", "Standard"]


class Category(NamedTuple):
    """One category; the last of a standard is "worse than the last class"."""

    id: str
    label_zh: str
    label_en: str
    color: str


class Limit(NamedTuple):
    """The limits of one parameter, best category first, in the parameter's canonical unit."""

    parameter: str
    edges: tuple
    """One number a class for "max" and "min", one (low, high) pair a class for "range"; None where
    the standard gives the class no limit."""
    direction: str = "max"
    """"max": the value must not exceed; "min": must not fall below; "range": must lie within."""
    inclusive: bool = True
    """True if a value equal to the limit still meets the class."""
    clause: str = ""
    evidence: str = ""
    statistic: str = "mean"
    layer: str = ""
    season: str = ""
    where: str = ""
    note: str = ""


@dataclass(frozen=True)
class Standard:
    """A standard or rule set, as loaded by `load_standard`."""

    id: str
    version: str
    title_zh: str
    title_en: str
    source: str
    effective: str
    evidence: str
    water: str
    """"sea", "river", "lake", "groundwater", "drinking", "bathing"."""
    categories: tuple[Category, ...]
    """Best first; the last one is worse than the last class of the standard."""
    limits: Mapping[str, Limit]
    rule: str = "worst-of"
    parameters: tuple[str, ...] = ()
    """Parameters judged by default."""
    good: tuple[str, ...] = ()
    """Ids of the categories that count as good, e.g. ("I", "II")."""
    missing: str = "skip"
    """What a missing required parameter does: "skip" or "not-assessed"."""
    options: Mapping[str, object] = field(default_factory=dict)

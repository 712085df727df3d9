"""The type of a standard: rules as data, read from TOML, never changed by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bayqa.errors import StandardError
from bayqa.standards.edges import TOLERANCE, grade_values, thresholds, tolerance_of

__all__ = ["Category", "Limit", "Note", "Standard"]


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
    inclusive: bool | tuple[bool, ...] = True
    """True if a value equal to the limit still meets the class; or one a class."""
    clause: str = ""
    evidence: str = ""
    statistic: str | tuple = "mean"
    """What of the samples is judged: "mean", "p75", "p95-lognormal", ...; or one a class."""
    layer: str = ""
    season: str = ""
    where: str = ""
    note: str = ""
    unit: str = ""
    """Unit of `printed`, as the standard writes it."""
    printed: tuple = ()
    """The edges as the standard prints them, before conversion to the canonical unit."""
    factor: float = 1.0
    """From `unit` to the canonical unit."""
    name_zh: str = ""
    name_en: str = ""
    """Name that this standard gives the parameter, where it differs from the common one."""
    needs: str = ""
    """"background" where the value is an increment that must be worked out first."""
    seasonal: Mapping[str, tuple] = {}
    """Season to edges, where a season has limits of its own."""
    alternative: Limit | None = None
    """A second parameter that may give the better class: "7.5 mg/L or 90 % saturation"."""
    threshold: float | None = None
    """With the statistic "above": the value whose share of samples above it is judged, percent."""
    also: tuple = ()
    """Further demands on the same parameter, by statistics of their own; all must be met."""

    @property
    def absence(self) -> bool:
        """Whether the best class asks that nothing be detected, which is given as 0."""
        return self.direction == "max" and self.edges[0] == 0

    def includes(self, number: int) -> bool:
        """Whether a value equal to the limit of class `number` (from 1) meets it."""
        several = isinstance(self.inclusive, tuple)
        return bool(self.inclusive[number - 1] if several else self.inclusive)


class Note(NamedTuple):
    """A row of the standard in words, which no number can be judged by."""

    id: str
    name_zh: str
    name_en: str
    text: tuple[str, ...]
    """One sentence a class."""
    clause: str = ""
    evidence: str = ""


@dataclass(frozen=True, repr=False)
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
    notes: tuple[Note, ...] = ()
    variant: str = ""
    """Name of the variant (water type, region, segment), empty for the plain standard."""

    def __repr__(self) -> str:
        """Title, categories and parameters; `describe_standard` shows the limits."""
        lines = [
            f"<Standard {self.id}: {self.title_en}>",
            f"{self.title_zh}; {self.water}, rule {self.rule}, version {self.version}",
            f"categories {', '.join(category.id for category in self.categories)}",
            f"judges {', '.join(self.parameters or self.limits)}",
            f"evidence {self.evidence}",
        ]
        return "\n".join(lines)

    def grade(self, parameter, value, *, season=""):
        """Category number that `value` of `parameter` meets.

        A value within a relative 1e-9 of a limit (2.5e-7 for float32) counts as equal to it;
        whether equal meets the class is `Limit.inclusive`.

        Parameters
        ----------
        parameter : str
            Id, one of `limits`.
        value : float or array, any shape
            In the canonical unit of the parameter.
        season : str
            "spring", "summer", "autumn", "winter"; only some limits differ by season.

        Returns
        -------
        int or ndarray of uint8
            1 = best, n + 1 = worse than the last class, 0 = not assessable (NaN).

        Raises
        ------
        StandardError
            If the standard has no limit for the parameter.
        """
        values = np.asarray(value)
        values = values if values.dtype == np.float32 else values.astype(float)
        grades = grade_values(np.atleast_1d(values), self.bounds(parameter, values.dtype, season))
        if "scores" in self.options:
            grades = self._score_categories()[grades]
        return int(grades[0]) if values.ndim == 0 else grades

    def _score_categories(self) -> np.ndarray:
        """Category of a single sample by its score; 0 stays 0."""
        cuts, scores = (np.array(self.options[key], float) for key in ("cuts", "scores"))
        numbers = 1 + (scores[:, None] < cuts - TOLERANCE).sum(axis=1)
        return np.array([0, *numbers], np.uint8)

    def bounds(self, parameter, dtype=np.float64, season=""):
        """Thresholds of each class, shape (2, n_classes); see `bayqa.standards.edges`."""
        if parameter not in self.limits:
            raise StandardError(
                f"{self.id} has no limit for {parameter!r}; it judges {', '.join(self.limits)}. "
                "Choose one of these, or add a row to a standard of your own."
            )
        limit = self.limits[parameter]
        limit = limit._replace(edges=tuple(limit.seasonal.get(season, limit.edges)))
        open_class = str(self.options.get("open_class", "exceeds"))
        return thresholds(limit, open_class, tolerance_of(dtype))

"""Headings that no list knows, told by their words, such as "Sample latitude (DD)"."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["guess_fields"]

_EDGE = re.compile(r"[^A-Za-z0-9%À-ÿ]+|(?<=[a-z0-9])(?=[A-Z])")
_NEVER = {"method", "datum", "accuracy", "quality", "flag", "type", "comment", "remark", "status",
          "url", "uri", "class", "category", "group", "precision", "reference", "lab", "air",
          "wind", "rain", "bottom", "total", "code_type", "zone", "organization", "organisation",
          "agency", "project", "qc", "qf", "qv", "qual", "added", "utc",
          "sd", "std", "error", "min", "max", "mean", "count"}  # fmt: skip
_AXES = ("经度", "纬度", "經度", "緯度")
_WORDS = {
    "lat": ({"latitude", "lat", "latitud", "breite", "纬度", "緯度"}, set()),
    "lon": ({"longitude", "lon", "long", "lng", "longitud", "länge", "经度", "經度"}, set()),
    "time": (
        {"date", "datetime", "timestamp", "fecha", "datum", "dt"},
        {"received", "analysis", "analyzed", "analysed", "created", "entered", "modified",
         "updated", "end", "close", "report", "reported", "prepared", "import", "export"},
    ),
    "station": ({"station", "site", "stn", "sta", "punto", "ponto", "messstelle"}, {"depth"}),
    "parameter": (
        {"parameter", "characteristic", "analyte", "determinand", "variable", "parametre",
         "paramètre", "parametro", "parámetro"},
        {"code", "unit", "units", "definition", "notation", "id"},
    ),
    "value": (
        {"value", "result", "resultat", "résultat", "resultado", "valor", "concentration"},
        {"unit", "units", "code", "id", "qualifier", "limit", "interpretation"},
    ),
    "unit": (
        {"unit", "units", "uom", "unite", "unité", "unidad", "unidade", "unità", "einheit",
         "enhet", "enhed", "eenheid"},
        {"depth", "limit"},
    ),
}  # fmt: skip
"""Words that mean a field, and words that mean something else beside them."""


def guess_fields(headings: Iterable[tuple[int, str]], missing: Iterable[str]) -> dict[str, int]:
    """Column of each missing field whose words exactly one or one best unknown heading has.

    Parameters
    ----------
    headings : iterable of (int, str)
        Columns and texts of the headings that mean nothing yet.
    missing : iterable of str
        Fields without a column.

    Returns
    -------
    dict of int
        The heading of fewest words wins; none where two are as short.
    """
    words = {j: _words(text) for j, text in headings}
    found: dict[str, int] = {}
    for field in missing:
        wanted, other = _WORDS.get(field, (set(), set()))
        hits = [
            (len(w), j)
            for j, w in words.items()
            if wanted & set(w) and not (other | _NEVER) & set(w) and j not in found.values()
        ]
        hits.sort()
        if hits and (len(hits) == 1 or hits[0][0] < hits[1][0]):
            found[field] = hits[0][1]
    return found


def _words(text: str) -> list[str]:
    """Words of a heading; of one in Chinese those for longitude and latitude in it."""
    words = [w.casefold() for w in _EDGE.split(text) if w]
    return words + [w for w in _AXES if w in text and "经纬" not in text and "經緯" not in text]

"""Positions as people write them, to degrees of WGS84."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from bayqa.intake.vocabulary.text import clean_text

__all__ = ["PACKED_FORMATS", "Angles", "looks_packed", "packed_format", "parse_angles",
           "split_pair", "unpack_angles"]  # fmt: skip

PACKED_FORMATS = ("ddd.mmss", "dddmmss", "dddmm.mmm", "microdegrees")

_NUMBER = r"\d+(?:\.\d+)?"
_DEGREE = r"(?:°|º|˚|度|d|deg|degrees?|\*)"
_MINUTE = r"(?:'|′|’|‘|`|´|分|m|min)"
_SECOND = r"(?:\"|″|”|“|''|′′|’’|秒|s|sec)"
_SEXAGESIMAL = re.compile(
    rf"^({_NUMBER})\s*(?:{_DEGREE}|:|-|\s)\s*(?:({_NUMBER})\s*(?:{_MINUTE}|:|-|\s|$)?\s*"
    rf"(?:({_NUMBER})\s*{_SECOND}?)?)?$"
)
_ACCENTS = str.maketrans({"´": "′", "¨": "″", "º": "°", "˝": "″"})
"""Signs that normal widths would turn into blanks and combining marks."""
_COORDINATE = r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_POINT = re.compile(
    rf"(?:\bpoint\s*z?m?\s*\(\s*|\"coordinates\"\s*:\s*\[\s*){_COORDINATE}\s*[\s,]\s*{_COORDINATE}",
    re.I,
)
_HEX_POINT = re.compile(r"^0[01](?:[0-9a-f]{8})(?:[0-9a-f]{8})?[0-9a-f]{32,48}$", re.I)
_STOP = re.compile(r"(?<=\d)\s*[。]\s*(?=\d{1,2}(?:\.\d+)?\s*(?:['′分]))")
"""A full stop typed for the sign of degrees: 121。30′."""
_DOTTED = re.compile(r"^(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d+)?)$")
_PLAIN = re.compile(r"^([+-]?)(\d+(?:\.\d*)?|\.\d+)$")
_SIDES = {"e": 1, "东经": 1, "东": 1, "east": 1, "w": -1, "西经": -1, "西": -1, "west": -1,
          "n": 1, "北纬": 1, "北": 1, "north": 1, "s": -1, "南纬": -1, "南": -1,
          "south": -1}  # fmt: skip
_SIDE = re.compile(
    r"^(东经|西经|北纬|南纬|east|west|north|south|[东西南北ewns])?\s*[:=]?\s*(.*?)\s*"
    r"(东经|西经|北纬|南纬|east|west|north|south|[东西南北ewns])?$"
)
_AXIS = {"e": "lon", "w": "lon", "n": "lat", "s": "lat", "东": "lon", "西": "lon", "北": "lat",
         "南": "lat"}  # fmt: skip


_PACKED = {"dddmmss": (1e4, (100, 1e4)), "dddmm.mmm": (1e2, (100,)), "microdegrees": (1e6, ())}
"""Units in a degree, and the units whose rest must stay below sixty of a hundred."""


class Angles(NamedTuple):
    """Numbers of distinct texts; NaN where unreadable or blank.

    `styles`: "number", "sexagesimal", "blank", "sixty" (minutes or seconds of 60
    and more), "unreadable"; `axes`: "lon" or "lat" when the text
    names its hemisphere.
    """

    values: np.ndarray
    styles: np.ndarray
    axes: np.ndarray


def parse_angles(words: Sequence[str], *, comma: bool = False) -> Angles:
    """Angles (or plain coordinates) of distinct texts.

    Parameters
    ----------
    words : sequence of str, shape (n,)
        "122.5", "122°30′15″E", "东经122度30分", "122 30 15", "W 76.36", "122:30.25".
    comma : bool
        Whether the comma is the decimal sign.

    Returns
    -------
    Angles
    """
    values = np.full(len(words), np.nan)
    styles = np.full(len(words), "unreadable", object)
    axes = np.full(len(words), "", object)
    for k, word in enumerate(words):
        values[k], styles[k], axes[k] = _parse_angle(word, comma)
    return Angles(values, styles, axes)


def _parse_angle(word: str, comma: bool) -> tuple[float, str, str]:
    plain = clean_text(word.translate(_ACCENTS)).casefold().lstrip("'")
    if comma:
        plain = plain.replace(",", ".")
    plain = re.sub(r"\(([ewns东西南北])\)", r"\1", _STOP.sub("°", plain)).replace("。", ".")
    if plain in ("", "-", "--", "/", "nan", "none", "null", "n/a", "na", "-9999", "-999", "缺"):
        return np.nan, "blank", ""
    lead, body, tail = _SIDE.match(plain).groups()
    if tail == "s" and re.search(r"\d\s*m\s*[\d.]+\s*s$", plain):
        body, tail = plain[len(lead or "") :], None
    side = lead or tail
    axis = _AXIS[side[0]] if side else ""
    if lead and tail:
        return np.nan, "unreadable", ""
    sign = _SIDES[side] if side else 1
    hit = _PLAIN.match(re.sub(r"(?<=\d)\s+(?=\.)|(?<=\.)\s+(?=\d)", "", body).rstrip("°º˚度"))
    if hit:
        number = float(hit.group(2)) * (-1 if hit.group(1) == "-" else 1)
        return number * sign, "number", axis
    return _parse_sexagesimal(body, sign, axis)


def _parse_sexagesimal(body: str, sign: int, axis: str) -> tuple[float, str, str]:
    if body.startswith("-"):
        sign, body = -sign, body[1:].strip()
    hit = _SEXAGESIMAL.match(body) or _DOTTED.match(body)
    if not hit:
        return np.nan, "unreadable", ""
    degrees, minutes, seconds = (float(g) if g else 0.0 for g in hit.groups())
    if minutes >= 60 or seconds >= 60:
        return np.nan, "sixty", ""
    if degrees > 180:
        return np.nan, "unreadable", ""
    if (minutes % 1 and seconds) or (degrees % 1 and (minutes or seconds)):
        return np.nan, "unreadable", ""
    return sign * (degrees + minutes / 60 + seconds / 3600), "sexagesimal", axis


def split_pair(words: Sequence[str], order: str = "") -> tuple[list[str], list[str]]:
    """Longitude and latitude texts of cells that hold both, such as "N37°12′ E122°30′".

    WKT, WKB in hexadecimal and GeoJSON points give longitude first. Without hemispheres the order
    is `order` ("lat lon" or "lon lat"), else latitude first only when the second is above 90; else
    both are left blank.
    """
    pairs = [_split_one(word, order) for word in words]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def _split_one(word: str, order: str) -> tuple[str, str]:
    hit = _POINT.search(word)
    if hit:
        return hit.group(1), hit.group(2)
    if _HEX_POINT.match(word.strip()):
        return _hex_point(word.strip())
    plain = clean_text(word.translate(_ACCENTS).replace("\n", " ; ")).casefold().strip("()[]{}")
    first, second = _halves(plain)
    a, b = _parse_angle(first, False), _parse_angle(second, False)
    if a[2] == "lat" or b[2] == "lon":
        return second, first
    if a[2] == "lon" or b[2] == "lat":
        return first, second
    if abs(b[0]) > 90 >= abs(a[0]) or (order == "lat lon" and not abs(a[0]) > 90):
        return second, first
    if abs(a[0]) > 90 >= abs(b[0]) or order == "lon lat":
        return first, second
    return "", ""


def _hex_point(word: str) -> tuple[str, str]:
    """Coordinates of a point in well-known binary, or blanks."""
    try:
        point = shapely.from_wkb(word)
    except (shapely.errors.ShapelyError, ValueError):
        return "", ""
    there = shapely.get_type_id(point) == 0 and not shapely.is_empty(point)
    return (repr(point.x), repr(point.y)) if there else ("", "")


def _halves(plain: str) -> tuple[str, str]:
    for separator in (r"\s*[;；|]\s*", r"[,，、]", r"\s*/\s*", r"(?<=[ewns东西南北])\s*(?=\d)",
                      r"\s*(?=东经|西经|北纬|南纬)",
                      r"\s*(?=[ewns])", r"\s+"):  # fmt: skip
        parts = [p.strip() for p in re.split(separator, plain) if p and p.strip()]
        if len(parts) == 2:
            first, second = (re.sub(r"^(\d+),(\d+)$", r"\1.\2", p) for p in parts)
            return first, second
    return "", ""


def looks_packed(values: np.ndarray) -> bool:
    """Whether decimal degrees look like packed ddd.mmss: no minute or second is 60 or more.

    By chance this happens to n true decimal places with probability 0.36**n.
    """
    fraction = np.round(np.abs(values[np.isfinite(values)]) % 1 * 1e4, 2)
    distinct = np.unique(fraction)
    if len(distinct) < 8 or not np.allclose(distinct, np.round(distinct), atol=0.011):
        return False
    return bool(((distinct // 100 < 60) & (np.round(distinct) % 100 < 60)).all())


def packed_format(lon: np.ndarray, lat: np.ndarray) -> str:
    """Format that whole numbers seem to be packed in: dddmmss, dddmm.mmm, microdegrees, or ""."""
    for name, (per_degree, sixty) in _PACKED.items():
        fits = [
            (np.abs(v) <= most * per_degree) & (np.abs(v) >= 3 * per_degree)
            for v, most in ((lon, 180), (lat, 90))
        ]
        parts = [np.abs(v) % s < 0.6 * s for v in (lon, lat) for s in sixty]
        if np.concatenate([*fits, *parts]).all():
            return name
    return ""


def unpack_angles(values: np.ndarray, style: str = "ddd.mmss") -> np.ndarray:
    """Degrees of packed numbers: ddd.mmss, dddmmss, dddmm.mmm or microdegrees."""
    if style == "microdegrees":
        return values / 1e6
    sign, size = np.sign(values), np.abs(values)
    size = size / {"dddmmss": 1e4, "dddmm.mmm": 1e2}.get(style, 1.0)
    degrees = np.floor(size + 1e-9)
    if style == "dddmm.mmm":
        return sign * (degrees + (size - degrees) / 0.6)
    minutes = np.floor((size - degrees) * 100 + 1e-7)
    seconds = ((size - degrees) * 100 - minutes) * 100
    return sign * (degrees + minutes / 60 + np.maximum(seconds, 0) / 3600)

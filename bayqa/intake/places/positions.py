"""Positions as people write them, to degrees of WGS84."""

from __future__ import annotations

import html
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
_DEGREE = r"(?:°c?|º|度|d|deg\.?|degrees?|grad|o(?=\s*\d)|\*)"
_MINUTE = r"(?:'|′|’|‘|`|´|分|m|min\.?|minutes?|minuten?)"
_SECOND = r"(?:\"|″|”|“|''|′′|’’|秒|s|sec\.?|seconds?|sekunden?)"
_BETWEEN = r"[:_/;\-\s]"
_SEXAGESIMAL = re.compile(
    rf"^({_NUMBER})\s*(?:{_DEGREE}|{_BETWEEN})\s*(?:({_NUMBER})\s*(?:{_MINUTE}|{_BETWEEN}|$)?\s*"
    rf"(?:({_NUMBER})\s*{_SECOND}?)?)?$"
)
_ACCENTS = str.maketrans({"´": "′", "¨": "″", "º": "°", "˝": "″", "˚": "°", "⁰": "°", "ʹ": "′",
                          "ʺ": "″", "℃": "°", "東": "东", "經": "经", "緯": "纬"})  # fmt: skip
"""Signs that normal widths would turn into blanks and combining marks."""
_LINK = re.compile(
    r"^(?:geo:|https?://\S*?(?:q=|@|ll=|query=))(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)", re.I
)
"""Addresses of maps, which give latitude first."""
_COORDINATE = r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_POINT = re.compile(
    rf"(?:(?:\bpoint\s*z?m?\s*\(|\bmultipoint\s*z?m?\s*\(\s*\(?)\s*|\"coordinates\"\s*:\s*\[\s*){_COORDINATE}\s*[\s,]\s*{_COORDINATE}",
    re.I,
)
_HEX_POINT = re.compile(r"^0[01](?:[0-9a-f]{8})(?:[0-9a-f]{8})?[0-9a-f]{32,48}$", re.I)
_STOP = re.compile(r"(?<=\d)\s*[。]\s*(?=\d{1,2}(?:\.\d+)?\s*(?:['′分]))")
"""A full stop typed for the sign of degrees: 121。30′."""
_COMMA = re.compile(r"(?:°|度|d|deg|o)\s*(?:\d+\s*(?:['′’分])\s*)?\d+,\d+\s*\D*$")
"""A decimal comma in the minutes or seconds: 122° 30,25'."""
_LONGEST = 200
_DOTTED = re.compile(r"^(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d+)?)$")
_PLAIN = re.compile(r"^([+-]?)(\d+(?:\.\d*)?|\.\d+)$")
_SIDES = {
    "e": ("东经", "东", "east", "ost", "osten", "este", "est", "ö.l", "o.l", "e"),
    "w": ("西经", "西", "west", "westen", "oeste", "ouest", "w.l", "w"),
    "n": ("北纬", "北", "north", "nord", "norden", "norte", "n.br", "n"),
    "s": ("南纬", "南", "south", "süd", "süden", "sud", "sur", "s.br", "s"),
}
_SIDE_OF = {word: side for side, words in _SIDES.items() for word in words}
_ANY_SIDE = "|".join(sorted(map(re.escape, _SIDE_OF), key=len, reverse=True))
_SIDE = re.compile(rf"^({_ANY_SIDE})?\s*[:=]?\s*(.*?)\s*({_ANY_SIDE})?$")
_AXIS = {"e": "lon", "w": "lon", "n": "lat", "s": "lat"}
_LABEL = re.compile(
    r"^(?:约|about|ca\.?)?\s*(?:(?:(longitude|long?|lng|经度)|(latitude|lat|纬度))\.?)?\s*[:=]?\s*"
)
_LABELLED = r"(?:longitude|long?|lng|经度|latitude|lat|纬度)\b"
_POWER = re.compile(r"^[+-]?\d\.\d+e[+-]?\d{1,2}$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?$|^[+-]?\d{1,3}(?:,\d{3})+\.\d+$")


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
    plain = _plain(word, comma)
    if plain in ("", "-", "--", "/", "nan", "none", "null", "n/a", "na", "-9999", "-999", "缺"):
        return np.nan, "blank", ""
    if _POWER.match(plain) or _GROUPED.match(plain):
        return float(re.sub(r"[ ,]", "", plain)), "number", ""
    label = _LABEL.match(plain)
    named = "lon" if label.group(1) else "lat" if label.group(2) else ""
    plain = plain[label.end() :]
    lead, body, tail = _SIDE.match(plain).groups()
    if tail in ("s", "o") and re.search(r"\d\s*m\s*[\d.]+\s*s$", plain):
        body, tail = plain[len(lead or "") :], None
    side = _SIDE_OF.get(lead or tail or "", "")
    if (lead and tail) or (side and named and _AXIS[side] != named):
        return np.nan, "unreadable", ""
    axis = _AXIS[side] if side else named
    sign = -1 if side in ("w", "s") else 1
    hit = _PLAIN.match(re.sub(r"(?<=\d)\s+(?=\.)|(?<=\.)\s+(?=\d)", "", body).rstrip("°º˚度"))
    if hit:
        number = float(hit.group(2)) * (-1 if hit.group(1) == "-" else 1)
        return number * sign, "number", axis
    return _parse_sexagesimal(body, sign, axis)


def _plain(word: str, comma: bool) -> str:
    """Text of an angle in lower case with plain signs and a decimal point."""
    if "&" in word:
        word = html.unescape(word)
    text = word.replace("Â°", "°").translate(_ACCENTS)
    plain = clean_text(text[:_LONGEST]).casefold().lstrip("'").translate(_ACCENTS)
    if comma or (plain.count(",") == 1 and _COMMA.search(plain)):
        plain = plain.replace(",", ".")
    plain = re.sub(r"(?<=\d)·(?=\d{3,}$)", ".", plain.rstrip(",;、"))
    plain = re.sub(r"\(([ewns东西南北])\)", r"\1", _STOP.sub("°", plain)).replace("。", ".")
    return re.sub(r"\s*(?:deg|degrees?)$", "", re.sub(r"(?<=[^\d\s])\.$", "", plain))


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
    hit = _POINT.search(word[:_LONGEST])
    if hit:
        return hit.group(1), hit.group(2)
    if _HEX_POINT.match(word.strip()):
        return _hex_point(word.strip())
    first, second = _halves(_pair_text(word))
    a, b = _parse_angle(first, False), _parse_angle(second, False)
    if a[2] == "lat" or b[2] == "lon":
        return second, first
    if a[2] == "lon" or b[2] == "lat":
        return first, second
    order = "lat lon" if _LINK.match(word.strip()) else order
    if abs(b[0]) > 90 >= abs(a[0]) or (order == "lat lon" and not abs(a[0]) > 90):
        return second, first
    if abs(a[0]) > 90 >= abs(b[0]) or order == "lon lat":
        return first, second
    return "", ""


def _pair_text(word: str) -> str:
    """Text of both coordinates without what stands around them."""
    link = _LINK.match(word.strip())
    if link:
        return ",".join(link.groups())
    text = word[:_LONGEST].replace("Â°", "°").replace("\n", " ; ").translate(_ACCENTS)
    plain = clean_text(text).casefold().strip("()[]{}")
    if '"' in plain and ":" in plain:
        plain = re.sub(r'"([a-z]+)"\s*:', r"\1:", plain)
    # A height behind the place, as Keyhole files write it.
    return re.sub(r"^([-+\d.]+\s*,\s*[-+\d.]+)\s*,\s*[-+\d.]+$", r"\1", plain)


def _hex_point(word: str) -> tuple[str, str]:
    """Coordinates of a point in well-known binary, or blanks."""
    try:
        point = shapely.from_wkb(word)
    except (shapely.errors.ShapelyError, ValueError):
        return "", ""
    there = shapely.get_type_id(point) == 0 and not shapely.is_empty(point)
    return (repr(point.x), repr(point.y)) if there else ("", "")


_SEPARATORS = (r"\s*[;；|]\s*", rf"\s+(?={_LABELLED}|经度|纬度)", r"[,，、]", r"\s*/\s*",
               r"(?<=[ewns东西南北])\s*(?=\d)", r"\s*(?=东经|西经|北纬|南纬)", r"\s*(?=[ewns])",
               r"\s+")  # fmt: skip


def _halves(plain: str) -> tuple[str, str]:
    for separator in _SEPARATORS:
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

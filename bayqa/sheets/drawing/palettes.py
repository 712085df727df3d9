"""Colours as data: `palettes/*.toml`, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bayqa.errors import InputError
from bayqa.sheets.packaged import list_packaged, read_packaged, refuse_gaps
from bayqa.standards.standard import Standard

__all__ = [
    "DEFAULT_PALETTE",
    "Palette",
    "list_palettes",
    "load_palette",
    "pick_category_colors",
    "pick_kind_colors",
    "pick_ink",
    "tint",
]

DEFAULT_PALETTE = "paper"
_GROUND = (
    "land",
    "coast",
    "sea",
    "river",
    "line",
    "hatch",
    "label",
    "water_label",
    "place_label",
    "accent",
)
_RAMPS = ("plain", "concentration", "sd", "probability", "change")
_KINDS = ("limiting", "several", "national", "provincial", "preparation", "no_data")
_WANTED = {
    "": ("title_zh", "title_en", "source", "categories", "not_assessed"),
    "ground": _GROUND,
    "ramps": _RAMPS,
    "kinds": _KINDS,
}
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


class Palette(NamedTuple):
    """The colours of one sheet; colours are "#RRGGBB"."""

    id: str
    title_zh: str
    title_en: str
    source: str
    categories: Mapping[int, tuple[str, ...]]
    """Best category first, keyed by how many categories there are."""
    not_assessed: str
    ground: Mapping[str, str]
    ramps: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, object]


def list_palettes() -> tuple[str, ...]:
    """Ids of the packaged palettes."""
    return list_packaged("palettes")


@cache
def load_palette(name: str | Path | None = None) -> Palette:
    """Palette of a packaged id or of a TOML file.

    Parameters
    ----------
    name : str, Path or None
        An id of `list_palettes`, a file that ends in ``.toml``, or None for the default.

    Returns
    -------
    Palette

    Raises
    ------
    InputError
        If there is no such palette or a colour is missing or not "#RRGGBB".
    """
    name = str(name or DEFAULT_PALETTE)
    row = read_packaged("palette", "palettes", name)
    refuse_gaps(row, f"Palette {name!r}", _WANTED)
    _refuse_strange(row, name)
    return Palette(
        Path(name).stem,
        row["title_zh"],
        row["title_en"],
        row["source"],
        MappingProxyType({int(n): tuple(c) for n, c in row["categories"].items()}),
        row["not_assessed"],
        MappingProxyType(row["ground"]),
        MappingProxyType({key: tuple(c) for key, c in row["ramps"].items()}),
        MappingProxyType(row["kinds"]),
    )


def pick_category_colors(palette: Palette, standard: Standard) -> tuple[str, ...]:
    """Colour of each category of `standard`, best first.

    Counts of categories that the palette does not list take the standard's own colours.

    Returns
    -------
    tuple of str, one "#RRGGBB" a category
    """
    n_categories = len(standard.categories)
    own = tuple(category.color for category in standard.categories)
    return palette.categories.get(n_categories, own)


def pick_kind_colors(palette: Palette, n_kinds: int) -> tuple[str, ...]:
    """A colour for each of many kinds that have no order, no two alike.

    Beyond the colours that the palette lists, these return darker.
    """
    colors = palette.kinds["limiting"]
    return tuple(
        _shade(colors[k % len(colors)], 0.72 ** (k // len(colors))) for k in range(n_kinds)
    )


def pick_ink(color: str) -> str:
    """Black or white, whichever can be read on a colour: a contrast of 4.5 or more (WCAG)."""
    parts = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = linear
    # The contrast with black and with white is equal at 0.179.
    return "#FFFFFF" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "#000000"


def _shade(color: str, strength: float) -> str:
    parts = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(part * strength):02X}" for part in parts)


def tint(color: str, strength: float) -> str:
    """Colour mixed with white; strength 1 keeps it, 0 is white."""
    parts = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02X}" for part in parts)


def _refuse_strange(row: dict, name: str) -> None:
    for color in _walk(
        [row["categories"], row["not_assessed"], *(row[k] for k in ("ground", "ramps", "kinds"))]
    ):
        if not _HEX.fullmatch(color):
            raise InputError(f"{color!r} in palette {name!r} is not a colour: write '#RRGGBB'.")


def _walk(value: object):
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _walk(part)

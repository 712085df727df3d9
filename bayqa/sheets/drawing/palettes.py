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

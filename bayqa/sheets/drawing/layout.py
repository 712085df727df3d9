"""The printed page as data: boxes in millimetres, type sizes in points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bayqa.errors import InputError
from bayqa.sheets.packaged import list_packaged, read_packaged, refuse_gaps

__all__ = ["Box", "Column", "Layout", "list_layouts", "load_layout"]

_BOXES = ("border", "title", "stamp", "logo", "map", "footer")
_SIZES = (
    "title",
    "subtitle",
    "heading",
    "body",
    "small",
    "tiny",
    "label",
    "degree",
    "inset_mm",
    "frame_mm",
)
_ITEMS = ("inset", "legend", "keys", "notes")
_WANTED = {
    "": ("title_zh", "title_en", "page", "margin", "boxes", "columns", "sizes"),
    "boxes": _BOXES,
    "sizes": _SIZES,
}


class Box(NamedTuple):
    """A rectangle on the paper, millimetres from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge, mm."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Upper edge, mm."""
        return self.bottom + self.height


class Column(NamedTuple):
    """A box that is filled from the top with the named items."""

    box: Box
    items: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Layout:
    """A page; see `load_layout`. One made in code may hold the box "map" alone: a bare map."""

    id: str
    title_zh: str
    title_en: str
    page: tuple[float, float]
    """Width and height of the paper, mm."""
    margin: float
    boxes: Mapping[str, Box]
    columns: tuple[Column, ...]
    sizes: Mapping[str, float]
    """Type sizes in points; names that end in `_mm` are millimetres."""

    def __repr__(self) -> str:
        """Its title, paper and boxes."""
        width, height = self.page
        boxes = ", ".join(self.boxes)
        return f"<Layout {self.id}: {self.title_en}, {width:g} x {height:g} mm, {boxes}>"


def list_layouts() -> tuple[str, ...]:
    """Ids of the packaged layouts."""
    return list_packaged("layouts")


def load_layout(name: str | Path | Layout) -> Layout:
    """Layout of a packaged id or of a TOML file.

    Parameters
    ----------
    name : str, Path or Layout
        An id of `list_layouts`, or a file that ends in ``.toml``. A Layout comes back as it is.

    Returns
    -------
    Layout

    Raises
    ------
    InputError
        If there is no such layout, or a box or size is missing or off the paper.
    """
    if isinstance(name, Layout):
        return name
    return _load(str(name))


@cache
def _load(name: str) -> Layout:
    row = read_packaged("layout", "layouts", name)
    refuse_gaps(row, f"Layout {name!r}", _WANTED)
    _refuse_strange(row, name)
    height = float(row["page"][1])
    boxes = {key: _box(value, height) for key, value in row["boxes"].items()}
    columns = tuple(Column(_box(c["box"], height), tuple(c["items"])) for c in row["columns"])
    layout = Layout(
        Path(name).stem,
        row["title_zh"],
        row["title_en"],
        (float(row["page"][0]), height),
        float(row["margin"]),
        MappingProxyType(boxes),
        columns,
        MappingProxyType(dict(row["sizes"])),
    )
    _refuse_overhang(layout, name)
    return layout


def _refuse_strange(row: dict, name: str) -> None:
    items = [item for column in row["columns"] for item in column["items"]]
    strange = sorted(set(items) - set(_ITEMS))
    if strange:
        raise InputError(
            f"Layout {name!r} names the item {strange[0]!r} in a column: use {', '.join(_ITEMS)}."
        )


def _refuse_overhang(layout: Layout, name: str) -> None:
    boxes = [
        *layout.boxes.items(),
        *((f"column {i + 1}", c.box) for i, c in enumerate(layout.columns)),
    ]
    for key, box in boxes:
        inside = (
            0 <= box.left
            and 0 <= box.bottom
            and box.right <= layout.page[0]
            and box.top <= layout.page[1]
            and box.width > 0
            and box.height > 0
        )
        if not inside:
            raise InputError(
                f"The box {key!r} of layout {name!r} lies off the paper "
                f"({layout.page[0]:g} x {layout.page[1]:g} mm): move or shrink it."
            )


def _box(numbers: list, height: float) -> Box:
    left, top, wide, high = (float(v) for v in numbers)
    return Box(left, height - top - high, wide, high)

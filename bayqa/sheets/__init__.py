"""Printed maps, atlas, dossiers and figures; this room draws and computes no number.

Names are imported on first use, so that one figure does not load all of the room.
"""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "bayqa.sheets.drawing.layout": ("Layout", "list_layouts", "load_layout"),
    "bayqa.sheets.drawing.palettes": ("list_palettes", "load_palette"),
    "bayqa.sheets.sheet": ("draw_sheet", "list_themes", "save_sheet"),
    "bayqa.sheets.atlas": ("print_atlas",),
    "bayqa.sheets.dossier": ("print_dossier",),
    "bayqa.sheets.figures": (
        "plot_field",
        "plot_classes",
        "plot_shares",
        "plot_variogram",
        "plot_crossval",
        "plot_trend",
    ),
    "bayqa.sheets.page": ("print_page",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module 'bayqa.sheets' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

"""bayqa: from bays, rivers and samples to grids, categories, shares, ratings and printed maps.

Names are imported on first use, so that ``bayqa --help`` stays light.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "bayqa.errors": ("BayqaError", "CoverageError", "InputError", "MethodError", "StandardError"),
    "bayqa.parameters": ("load_parameters", "find_parameter"),
    "bayqa.standards": ("Standard", "load_standard", "list_standards"),
    "bayqa.intake": (
        "read_bays",
        "read_samples",
        "read_rivers",
        "read_land",
        "read_register",
        "build_bays",
        "flag",
    ),
    "bayqa.fields": (
        "summarize",
        "average_stations",
        "average_campaigns",
        "build_water_grid",
        "build_river_grid",
        "read_covariate",
        "interpolate",
        "cross_validate",
        "explain",
        "suggest_station",
    ),
    "bayqa.assess": (
        "Assessment",
        "assess",
        "assess_reaches",
        "classify",
        "tabulate_shares",
        "tabulate_classes",
        "tabulate_station_shares",
        "tabulate_points",
        "tabulate_sampling",
        "compare",
        "tabulate_sensitivity",
        "suggest_share_station",
        "rate_sea_area",
        "rate_ambient_water",
        "rate_river_sections",
        "rate_drinking_sources",
        "rate_groundwater",
        "rate_lake",
        "rate_beautiful_bays",
        "open_ledger",
        "list_alerts",
        "draft_bay_policy",
        "tabulate_streaks",
        "tabulate_changes",
        "tabulate_trends",
    ),
    "bayqa.sheets": (
        "Layout",
        "draw_sheet",
        "print_atlas",
        "print_dossier",
        "plot_field",
        "plot_classes",
        "plot_shares",
        "plot_variogram",
        "plot_crossval",
        "plot_trend",
    ),
    "bayqa.export": ("save",),
    "bayqa.region": ("read_region", "run_region"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name == "indices":
        return import_module("bayqa.assess.indices")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'bayqa' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    # What a newcomer may type, without our own helpers.
    return sorted([*(name for name in globals() if name.startswith("__")), *__all__, "indices"])

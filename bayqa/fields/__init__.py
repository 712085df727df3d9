"""From samples to stations, water grids and fields with their uncertainty."""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "bayqa.fields.stations": ("summarize",),
    "bayqa.fields.averaging": ("average_campaigns", "average_stations"),
    "bayqa.fields.water": ("build_water_grid",),
    "bayqa.fields.covariates": ("read_covariate",),
    "bayqa.fields.rivers": ("build_river_grid",),
    "bayqa.fields.grids": ("interpolate", "iterate_fields"),
    "bayqa.fields.scores": ("cross_validate",),
    "bayqa.fields.omission": ("iterate_without",),
    "bayqa.fields.explanation": ("explain",),
    "bayqa.fields.siting": ("suggest_station",),
    "bayqa.fields.smoothing": ("smooth_campaigns",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module 'bayqa.fields' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)

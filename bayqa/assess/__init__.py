"""Assess: categories, shares, indices, ratings, streaks, the beautiful bay, ledgers and policies.

Names are imported on first use, so that one module never waits for another.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_HOMES = {
    "assessment": ("Assessment",),
    "chain": ("assess",),
    "categories.classes": ("classify",),
    "categories.class_table": ("tabulate_classes",),
    "areas.shares": ("tabulate_shares",),
    "areas.sampling": ("tabulate_sampling",),
    "areas.good": ("tabulate_good_draws", "tabulate_good_shares", "target_probability"),
    "comparison": ("compare", "compare_stations"),
    "sensitivity": ("tabulate_sensitivity",),
    "causes.siting": ("suggest_share_station",),
    "reaches": ("assess_reaches", "tabulate_reaches"),
    "ratings.seas": ("rate_sea_area",),
    "station_shares": ("main_parameters", "tabulate_station_shares"),
    "areas.good_water": ("find_good_shares",),
    "bays.reduction": ("tabulate_reduction",),
    "ratings.points": ("tabulate_points",),
    "ratings.ambient": ("rate_ambient_water",),
    "ratings.sections": ("rate_river_sections",),
    "ratings.waters": ("rate_drinking_sources", "rate_groundwater", "rate_lake"),
    "causes.why": ("tabulate_limiting", "tabulate_distance", "tabulate_influence"),
    "causes.distance": ("measure_distance",),
    "causes.ledger": ("open_ledger", "summarize_ledger"),
    "time.years": ("tabulate_streaks", "tabulate_changes", "tabulate_improved"),
    "time.network": ("keep_common_stations", "split_area_change", "split_change"),
    "ratings.nitrogen": ("tabulate_river_nitrogen",),
    "ratings.turns": ("tabulate_turns",),
    "time.trends": ("tabulate_trends",),
    "bays.beautiful": ("rate_beautiful_bays", "summarize_units"),
    "bays.coverage": ("tabulate_coverage",),
    "bays.indicators": ("load_indicators",),
    "bays.policy": ("draft_bay_policy",),
    "zones": ("find_overlaps", "overlay_zones", "rate_zones"),
    "causes.alerts": ("list_alerts", "target_risk"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name in _HOME_OF:
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _Room(ModuleType):
    """A callable package: a user writes ``bq.assess(...)``, and the room has the same name."""

    def __call__(self, *args: object, **options: object):
        return self.__getattr__("assess")(*args, **options)

    @property
    def __signature__(self):
        from inspect import signature

        return signature(self.__getattr__("assess"))


sys.modules[__name__].__class__ = _Room

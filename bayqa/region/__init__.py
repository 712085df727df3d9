"""A region: the chain for every bay, on one machine or many, with resume.

Names are imported on first use, so that checking a file does not load what prints.
"""

from __future__ import annotations

from importlib import import_module

_HOME_OF = {
    "check_any": "check",
    "sum_up": "check",
    "Region": "config",
    "read_region": "config",
    "Run": "run",
    "iterate_results": "run",
    "run_region": "run",
}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)

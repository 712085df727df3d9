"""Interpolation methods on plain arrays: mean, sd and draws on the wet cells.

Contract: ``method(mask, spacing, cells, values, noise, **options) -> Field``. For many fields of
one bay: ``prepare_basis`` once, ``fit_pooled`` for each parameter, ``predict`` for its campaigns.
"""

from __future__ import annotations

from .basis import prepare_basis
from .field import Field
from .idw import idw
from .kriging import kriging
from .matern import matern
from .prediction import fit_pooled, predict
from .weights import weigh, weigh_stations

METHODS = {"idw": idw, "kriging": kriging, "matern": matern}

__all__ = [
    "METHODS",
    "Field",
    "fit_pooled",
    "predict",
    "prepare_basis",
    "weigh",
    "weigh_stations",
]

"""Interpolation methods on plain arrays: mean, sd and draws on the wet cells.

Contract: ``method(mask, spacing, cells, values, noise, **options) -> Field``. For many fields of
one bay: ``prepare_basis`` once, ``fit_pooled`` for each parameter, ``predict`` for its campaigns.
"""

from __future__ import annotations

from bayqa.fields.methods.estimates.prediction import fit_pooled, predict
from bayqa.fields.methods.field import Field
from bayqa.fields.methods.fitting.basis import prepare_basis
from bayqa.fields.methods.idw import idw
from bayqa.fields.methods.kriging import kriging
from bayqa.fields.methods.matern import matern
from bayqa.fields.methods.weights import weigh, weigh_stations

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

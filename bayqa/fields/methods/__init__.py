"""Interpolation methods on plain arrays: mean, sd and draws on the wet cells.

Contract: ``method(mask, spacing, cells, values, noise, **options) -> Field``.
"""

from __future__ import annotations

from .basis import prepare_basis
from .field import Field
from .idw import idw
from .kriging import kriging
from .matern import matern
from .prediction import fit_pooled, predict

METHODS = {"idw": idw, "kriging": kriging, "matern": matern}

__all__ = ["METHODS", "Field", "fit_pooled", "predict", "prepare_basis"]

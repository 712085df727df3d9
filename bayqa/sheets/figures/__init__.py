"""Figures for notebooks: one question each, drawn on axes that the caller may give."""

from __future__ import annotations

from bayqa.sheets.figures.diagnostics import plot_crossval, plot_variogram
from bayqa.sheets.figures.maps import plot_classes, plot_field
from bayqa.sheets.figures.series import plot_shares, plot_trend

__all__ = [
    "plot_classes",
    "plot_crossval",
    "plot_field",
    "plot_shares",
    "plot_trend",
    "plot_variogram",
]

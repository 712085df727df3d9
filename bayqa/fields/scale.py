"""The working scale of a parameter: where its errors are even, and the way back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.parameters import load_parameters

__all__ = ["Scale", "find_scale"]

_LN_10 = float(np.log(10.0))


class Scale(NamedTuple):
    """Name of the working scale and what is added before the logarithm."""

    name: str
    """"log10" or "linear"."""
    offset: float = 0.0
    """In the canonical unit; 0 for linear."""

    def to_working(self, value):
        """Values (canonical unit) in the working scale; NaN stays NaN."""
        if self.name == "linear":
            return value
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(value + self.offset)

    def to_unit(self, working):
        """Values of the working scale back in the canonical unit: medians stay medians."""
        if self.name == "linear":
            return working
        # exp is several times as fast as a power of ten.
        return np.exp(working * _LN_10) - self.offset


def find_scale(parameter: str, values) -> Scale:
    """Working scale of a parameter, with the offset its zeros ask for.

    Without zeros the offset is 0. With values of 0 (or below), it is half the smallest positive
    value, so that a zero stands one factor of two below the smallest number measured and no
    other value moves by more than that; where nothing is positive it is 1.

    Parameters
    ----------
    parameter : str
        Id; one not in the table of parameters is "log10" when no value is negative.
    values : array
        All values that will be transformed, canonical unit; NaN ignored.

    Returns
    -------
    Scale
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    row = load_parameters().get(parameter)
    name = row.scale if row else ("log10" if (values >= 0).all() else "linear")
    if name == "linear" or not len(values) or values.min() > 0:
        return Scale(name)
    positive = values[values > 0]
    return Scale(name, float(positive.min() / 2 - min(values.min(), 0.0)) if len(positive) else 1.0)

"""Compiled loops: one way to ask numba for them."""

from __future__ import annotations

from collections.abc import Callable

from numba import njit

__all__ = ["LOOSE", "SUMS", "compiled"]

SUMS = {"reassoc", "contract", "nsz"}
"""For `fastmath`: sums in any order, so that they run in vector registers; NaN and inf count."""
LOOSE = SUMS | {"arcp"}
"""And divisions by one number as products with its reciprocal."""


def compiled(function: Callable | None = None, **options: object):
    """Compile a function of plain arrays at its first call, and keep the result on disk.

    It runs beside other threads. Arithmetic is exact, and division by 0 an error, unless `options`
    say otherwise. Both are always said: what numba is not told, a function takes over from the one
    that was first to call it, so that its numbers would depend on the order of calls.

    Parameters
    ----------
    function : callable
    **options
        Of `numba.njit`, such as `fastmath`.
    """
    told = {"cache": True, "nogil": True, "fastmath": False, "error_model": "python"} | options
    return njit(**told) if function is None else njit(function, **told)

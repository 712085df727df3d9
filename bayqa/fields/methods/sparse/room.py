"""Large arrays whose memory goes back to the system as soon as they are let go of."""

from __future__ import annotations

from math import prod
from mmap import mmap

import numpy as np

__all__ = ["make_room"]

LEAST_BYTES = 1_000_000


def make_room(*shape: int) -> np.ndarray:
    """Zeros of a shape, float64.

    What an allocator serves from its own heaps it may keep, one heap for each thread; together
    these were a third of the memory of a fit.
    """
    if 8 * prod(shape) < LEAST_BYTES:
        return np.zeros(shape)
    return np.frombuffer(mmap(-1, 8 * prod(shape))).reshape(shape)

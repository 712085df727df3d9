"""The packaged font cut down to the characters of a page, so that it needs no font elsewhere."""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

from bayqa.sheets.drawing.typography import font_path

__all__ = ["subset_font"]


@lru_cache(maxsize=4)
def subset_font(characters: str) -> str:
    """Data address of a WOFF font that holds `characters` and ASCII.

    Parameters
    ----------
    characters : str
        Each counts once, in any order; what the font lacks is left to the reader's system.

    Returns
    -------
    str
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff", hinting=False, layout_features=["kern", "locl"],
                             notdef_outline=True, recalc_timestamp=False)  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters + "".join(map(chr, range(32, 127))))
    stream = BytesIO()
    # The time stamp of the font is kept, so that the bytes of the page stay the same.
    with TTFont(font_path("regular"), lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(stream)
    return "data:font/woff;base64," + base64.b64encode(stream.getvalue()).decode("ascii")

"""The packaged lists of words: aliases of columns, layers, waters, and marks instead of values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["load_words"]


@cache
def load_words() -> Mapping[str, Mapping]:
    """Content of aliases.toml."""
    return tomllib.loads(files("bayqa.intake").joinpath("aliases.toml").read_text("utf-8"))

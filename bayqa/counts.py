"""Counts in words, as messages and tables write them."""

from __future__ import annotations

__all__ = ["count"]


def count(number: int, thing: str) -> str:
    """A number with its noun: "1 bay", "2 bays".

    Parameters
    ----------
    number : int
    thing : str
        In the singular; the plural takes an s.
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

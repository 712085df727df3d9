"""Finds the optional folder of oracles and real data; tests that need it skip, saying so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["shared_file"]

_ROOT = Path(__file__).resolve().parents[1]


def shared_file(name: str) -> Path:
    """Path of a file in the shared folder beside the checkout, or a skip with a reason."""
    folder = Path(os.environ.get("BAYQA_SHARED", _ROOT.parent / "shared"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not here: set BAYQA_SHARED to the folder that holds it")
    return path

"""The manifest: which data, standard, settings and packages made the files beside it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bayqa.assess.assessment import Assessment
from bayqa.files import hash_file
from bayqa.versions import package_versions

__all__ = ["plain", "write_manifest"]


def write_manifest(result: Assessment, folder: Path, *, seconds: float | None = None) -> Path:
    """Path of ``manifest.json``, which lists every other file of the folder with its SHA-256.

    Parameters
    ----------
    result : Assessment
    folder : Path
        Holds the files already.
    seconds : float, optional
        Duration of the computation; by default what the provenance says.

    Returns
    -------
    Path
    """
    path = folder / "manifest.json"
    text = json.dumps(_manifest(result, folder, seconds), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def plain(value: object) -> object:
    """`value` as JSON can say it: numpy scalars to numbers, NaN to null, the unknown to text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _manifest(result: Assessment, folder: Path, seconds: float | None) -> dict:
    standard, facts, settings = result.standard, dict(result.provenance), dict(result.settings)
    inputs, packages = facts.pop("inputs", {}), facts.pop("packages", {})
    known = facts.pop("seconds", None)
    seed = settings.get("seed", facts.get("seed", result.grids.attrs.get("seed")))
    document = {
        "run_id": facts.pop("run_id", ""),
        "date": facts.pop("date", ""),
        "seconds": known if seconds is None else round(seconds, 3),
        "seed": seed,
        "standard": {"id": standard.id, "version": standard.version, "title": standard.title_en,
                     "source": standard.source, "rule": standard.rule},
        "bays": list(result.bays.index),
        "campaigns": result.classes.campaign.to_numpy(),
        "parameters": result.classes.parameter.to_numpy(),
        "settings": settings,
        "inputs": inputs,
        "provenance": facts,
        "packages": {**package_versions(), **packages},
        "files": _files(folder),
    }  # fmt: skip
    return plain(document)


def _files(folder: Path) -> list[dict]:
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return [{"path": p.relative_to(folder).as_posix(), "bytes": p.stat().st_size,
             "sha256": hash_file(p)} for p in paths]  # fmt: skip

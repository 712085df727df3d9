"""Mappings: what an agency calls its columns, from a packaged preset and a user's TOML or dict."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from bayqa.errors import InputError
from bayqa.intake.vocabulary.text import fold_text
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["FIELDS", "known_headings", "list_presets", "name_parameter", "nearest", "read_mapping"]

FIELDS = (
    "station",
    "lon",
    "lat",
    "x",
    "y",
    "position",
    "time",
    "clock",
    "year",
    "month",
    "day",
    "season",
    "layer",
    "depth_m",
    "depth_end",
    "depth_unit",
    "parameter",
    "quantity",
    "value",
    "unit",
    "species",
    "fraction",
    "qualifier",
    "censored",
    "detected",
    "lower",
    "upper",
    "limit",
    "limit_unit",
    "water",
    "quality",
    "note",
)
_SECTIONS = (
    "title",
    "source",
    "columns",
    "parameters",
    "values",
    "units",
    "limits",
    "constants",
    "position",
    "dates",
    "extra",
    "words",
    "stations",
)


def list_presets() -> list[str]:
    """Names of the packaged presets."""
    folder = files("bayqa.intake").joinpath("presets")
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def read_mapping(mapping: str | Path | Mapping | None, preset: str | None) -> dict:
    """Mapping of a preset and of a user's TOML file or dict put together; the user's wins.

    Raises
    ------
    InputError
        For an unknown preset, section, field or parameter, or broken TOML, naming the nearest.
    """
    merged: dict = {}
    if preset is not None:
        known = list_presets()
        if preset not in known:
            raise InputError(
                f"preset {preset!r} is not known{nearest(preset, known)}; "
                f"there are {', '.join(known)}"
            )
        text = files("bayqa.intake").joinpath("presets", f"{preset}.toml").read_text("utf-8")
        merged = tomllib.loads(text)
    if mapping is not None:
        own = dict(mapping) if isinstance(mapping, Mapping) else _load(Path(mapping))
        where = "mapping" if isinstance(mapping, Mapping) else Path(mapping).name
        _check(own, where)
        for section, content in own.items():
            old = merged.get(section)
            both = isinstance(old, dict) and isinstance(content, Mapping)
            merged[section] = {**old, **content} if both else content
    return merged


def _load(path: Path) -> dict:
    try:
        found = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such mapping file; check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: is no valid TOML ({error}); mend that line") from None
    if isinstance(found.get("stations"), str):
        found["stations"] = str(path.parent / found["stations"])
    return found


def nearest(word: str, known) -> str:
    """Hint with the nearest known word, or an empty string."""
    close = get_close_matches(word, list(known), 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _check(mapping: Mapping, where: str) -> None:
    for section in mapping:
        if section not in _SECTIONS:
            raise InputError(
                f"{where}: unknown section {section!r}{nearest(section, _SECTIONS)}; "
                f"wanted one of {', '.join(_SECTIONS)}"
            )
    for field in mapping.get("columns", {}):
        if field not in FIELDS:
            raise InputError(
                f"{where}: unknown field {field!r} in [columns]{nearest(field, FIELDS)}"
            )
    for section in ("units", "limits"):
        for key in mapping.get(section, {}):
            if (section, key) != ("units", "depth_m"):
                name_parameter(key, where)
    for heading, target in mapping.get("parameters", {}).items():
        name = target if isinstance(target, str) else target.get("parameter", heading)
        name_parameter(name, where)


def name_parameter(name: str, where: str) -> str:
    """Id of a parameter, or InputError with the nearest known one."""
    found = name if name in load_parameters() else find_parameter(name)
    if found is None:
        raise InputError(
            f"{where}: unknown parameter {name!r}{nearest(name, load_parameters())}; "
            "see `bayqa parameters`"
        )
    return found


def known_headings(mapping: Mapping) -> set[str]:
    """Folded headings that a mapping names."""
    names = list(mapping.get("parameters", {}))
    for wanted in (*mapping.get("columns", {}).values(), *mapping.get("extra", {}).values()):
        names += [wanted] if isinstance(wanted, str) else list(wanted)
    return {fold_text(n) for n in names}

"""Layouts, palettes and texts as TOML files of the package, or of the user."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from bayqa.errors import InputError

__all__ = ["LANGUAGES", "fill_text", "list_packaged", "read_packaged", "read_texts", "refuse_gaps"]

LANGUAGES = ("zh", "en")


def list_packaged(folder: str) -> tuple[str, ...]:
    """Ids of the TOML files in a folder of `bayqa.sheets`."""
    names = (path.name for path in files("bayqa.sheets").joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_packaged(kind: str, folder: str, name: str) -> dict:
    """Content of a packaged file, or of the user's where `name` ends in ``.toml``.

    Raises
    ------
    InputError
        If there is no such file.
    """
    own = name.endswith(".toml")
    path = Path(name) if own else files("bayqa.sheets").joinpath(folder, f"{name}.toml")
    if not path.is_file():
        raise InputError(
            f"There is no {kind} {name!r}: use one of {', '.join(list_packaged(folder))}, "
            "or the path of a .toml file."
        )
    return tomllib.loads(path.read_text(encoding="utf-8"))


def refuse_gaps(row: Mapping, title: str, wanted: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a file that lacks a key.

    Parameters
    ----------
    row : mapping
        Content of the file.
    title : str
        What it is, such as "Layout 'a4'".
    wanted : mapping of section to keys
        The section "" is the file itself.

    Raises
    ------
    InputError
        Names the keys that are missing.
    """
    for section, keys in wanted.items():
        found = row.get(section, {}) if section else row
        missing = [key for key in keys if key not in found]
        if missing:
            where = f" in [{section}]" if section else ""
            raise InputError(f"{title} lacks {', '.join(missing)}{where}: add it.")


@cache
def read_texts(part: str) -> Mapping[str, Mapping]:
    """Words of a part of the room ("dossier", "figures", "page"), by language."""
    path = files("bayqa.sheets").joinpath(part, "text.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fill_text(part: str, language: str, key: str, names: Mapping[str, object]) -> str:
    """One string of a part in a language, with its {names} filled in.

    Raises
    ------
    InputError
        If the language is not packaged.
    """
    if language not in LANGUAGES:
        raise InputError(f"language: found {language!r}, wanted one of {', '.join(LANGUAGES)}")
    return read_texts(part)[language][key].format(**names)

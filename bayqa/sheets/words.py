"""Printed words as data: `text/*.toml`, filled from one context; unknown names are refused."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from bayqa.errors import InputError
from bayqa.sheets.packaged import list_packaged, read_packaged

__all__ = ["compose", "list_languages", "load_text", "say"]


def list_languages() -> tuple[str, ...]:
    """Codes of the packaged languages."""
    return list_packaged("text")


@cache
def load_text(language: str) -> Mapping[str, str]:
    """All strings of a language, keyed "section.name".

    Parameters
    ----------
    language : str
        A code of `list_languages`.

    Returns
    -------
    mapping of str to str
        Read-only; values may hold {names}.

    Raises
    ------
    InputError
        If the language is not packaged.
    """
    if language not in list_languages():
        raise InputError(
            f"There is no text for the language {language!r}: use one of "
            f"{', '.join(list_languages())}."
        )
    sections = read_packaged("text", "text", language)
    return MappingProxyType(
        {
            f"{section}.{name}": text
            for section, rows in sections.items()
            for name, text in rows.items()
        }
    )


def compose(template: str, context: Mapping[str, object]) -> str:
    """Fill the {names} of a template.

    Parameters
    ----------
    template : str
        For example "{bay}, {period}".
    context : mapping
        The names that may be used.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the template uses a name that the context does not have, or is malformed.
    """
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise InputError(
            f"The text {template!r} is not well formed ({error}): write names as "
            "{name} and a brace as {{."
        ) from error
    unknown = [name for name in fields if name not in context]
    if unknown:
        raise InputError(
            f"The text {template!r} uses the name {unknown[0]!r}, which is not known: "
            f"use {', '.join(sorted(context))}."
        )
    return template.format_map({name: context[name] for name in fields})


def say(language: str, key: str, context: Mapping[str, object] = MappingProxyType({})) -> str:
    """One packaged string of a language, filled from the context.

    Raises
    ------
    InputError
        If the language has no such string.
    """
    text = load_text(language)
    if key not in text:
        raise InputError(f"The text {key!r} is not in text/{language}.toml: add it there.")
    return compose(text[key], context)

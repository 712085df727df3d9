"""Fractions of a sample: the dissolved, total or particulate part of what is named beside it."""

from __future__ import annotations

import re
from functools import cache

from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_species
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["find_part", "name_part", "read_fraction"]

_DISSOLVED = re.compile(r"\b(?:dissolved|diss?|filtered|filtrate|filterable|soluble)\b|溶解")
_PARTICULATE = re.compile(r"particul|suspend|non-?filter|settle|bed sed|颗粒")
_TOTAL = re.compile(r"\b(?:total|tot|unfiltered|whole|recoverable|extractable)\b|总")
_WORDS = re.compile(
    r"\b(?:dissolved|diss|filtered|unfiltered|filterable|total|tot|recoverable|whole)\b|"
    r"\bwater body\b"
)
_AS = re.compile(r"[\s,(]*\bas\s+([A-Za-z]{1,3}\d?)\b\)?", re.I)
_REACTIVE = re.compile(r"ortho|reactive|active|inorganic|^srp|^drp")
_CAMEL = re.compile(r"^(Tot|Total|Diss|Dissolved)(?=[A-Z])")
_PARTS = {"tp": "tdp", "tn": "tdn"}
"""Parameters whose dissolved part is a parameter of its own."""
_SOLIDS = frozenset("tss vss chla phaeopigments turbidity".split())
_WHOLE = _SOLIDS | frozenset("bod5 cod_mn cod_cr toc tkn oil hexane_extract".split())
"""What has no dissolved part of the same name: that of TOC is another quantity."""


@cache
def read_fraction(text: str) -> str:
    """Fraction that a cell names: "dissolved", "particulate", "total", or an empty string."""
    plain = clean_text(text).casefold()
    for name, pattern in (
        ("particulate", _PARTICULATE),
        ("dissolved", _DISSOLVED),
        ("total", _TOTAL),
    ):
        if pattern.search(plain):
            return name
    return ""


def find_part(parameter: str | None, fraction: str) -> str | None:
    """Parameter of a fraction of another one; None where that is no parameter of the table.

    The dissolved part of total phosphorus is `tdp`; of a nutrient it is the nutrient itself; of
    suspended solids or phytoplankton there is none.
    """
    if parameter is None or fraction in ("", "total"):
        return parameter
    if fraction == "particulate":
        return parameter if parameter in _SOLIDS else None
    return None if parameter in _WHOLE else _PARTS.get(parameter, parameter)


@cache
def name_part(text: str) -> tuple[str | None, str]:
    """Parameter and species of a name with words of fractions, as "Ammonia as N, Dissolved".

    Parameters
    ----------
    text : str
        A name that is in no list as it stands.

    Returns
    -------
    str or None
        Parameter.
    str
        What its mass is counted as, empty where the name does not say.
    """
    plain = _CAMEL.sub(r"\1 ", clean_text(text))
    species = _AS.search(plain)
    counted = species.group(1) if species else ""
    bare = _AS.sub(" ", plain) if species else plain
    bare = re.sub(r"[(),;_]+", " ", bare.casefold())
    rest = " ".join(_WORDS.sub(" ", bare).split())
    fraction = read_fraction(bare)
    if not rest or (rest == " ".join(bare.split()) and not species):
        return None, ""
    found = find_parameter(" ".join(bare.split())) or find_parameter(rest)
    found = found or find_parameter(f"total {rest}")
    if found == "dip" and _TOTAL.search(bare) and not _REACTIVE.search(rest):
        found = "tp"  # what a laboratory calls total phosphate is all phosphorus
    other = counted and found and parse_species(counted) != load_parameters()[found].basis
    return (None if other else find_part(found, fraction)), counted

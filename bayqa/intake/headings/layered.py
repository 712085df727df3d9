"""Headings of pairs that differ in a letter for the layer alone, such as DIN_S and DIN_B."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bayqa.intake.vocabulary.names import Heading, find_layer, parse_heading

__all__ = ["name_layers"]

_LETTER = re.compile(r"^(.+?)[_\-. ]([SMB])(?=$|[\s(（\[/])(.*)$")


def name_layers(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Headings with the layers of pairs such as "DIN_S (mg/L)" and "DIN_B (mg/L)".

    One letter alone tells none: "DO_S" without "DO_B" is a saturation.
    """
    parts = [_LETTER.match(h.text) for h in headings]
    letters: dict[str, set[str]] = {}
    for hit in filter(None, parts):
        letters.setdefault(hit.group(1), set()).add(hit.group(2))
    pairs = zip(headings, parts, strict=True)
    return tuple(
        _layered(h, hit) if hit and letters[hit.group(1)] >= {"S", "B"} else h for h, hit in pairs
    )


def _layered(heading: Heading, hit: re.Match) -> Heading:
    rest = parse_heading(f"{hit.group(1)}{hit.group(3)}")
    if not rest.parameter or rest.layer:
        return heading
    return rest._replace(text=heading.text, layer=find_layer(hit.group(2)))

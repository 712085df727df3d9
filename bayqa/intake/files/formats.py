"""Number formats of workbooks: what a cell shows where it is more than its number.

`"<"0.00` shows <0.01, `0.000"L"` shows 0.003L, and `[<0.005]"ND";0.000` shows ND.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bayqa.intake.vocabulary.units import parse_unit

__all__ = ["hides", "show_number", "tells_more"]

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*](?P<skipped>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<exponent>[Ee][+-][0#?]+)|(?P<digit>[0#?.,@%/]+)|(?P<bare>.)",
    re.S,
)
_CONDITION = re.compile(r"^(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)$")
_DATE = re.compile(r"[ymdhsge]", re.I)
_HIDING = re.compile(r"^\s*;;(?:;\s*)?$")
_MARKS = re.compile(
    r"[<>≤≥＜＞≦≧*]|^\s*[Ll]\s*$|(?<![a-z])(?:n\.?d|lod|loq|bdl|bql|mdl|rl|dl)(?![a-z])|检出|低于|小于|大于",
    re.I,
)
_TESTS = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__,
          "=": float.__eq__, "<>": float.__ne__}  # fmt: skip
_KINDS = ("mass", "mole", "count", "gas", "percent")
_LONGEST = 255


class _Section(NamedTuple):
    """One of up to four parts of a format, which semicolons separate."""

    condition: tuple[str, float] | None
    tokens: tuple[tuple[str, str], ...]
    """Kind ("text" or "digits") and content, in order."""

    @property
    def literals(self) -> tuple[str, str]:
        """Texts before the first and behind the last digit."""
        at = [k for k, (kind, _) in enumerate(self.tokens) if kind == "digits"]
        first, last = (at[0], at[-1]) if at else (len(self.tokens), len(self.tokens))
        before = "".join(t for _, t in self.tokens[:first])
        return before, "".join(t for _, t in self.tokens[last + 1 :])

    @property
    def digits(self) -> str:
        """All placeholders."""
        return "".join(t for kind, t in self.tokens if kind == "digits")


def tells_more(code: str) -> bool:
    """Whether a number format may show marks, units or ids beside its numbers."""
    return any(_is_telling(s) for s in _sections(code))


def hides(code: str) -> bool:
    """Whether a number format shows nothing at all, as ";;;" does."""
    return bool(_HIDING.match(code))


def show_number(code: str, word: str) -> str:
    """Text that a cell shows; the word itself where the format adds nothing to its meaning.

    Parameters
    ----------
    code : str
        Number format, such as '"<"0.00'.
    word : str
        The number, in all its digits, which are kept.
    """
    try:
        number = float(word)
    except ValueError:
        return word
    section, is_bare = _choose(_sections(code), number)
    if section is None or not _is_telling(section):
        return word
    word = word.removeprefix("-") if is_bare else word
    if not section.digits:
        return "".join(t for _, t in section.tokens).strip()
    before, after = section.literals
    if _is_id(section):
        return _fill(section, word) if word.isdigit() else word
    return f"{before.strip()}{word}{after.rstrip()}"


def _choose(sections: tuple[_Section, ...], number: float) -> tuple[_Section | None, bool]:
    """Section for a number, and whether it shows the number without its minus."""
    if any(s.condition for s in sections):
        for section in sections:
            if not section.condition or _TESTS[section.condition[0]](number, section.condition[1]):
                return section, False
        return None, False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return (sections[0] if sections else None), False


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    """Sections of a format; none of one that shows dates or is beyond what spreadsheets allow."""
    if len(code) > _LONGEST:
        return ()
    parts: list[list] = [[None]]
    for hit in _TOKEN.finditer(code):
        kind, text = hit.lastgroup, hit.group(hit.lastgroup)
        if kind == "bare" and text == ";":
            parts.append([None])
        elif kind == "bracket":
            found = _CONDITION.match(text)
            parts[-1][0] = (found[1], float(found[2])) if found else parts[-1][0]
        elif kind == "bare" and _DATE.match(text):
            return ()
        elif kind == "skipped":
            continue
        else:
            shown = "digits" if kind in ("general", "exponent", "digit") else "text"
            parts[-1].append((shown, text))
    return tuple(_Section(part[0], tuple(part[1:])) for part in parts[:4])


def _is_telling(section: _Section) -> bool:
    before, after = (t.strip() for t in section.literals)
    if not section.digits:
        return bool(before)
    if section.digits.endswith(",") or "%" in section.digits:
        return False  # shown in thousands or hundredths: the number itself is what counts
    unit = parse_unit(after.strip("() ")) if after else None
    told = unit is not None and unit.kind in _KINDS
    return bool(told or _MARKS.search(before) or _MARKS.search(after) or _is_id(section))


def _is_id(section: _Section) -> bool:
    """Whether a section pads whole numbers with zeros or puts letters before them, as ids have."""
    digits, before = section.digits, section.literals[0].strip()
    named = before[:1].isalpha() and not _MARKS.search(before)
    return bool(digits) and set(digits) == {"0"} and (len(digits) > 1 or named)


def _fill(section: _Section, word: str) -> str:
    """Digits of a whole number put at the zeros of a format, from the right."""
    rest, out = word, []
    for kind, text in reversed(section.tokens):
        if kind == "text":
            out.append(text)
            continue
        cut = max(len(rest) - len(text), 0)
        out.append(rest[cut:].rjust(len(text), "0"))
        rest = rest[:cut]
    first = next(k for k in range(len(out) - 1, -1, -1) if out[k].isdigit())
    out[first] = rest + out[first]
    return "".join(reversed(out)).strip()

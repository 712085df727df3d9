"""Options of a rule: cuts, scores and groups, checked against the rule that reads them."""

from __future__ import annotations

from bayqa.errors import StandardError

__all__ = ["check_options"]

_RISING = {"weighted-index": True, "excursion-index": False, "score": False, "ratio": False}
"""Rules that cut an index, and whether a higher one is worse."""


def check_options(standard, name: str) -> None:
    """Refuse cuts, scores and groups that the rule would read wrongly or not at all.

    Parameters
    ----------
    standard : Standard
    name : str
        File, for the message.

    Raises
    ------
    StandardError
        If cuts or scores are missing, no numbers, too many, too few or in the wrong order, or a
        group names a parameter without limits, or a ratio has more than one statistic or a range.
    """
    cuts = _figures(standard, "cuts", standard.rule in _RISING, name)
    scores = _figures(standard, "scores", standard.rule == "score", name)
    if cuts and len(cuts) != len(standard.categories) - 1:
        raise StandardError(
            f"{name}: {len(cuts)} cuts for {len(standard.categories)} categories. Give one less "
            "than categories."
        )
    if scores and len(scores) < 2:
        raise StandardError(f"{name}: rule 'score' wants scores, such as [100, 0].")
    _check_falling(cuts, "cuts", name, rising=_RISING.get(standard.rule, False))
    _check_falling(scores, "scores", name)
    _check_groups(standard, name)
    if standard.rule == "ratio":
        _check_ratio(standard, name)


def _figures(standard, key: str, wanted: bool, name: str) -> list:
    figures = standard.options.get(key, ())
    if wanted and not figures and figures != 0:
        example = "[80, 60, 40, 20]" if key == "cuts" else "[100, 0]"
        raise StandardError(f"{name}: rule {standard.rule!r} wants {key}, such as {example}.")
    entries = figures if isinstance(figures, list | tuple) else ["not a list"]
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in entries):
        raise StandardError(f"{name}: {key} = {figures!r} is no list of numbers. Write [80, 60].")
    return list(entries)


def _check_falling(figures: list, key: str, name: str, *, rising: bool = False) -> None:
    if len(set(figures)) < len(figures) or figures != sorted(figures, reverse=not rising):
        way = "rising" if rising else "falling"
        raise StandardError(
            f"{name}: {key} {figures} are not in order. Write them best category first, {way}."
        )


def _check_groups(standard, name: str) -> None:
    for group in standard.options.get("groups", ()):
        for parameter in group.get("parameters", ()):
            if parameter not in standard.limits:
                raise StandardError(
                    f"{name}: a group names {parameter!r}, which has no row in limits. Known: "
                    f"{', '.join(standard.limits)}."
                )


def _check_ratio(standard, name: str) -> None:
    for key, limit in standard.limits.items():
        if isinstance(limit.statistic, tuple) or limit.direction == "range":
            raise StandardError(
                f"{name}, row limits.{key}: a ratio is of one statistic to one guideline. Give "
                'one statistic, and the direction "max" or "min".'
            )

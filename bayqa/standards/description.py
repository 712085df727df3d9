"""A standard as a table to read: every limit with its sign, unit, clause and evidence."""

from __future__ import annotations

from bayqa.parameters import load_parameters
from bayqa.standards.standard import Limit, Standard

__all__ = ["describe_standard", "write_limit"]

_SIGNS = {("max", True): "≤", ("max", False): "<", ("min", True): "≥", ("min", False): ">"}


def describe_standard(standard: Standard):
    """All rows of a standard, as it prints them.

    Parameters
    ----------
    standard : Standard

    Returns
    -------
    DataFrame
        One row a limit, then one a row in words: parameter, name_zh, name_en, unit, one column a
        class (text such as "≤ 0.20" or "7.8–8.5"; the last category is what fails them all),
        judged (by default), evidence, clause, note; statistic, layer, season and needs where
        some row has one.
    """
    # Listing ids must not cost the import of pandas.
    import pandas as pd

    rows = [_limit_row(limit, standard) for limit in standard.limits.values()]
    rows += [_note_row(note, standard) for note in standard.notes]
    plain = {"statistic": {"mean", ""}, "layer": {""}, "season": {""}, "needs": {""}}
    empty = [c for c, common in plain.items() if all(row[c] in common for row in rows)]
    return pd.DataFrame(rows).drop(columns=empty)


def write_limit(limit: Limit, number: int) -> str:
    """Limit of class `number` (from 0) as printed, with its sign; "–" where there is none."""
    edge = limit.printed[number] if limit.printed else limit.edges[number]
    if edge is None:
        return "–"
    if limit.direction == "range":
        return f"{_figure(edge[0])}–{_figure(edge[1])}"
    return f"{_SIGNS[limit.direction, limit.includes(number + 1)]} {_figure(edge)}"


def _figure(number: float) -> str:
    text = f"{number:.6g}"
    return f"{number:.8f}".rstrip("0") if "e-" in text else text


def _limit_row(limit: Limit, standard: Standard) -> dict:
    parameter = load_parameters()[limit.parameter]
    ids = [category.id for category in standard.categories[:-1]]
    scores = standard.options.get("scores")
    heads = [f"score {score:g}" for score in scores[:-1]] if scores else ids
    classes = {head: write_limit(limit, k) for k, head in enumerate(heads)}
    statistic = "; ".join([_statistic(limit), *(_demand(one) for one in limit.also)])
    return {
        "parameter": limit.parameter,
        "name_zh": limit.name_zh or parameter.name_zh,
        "name_en": limit.name_en or parameter.name_en,
        "unit": limit.unit or parameter.unit,
        **classes,
        "judged": limit.parameter in standard.parameters,
        "statistic": statistic,
        "layer": limit.layer,
        "season": limit.season,
        "needs": limit.needs,
        "evidence": limit.evidence,
        "clause": limit.clause,
        "note": limit.note,
    }


def _statistic(limit: Limit) -> str:
    names = limit.statistic if isinstance(limit.statistic, tuple) else (limit.statistic,)
    share = "" if limit.threshold is None else f" {_figure(limit.threshold / limit.factor)}, %"
    return ", ".join(names) + share


def _demand(limit: Limit) -> str:
    """A further demand on the parameter, in one line: "p95 ≤ 1.5, ≤ 3.5"."""
    return (
        f"{_statistic(limit)} {', '.join(write_limit(limit, k) for k in range(len(limit.edges)))}"
    )


def _note_row(note, standard: Standard) -> dict:
    classes = dict(zip([c.id for c in standard.categories], note.text, strict=False))
    return {
        "parameter": note.id,
        "name_zh": note.name_zh,
        "name_en": note.name_en,
        "unit": "text",
        **classes,
        "judged": False,
        "statistic": "",
        "layer": "",
        "season": "",
        "needs": "judgement",
        "evidence": note.evidence,
        "clause": note.clause,
        "note": "",
    }

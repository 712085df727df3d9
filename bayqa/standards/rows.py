"""One row of a standard: from the printed figures to limits in the canonical unit."""

from __future__ import annotations

from bayqa.errors import StandardError
from bayqa.parameters import load_parameters
from bayqa.parameters.units import conversion_factor
from bayqa.standards.checks import check_also, check_edges, check_row, check_statistic
from bayqa.standards.standard import Limit, Note

__all__ = ["count_classes", "eqr_boundaries", "read_limit", "read_note"]

_PLAIN = ("clause", "layer", "season", "where", "note", "name_zh", "name_en", "needs", "unit")


def read_limit(key: str, row: dict, table: dict, name: str) -> Limit:
    """One `[limits.KEY]` row as a `Limit`.

    Parameters
    ----------
    key : str
        Parameter id.
    row, table : dict
        The row and the whole file, after the variant is merged.
    name : str
        File name, for messages.

    Returns
    -------
    Limit
        `edges` in the canonical unit, `printed` as written.

    Raises
    ------
    StandardError
        If the parameter, unit, count or order is wrong.
    """
    where = f"{name}, row limits.{key}"
    check_row(key, row, where)
    if table["rule"] in ("percentile", "ratio"):
        check_statistic(row, where)
    factor = _factor(key, row["unit"], where)
    printed = _printed(row, table, where)
    above = row.get("threshold")
    limit = Limit(
        parameter=key,
        edges=_scale(printed, factor if above is None else 1),
        direction=row.get("direction", "max"),
        inclusive=_tuple(row.get("inclusive", True)),
        evidence=row.get("evidence", table["evidence"]),
        statistic=_tuple(row.get("statistic", "mean")),
        printed=printed,
        factor=factor,
        threshold=None if above is None else above * factor,
        seasonal={
            season: _scale(_figures(edges), factor)
            for season, edges in row.get("seasonal", {}).items()
        },
        **{field: row[field] for field in _PLAIN if field in row},
    )
    for edges in (limit.edges, *limit.seasonal.values()):
        check_edges(limit._replace(edges=edges), count_classes(table), where)
    also = tuple(_also(one, row, key, (table, name)) for one in row.get("also", ()))
    return limit._replace(alternative=_alternative(row, limit, table, name), also=also)


def read_note(row: dict, categories: tuple, name: str) -> Note:
    """One `[[notes]]` row: a requirement in words, one sentence a class."""
    where = f"{name}, row notes.{row.get('id', '?')}"
    unknown = set(row) - set(Note._fields)
    if unknown or "text" not in row:
        raise StandardError(f"{where}: wants {', '.join(Note._fields)}, found {', '.join(row)}.")
    if len(row["text"]) != len(categories) - 1:
        raise StandardError(
            f"{where}: {len(row['text'])} sentences for {len(categories) - 1} classes. "
            "Write one a class."
        )
    return Note(**{**row, "text": tuple(row["text"])})


def eqr_boundaries(deviation: float, direction: str) -> tuple[float, float, float, float]:
    """EQR at high/good, good/moderate, moderate/poor and poor/bad.

    Parameters
    ----------
    deviation : float
        Acceptable deviation from the best value, percent.
    direction : str
        "max" where high values are bad, "min" where low values are.

    Returns
    -------
    tuple of four floats, falling

    Source
    ------
    HELCOM HEAT 3, as coded in the public assessment tool.
    """
    good = 1 / (1 + deviation / 100) if direction == "max" else 1 - deviation / 100
    bad = 2 * good - 0.95
    return (0.95 + good) / 2, good, (good + bad) / 2, bad


def count_classes(table: dict) -> int:
    """Limits of a row: one a class, or one less than the scores a sample can have."""
    scores = table.get("options", {}).get("scores")
    return len(scores or table["categories"]) - 1


def _factor(key: str, unit: str, where: str) -> float:
    parameter = load_parameters()[key]
    factor = conversion_factor(unit, parameter)
    if factor is None:
        raise StandardError(
            f"{where}: unit {unit!r} does not turn into {parameter.unit!r}, the unit of {key}. "
            "Use a unit of the same kind of quantity."
        )
    return factor


def _printed(row: dict, table: dict, where: str) -> tuple:
    """The figures of the row: given as `edges`, or following from one figure by the rule."""
    count = count_classes(table)
    sign = -1 if row.get("direction") == "min" else 1
    if "edges" in row:
        return _figures(row["edges"])
    if "objective" in row:
        return _figures([row["objective"]] * count)
    if "reference" in row:
        steps = table.get("options", {}).get("steps", ())
        return tuple(row["reference"] * (1 + sign * step) for step in steps)
    if "target" in row and "deviation" in row:
        direction = row.get("direction", "max")
        best = row["target"] / (1 + sign * row["deviation"] / 100)
        return tuple(
            best / eqr if sign > 0 else best * eqr
            for eqr in eqr_boundaries(row["deviation"], direction)
        )
    raise StandardError(
        f"{where}: no figures. Give edges (one a class), or objective, reference, or target "
        "with deviation."
    )


def _figures(edges) -> tuple:
    """Lists become tuples and the word "none" becomes None, since TOML has no null."""
    return tuple(
        None if edge == "none" else tuple(edge) if isinstance(edge, list) else edge
        for edge in edges
    )


def _scale(edges: tuple, factor: float) -> tuple:
    if factor == 1:
        return edges
    return tuple(
        edge
        if edge is None or isinstance(edge, str)
        else tuple(e * factor for e in edge)
        if isinstance(edge, tuple)
        else edge * factor
        for edge in edges
    )


def _tuple(entry):
    return tuple(entry) if isinstance(entry, list) else entry


def _alternative(row: dict, limit: Limit, table: dict, name: str) -> Limit | None:
    if "alternative" not in row:
        return None
    inner = {"direction": limit.direction, "clause": limit.clause, **row["alternative"]}
    key = inner.pop("parameter", "")
    return read_limit(key, inner, table, name)


def _also(one: dict, row: dict, key: str, place: tuple) -> Limit:
    table, name = place
    check_also(one, table["rule"], f"{name}, row limits.{key}")
    shared = {k: row[k] for k in ("unit", "direction", "clause", "evidence") if k in row}
    return read_limit(key, {**shared, **one}, table, name)

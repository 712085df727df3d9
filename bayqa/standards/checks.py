"""What a standards file must be; every message names the file and the row."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import pairwise

from bayqa.errors import StandardError
from bayqa.parameters import load_parameters
from bayqa.standards.options import check_options

__all__ = [
    "RULE_OPTIONS",
    "check_also",
    "check_categories",
    "check_edges",
    "check_keys",
    "check_row",
    "check_rule",
    "check_standard",
    "check_statistic",
]

RULE_OPTIONS = {
    "worst-of": (),
    "percentile": ("window_years", "min_samples", "floor"),
    "weighted-index": ("groups", "cuts", "steps"),
    "eqr": ("groups",),
    "eqr-period": ("groups", "window_years"),
    "matrix": ("duration_years", "duration_from", "small_long", "early", "matrix", "single"),
    "share": ("window_years", "max_share", "max_failures", "yearly", "min_samples"),
    "excursion-index": ("window_years", "cuts", "min_parameters", "min_samples"),
    "count": ("best_if", "worst_if", "min_parameters"),
    "score": ("scores", "groups", "cuts", "window_years", "min_samples", "pooled"),
    "ratio": ("groups", "cuts", "window_years", "min_samples", "floor"),
}
"""Rule names and the options each one reads; the functions live in `bayqa.assess.rules`."""
_COMMON_OPTIONS = ("open_class", "centre")
_CHOICES = {"open_class": ("exceeds", "worse"), "centre": ("median", "arithmetic")}
"""Words of the options that every rule reads; the first is the default."""
_WATERS = ("sea", "river", "lake", "groundwater", "drinking", "bathing")
_DIRECTIONS = ("max", "min", "range")
_NEEDED = ("id", "title_zh", "title_en", "source", "evidence", "water", "categories", "limits")
_KNOWN = (
    *_NEEDED,
    "version",
    "effective",
    "rule",
    "missing",
    "good",
    "parameters",
    "options",
    "notes",
    "variants",
    "variant_required",
    "drop",
)
_ROW = (
    "edges",
    "objective",
    "reference",
    "target",
    "deviation",
    "unit",
    "direction",
    "inclusive",
    "clause",
    "evidence",
    "statistic",
    "layer",
    "season",
    "where",
    "note",
    "name_zh",
    "name_en",
    "needs",
    "seasonal",
    "alternative",
    "threshold",
    "also",
)
_STATISTIC = re.compile(
    r"mean|median|max|min|geomean|above|p(90|95)-lognormal|"
    r"p[1-9][0-9]?(-(hazen|weibull|linear|median_unbiased|normal_unbiased))?"
)


def check_keys(table: dict, name: str) -> None:
    """Refuse a file that lacks a key, has an unknown one or an unknown kind of water."""
    for key in table:
        _check_known(key, _KNOWN, f"{name}: unknown key {key!r}")
    for key in _NEEDED:
        if not table.get(key):
            raise StandardError(f"{name}: {key} is missing. Add {key} = ... at the top.")
    _check_known(table["water"], _WATERS, f"{name}: water = {table['water']!r} is unknown")
    missing = table.get("missing", "skip")
    _check_known(missing, ("skip", "not-assessed"), f"{name}: missing = {missing!r} is unknown")


def check_rule(table: dict, name: str) -> None:
    """Refuse an unknown rule, and options that the rule does not read."""
    rule = table.setdefault("rule", "worst-of")
    _check_known(rule, RULE_OPTIONS, f"{name}: rule = {rule!r} is unknown")
    known = (*RULE_OPTIONS[rule], *_COMMON_OPTIONS)
    for option in table["options"]:
        _check_known(option, known, f"{name}: rule {rule!r} reads no option {option!r}")
    for option, words in _CHOICES.items():
        word = table["options"].get(option, words[0])
        _check_known(word, words, f"{name}: {option} = {word!r} is unknown")


def check_categories(rows: list, name: str) -> None:
    """Refuse categories without id, labels or colour, or with an id twice."""
    if len(rows) < 2:
        raise StandardError(f"{name}: {len(rows)} category; a standard parts at least two.")
    for number, row in enumerate(rows, start=1):
        if set(row) != {"id", "label_zh", "label_en", "color"}:
            raise StandardError(
                f"{name}, row categories {number}: wants id, label_zh, label_en and color, "
                f"found {', '.join(row) or 'nothing'}."
            )
        if not (len(row["color"]) == 7 and row["color"].startswith("#")):
            raise StandardError(
                f"{name}, row categories {number}: color {row['color']!r} is not like '#73B2FF'."
            )
    ids = [row["id"] for row in rows]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise StandardError(f"{name}: category {', '.join(twice)} is there twice. Rename one.")


def check_row(key: str, row: dict, where: str) -> None:
    """Refuse an unknown parameter, unknown keys, a direction or a missing unit."""
    _check_known(key, load_parameters(), f"{where}: unknown parameter {key!r}")
    for field in row:
        _check_known(field, _ROW, f"{where}: unknown key {field!r}")
    direction = row.get("direction", "max")
    _check_known(direction, _DIRECTIONS, f"{where}: direction = {direction!r} is unknown")
    if "unit" not in row:
        raise StandardError(f'{where}: no unit. Add unit = "{load_parameters()[key].unit}".')


def check_also(row: dict, rule: str, where: str) -> None:
    """Refuse further demands where no rule reads them, and one without a statistic.

    Raises
    ------
    StandardError
    """
    if rule != "percentile":
        raise StandardError(
            f"{where}: also is read by rule 'percentile' alone, this is {rule!r}. Make it a row of "
            "another standard, or change the rule."
        )
    if "statistic" not in row:
        raise StandardError(f"{where}: also wants a statistic of its own, such as 'p95'.")


def check_edges(limit, count: int, where: str) -> None:
    """Refuse a wrong number of figures, figures of a wrong kind, and wrong order."""
    edges = limit.edges
    if len(edges) != count:
        raise StandardError(
            f"{where}: {len(edges)} edges for {count} classes. Give one figure a class, "
            '"none" where the class has no limit.'
        )
    if all(edge is None for edge in edges):
        raise StandardError(f"{where}: no class has a limit. Give at least one figure.")
    for edge in edges:
        _check_figure(edge, limit.direction, where)
    statistics = limit.statistic if isinstance(limit.statistic, tuple) else (limit.statistic,)
    for word, entry in (("statistic", statistics), ("inclusive", limit.inclusive)):
        if isinstance(entry, tuple) and len(entry) not in (1, count):
            raise StandardError(f"{where}: {len(entry)} entries of {word} for {count} classes.")
    for statistic in set(statistics):
        of_one = [
            edge
            for k, edge in enumerate(edges)
            if edge is not None and statistics[k % len(statistics)] == statistic
        ]
        _check_order(of_one, limit.direction, where)


def check_standard(standard, name: str) -> None:
    """Refuse default parameters without a limit and good categories that do not exist."""
    for parameter in standard.parameters:
        _check_known(
            parameter,
            standard.limits,
            f"{name}: parameters names {parameter!r}, which has no row in limits",
        )
    check_options(standard, name)
    shares = [key for key, limit in standard.limits.items() if limit.threshold is not None]
    if shares:
        raise StandardError(
            f"{name}, row limits.{shares[0]}: a share of samples above a threshold is a further "
            "demand. Write it under also, beside a limit of the values themselves."
        )
    ids = [category.id for category in standard.categories]
    for good in standard.good:
        _check_known(good, ids, f"{name}: good names {good!r}, which is no category")


def check_statistic(row: dict, where: str) -> None:
    """Refuse a statistic that no rule can work out, and one of a share without its threshold.

    Raises
    ------
    StandardError
    """
    given = row.get("statistic", "mean")
    names = given if isinstance(given, list) else [given]
    for name in names:
        if not (isinstance(name, str) and _STATISTIC.fullmatch(name)):
            raise StandardError(
                f"{where}: statistic = {name!r} is unknown. Known: mean, median, max, min, "
                "geomean, p1 to p99 (with -hazen, -weibull, -linear, -median_unbiased or "
                "-normal_unbiased), p90-lognormal, p95-lognormal, and above with a threshold."
            )
    if ("above" in names) != ("threshold" in row) or ("above" in names and len(names) > 1):
        raise StandardError(
            f"{where}: statistic 'above' and threshold go together. Give both, or neither."
        )


def _check_known(word, known, message: str) -> None:
    if word in known:
        return
    near = get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.5)
    meant = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(list(known)[:30])
    raise StandardError(f"{message}; {meant}Known: {listed or 'none'}.")


def _check_figure(edge, direction: str, where: str) -> None:
    if edge is None:
        return
    pair = edge if isinstance(edge, tuple) else (edge,)
    numbers = all(isinstance(e, int | float) and not isinstance(e, bool) and e == e for e in pair)
    if not numbers or len(pair) != (2 if direction == "range" else 1):
        wanted = "a pair [low, high]" if direction == "range" else "a number"
        raise StandardError(f"{where}: edge {edge!r} is not {wanted}.")
    if len(pair) == 2 and pair[0] >= pair[1]:
        raise StandardError(f"{where}: range {list(edge)} has its low end above its high end.")


def _check_order(edges: list, direction: str, where: str) -> None:
    for better, worse in pairwise(edges):
        if direction == "range":
            ordered = worse[0] <= better[0] and worse[1] >= better[1]
        else:
            ordered = worse >= better if direction == "max" else worse <= better
        if not ordered:
            wanted = {"max": "rise", "min": "fall", "range": "widen"}[direction]
            raise StandardError(
                f"{where}: edges {edges} are not ordered; with direction {direction!r} they "
                f"{wanted} from the best class to the worst."
            )

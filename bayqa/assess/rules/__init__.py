"""How single parameters become one category: the rule shapes by name.

Every rule has one contract, ``rule(values, names, standard, when, *, detail) -> Judged``, and
serves stations, grids and draws alike: values come campaign first, categories leave so.
"""

from __future__ import annotations

from collections.abc import Callable

from bayqa.assess.rules.averages import judge_ratio, judge_score
from bayqa.assess.rules.grades import Judged, judge_worst_of
from bayqa.assess.rules.matrices import judge_matrix
from bayqa.assess.rules.scores import (
    judge_count,
    judge_eqr,
    judge_eqr_period,
    judge_weighted_index,
)
from bayqa.assess.rules.windows import judge_excursions, judge_percentile, judge_share

__all__ = ["RULES", "WINDOWED"]

RULES: dict[str, Callable[..., Judged]] = {
    "worst-of": judge_worst_of,
    "percentile": judge_percentile,
    "weighted-index": judge_weighted_index,
    "eqr": judge_eqr,
    "eqr-period": judge_eqr_period,
    "matrix": judge_matrix,
    "share": judge_share,
    "excursion-index": judge_excursions,
    "count": judge_count,
    "score": judge_score,
    "ratio": judge_ratio,
}
"""Rule name of a standard to its function."""

WINDOWED = frozenset(
    {"eqr-period", "percentile", "matrix", "share", "excursion-index", "score", "ratio"}
)
"""Rules that look at all campaigns of a year, or of several, at once."""

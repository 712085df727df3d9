"""How far concentrations must fall for a bay to reach its target share of good water."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.areas.coverage import Coverage, measure_coverage
from bayqa.assess.areas.intervals import LEVELS
from bayqa.assess.areas.response import ALL, read_reduction
from bayqa.assess.assessment import Assessment
from bayqa.assess.targets import limit_at, target_number

__all__ = ["tabulate_reduction"]

ASSUMPTION_ZH = "假设浓度在全湾各航次按同一比例下降，溶解氧和pH不变"
ASSUMPTION_EN = (
    "concentrations fall by the same fraction everywhere and in every campaign; "
    "oxygen and pH stay as they are"
)


def tabulate_reduction(
    result: Assessment,
    target_share: float,
    *,
    bay: str | None = None,
    year: int | None = None,
    target: str | None = None,
) -> pd.DataFrame:
    """Reduction of concentration that brings the annual good share to the target.

    Parameters
    ----------
    result : Assessment
        Its grids are used; for the interval their draws where they are kept, else the table
        "response" that `assess` measured while it had them.
    target_share : float
        Wanted share of good water, 0 to 1.
    bay : str, optional
        One bay; all by default.
    year : int, optional
        The last one by default.
    target : str, optional
        Category that counts as good.

    Returns
    -------
    DataFrame
        bay_id, year, parameter (each that is over target, then "all" for all together), share_now,
        target_share, reduction (fraction of the concentration, 0 where the target is met, NaN
        where it cannot be met this way), reduction_low, reduction_high (5th and 95th percentile of
        the draws), mean_now, mean_needed (area mean, canonical unit), reachable, assumption_zh,
        assumption_en. The interval reaches to the reduction of the map (see `span`); a draw that
        cannot reach the target counts as 1.
    """
    number = target_number(result.standard, target)
    years = result.classes["year"].to_numpy()
    year = int(years.max()) if year is None else year
    chosen = np.flatnonzero(years == year)
    bays = result.bays if bay is None else result.bays.loc[[bay]]
    rows = []
    for name, cover in measure_coverage(result.classes, bays).items():
        told = _response(result, name, year, number)
        rows += [
            {"bay_id": name, "year": year} | row
            for row in _bay_rows(result, cover, (chosen, number, target_share), told)
        ]
    columns = [
        "bay_id",
        "year",
        "parameter",
        "share_now",
        "target_share",
        "reduction",
        "reduction_low",
        "reduction_high",
        "mean_now",
        "mean_needed",
        "reachable",
    ]
    out = pd.DataFrame(rows, columns=columns)
    return out.assign(assumption_zh=ASSUMPTION_ZH, assumption_en=ASSUMPTION_EN)


def _response(result, bay, year, number) -> pd.DataFrame | None:
    """Rows of the measured response of one bay and year, if it is about the same category."""
    table = result.tables.get("response")
    if table is None:
        return None
    same = table["target"] == result.standard.categories[number - 1].id
    return table[same & (table["bay_id"].astype(str) == bay) & (table["year"] == year)]


def _bay_rows(result, cover, asked, told):
    chosen, number, wanted = asked
    names = [p for p in map(str, result.classes["parameter"].to_numpy()) if p in result.grids]
    fields = {p: _values(result.grids[p], chosen, cover) for p in names}
    needs = {p: _need(result.standard, p, fields[p], number) for p in names}
    known = np.logical_or.reduce([~np.isnan(n) for n in needs.values()])
    if not known.any():
        return []
    weights, drawn = _weights(known, cover), _draw_needs(result, cover, chosen, number, names)
    rows = []
    for subject in [*_movable(needs, result.standard), ALL]:
        amount = _required(_combined(needs, subject), weights, wanted)
        low, high = _spread(drawn, told, subject, asked)
        point = 1.0 if np.isnan(amount) else amount
        low, high = np.minimum(low, point), np.maximum(high, point)
        mean = _mean(fields[subject], cover) if subject != ALL else np.nan
        rows.append(
            {
                "parameter": subject,
                "share_now": _share_now(needs, weights),
                "target_share": wanted,
                "reduction": amount,
                "reduction_low": low,
                "reduction_high": high,
                "mean_now": mean,
                "mean_needed": mean * (1 - amount),
                "reachable": not np.isnan(amount),
            }
        )
    return rows


def _values(field, chosen, cover):
    """Values of the chosen campaigns in the cells of the bay, (n_campaigns, n_cells)."""
    values = field.transpose("campaign", "y", "x").to_numpy()[chosen]
    return values.reshape(len(chosen), -1)[:, cover.cells]


def _movable(needs, standard):
    over = [p for p, need in needs.items() if (np.nan_to_num(need) > 0).any()]
    return [p for p in over if standard.limits[p].direction == "max"]


def _need(standard, parameter, values, number):
    """Fraction by which each value must fall to meet the target; inf where falling cannot help."""
    limit = standard.limits[parameter]
    grade = standard.grade(parameter, values).astype(int)
    edge = limit_at(limit, number)
    if limit.direction == "max" and edge is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            need = np.where(grade > number, np.maximum(1 - edge / values, 0), 0.0)
    else:
        need = np.where(grade > number, np.inf, 0.0)
    return np.where(grade == 0, np.nan, need)


def _combined(needs, subject):
    """Need of a cell if only `subject` falls (or all do); an unmet other one makes it hopeless."""
    stack = np.stack([np.where(np.isnan(n), 0.0, n) for n in needs.values()])
    if subject == ALL:
        return stack.max(axis=0)
    others = [k for k, p in enumerate(needs) if p != subject]
    blocked = (stack[others] > 0).any(axis=0) if others else np.zeros(stack.shape[1:], bool)
    return np.where(blocked, np.inf, stack[list(needs).index(subject)])


def _weights(known, cover):
    """Each campaign weighs the same; within it, cells weigh by their assessed area."""
    area = np.where(known, cover.area_km2, 0.0)
    totals = area.sum(axis=1, keepdims=True)
    held = (totals > 0).sum()
    return np.where(totals > 0, area / np.where(totals > 0, totals, 1.0), 0.0) / held


def _required(need, weights, wanted):
    order = np.argsort(need.ravel(), kind="stable")
    reached = np.cumsum(weights.ravel()[order])
    place = np.searchsorted(reached, wanted - 1e-9)
    if place >= len(reached):
        return np.nan
    amount = float(need.ravel()[order][place])
    return amount if np.isfinite(amount) else np.nan


def _share_now(needs, weights):
    return float(weights[_combined(needs, ALL) <= 0].sum())


def _mean(values, cover: Coverage):
    held = ~np.isnan(values)
    area = np.where(held, cover.area_km2, 0.0)
    total, surveyed = (np.where(held, values, 0.0) * area).sum(axis=1), area.any(axis=1)
    if not surveyed.any():
        return np.nan
    return float((total[surveyed] / area.sum(axis=1)[surveyed]).mean())


def _draw_needs(result, cover, chosen, number, names):
    """Needs and weights of each draw, or nothing where the draws were not kept."""
    if not names or any(f"{p}_draws" not in result.grids for p in names):
        return []
    cells = result.grids["cell"].to_numpy()
    place = np.full(result.grids.sizes["y"] * result.grids.sizes["x"], -1)
    place[cells] = np.arange(len(cells))
    inside = place[cover.cells]
    part = Coverage(cover.cells[inside >= 0], cover.area_km2[inside >= 0], cover.total_km2)
    inside = inside[inside >= 0]
    out = []
    for d in range(result.grids.sizes["draw"]):
        needs = {
            p: _need(
                result.standard,
                p,
                result.grids[f"{p}_draws"]
                .isel(draw=d, campaign=chosen)
                .transpose("campaign", "cell")
                .to_numpy()[:, inside],
                number,
            )
            for p in names
        }
        known = np.logical_or.reduce([~np.isnan(n) for n in needs.values()])
        out.append((needs, _weights(known, part)))
    return out


def _spread(drawn, told, subject, asked):
    """Bounds from the draws, or from what was measured on them; NaN without either."""
    wanted = asked[2]
    if told is not None and not drawn:
        return read_reduction(told[told["parameter"] == subject], wanted)
    if not drawn:
        return np.nan, np.nan
    amounts = [_required(_combined(needs, subject), weights, wanted) for needs, weights in drawn]
    # A draw that cannot reach the target counts as total reduction, so that it is not forgotten.
    amounts = np.where(np.isnan(amounts), 1.0, amounts)
    return tuple(np.quantile(amounts, LEVELS, method="weibull").tolist())

"""Alerts: what is new and what is in danger, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.causes.ledger import locate_stations, open_ledger

__all__ = ["list_alerts", "target_risk"]

COLUMNS = (
    "kind",
    "level",
    "bay_id",
    "place",
    "parameter",
    "campaign",
    "before",
    "now",
    "probability",
    "evidence_zh",
    "evidence_en",
)
_SEASONS = {"CN-sea": ("spring", "summer", "autumn")}
_Z90 = norm.ppf(0.95)
_LEAST_SD = 0.01
# Spread of a campaign to come where fewer than two years tell it; seasons of one year differ for
# other reasons than chance, so they do not.
_UNKNOWN_SD = 0.1


def list_alerts(
    result: Assessment,
    previous: pd.DataFrame | None = None,
    *,
    target_share: float | Mapping[str, float] | None = None,
    ledger: pd.DataFrame | None = None,
    watch: float = 0.2,
) -> pd.DataFrame:
    """New exceedances, fallen categories, and targets of the year that are in danger.

    Parameters
    ----------
    result : Assessment
    previous : DataFrame, optional
        Earlier ledger, so that what was open before is not new.
    target_share : float or mapping of bay to float, optional
        Wanted annual good share; the column target_good_share of the bays by default. Bays without
        a target give no such alert.
    ledger : DataFrame, optional
        Ledger of `result`, if it is at hand.
    watch : float
        Least probability of missing the target that is listed.

    Returns
    -------
    DataFrame
        kind ("new exceedance", "category fallen", "target in danger"), level ("danger", "watch"),
        bay_id, place (station, or the bay), parameter, campaign, before, now, probability (of
        missing the target), evidence_zh, evidence_en. New exceedances are those first seen in the
        last campaign; categories compare with the same season of the year before, else with the
        campaign before.
    """
    held = _ledger(result, previous) if ledger is None else ledger
    rows = [*_new_exceedances(result, held), *_fallen(result)]
    risk = target_risk(result, target_share)
    rows += [_danger(r) for r in risk.to_dict("records") if r["p_miss"] >= watch]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def target_risk(
    result: Assessment, target_share: float | Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Probability that a bay misses its good-share target this year, from the campaigns so far.

    The annual share is the mean of the year's campaigns. A campaign that is done has the spread of
    its interval; one to come is taken from the same season of earlier years (mean and spread);
    without those it is the mean of the campaigns done this year, with a spread of 0.1.

    Parameters
    ----------
    result : Assessment
    target_share : float or mapping, optional
        As `list_alerts`.

    Returns
    -------
    DataFrame
        bay_id, year, target, n_done, n_expected, expected_share, sd, p_miss (share of
        the draws once all campaigns are done; else normal, or 0 or 1 where there is no spread).
    """
    shares = find_good_shares(result)
    shares = shares[shares["campaign"] != "annual"].dropna(subset=["share"])
    year = int(result.classes["year"].to_numpy().max())
    seasons = dict(
        zip(
            result.classes["campaign"].to_numpy().astype(str),
            result.classes["season"].to_numpy().astype(str),
            strict=True,
        )
    )
    shares = shares.assign(season=shares["campaign"].map(seasons))
    expected = _expected_seasons(result, seasons)
    rows = []
    for bay, group in shares.groupby("bay_id", sort=False):
        wanted = _wanted(result, bay, target_share)
        if wanted is not None and (group["year"] == year).any():
            risk = _risk(group, year, expected, wanted)
            rows.append((bay, year, wanted, *risk[:-1], _by_draws(result, bay, year, risk, wanted)))
    columns = ["bay_id", "year", "target", "n_done", "n_expected", "expected_share", "sd", "p_miss"]
    return pd.DataFrame(rows, columns=columns)


def _ledger(result, previous):
    known = result.tables.get("ledger") if previous is None else None
    return open_ledger(result, previous) if known is None else known


def _new_exceedances(result, ledger):
    last = str(result.stations["campaign"].to_numpy()[-1])
    new = ledger[(ledger["campaign"] == last) & (ledger["first_seen"] == last)]
    for row in new.to_dict("records"):
        times = "" if np.isnan(row["multiple"]) else f"{row['multiple']:.2g}"
        yield {
            "kind": "new exceedance",
            "bay_id": row["bay_id"],
            "place": row["station"],
            "level": "danger" if row["certain"] else "watch",
            "parameter": row["parameter"],
            "campaign": last,
            "before": row["target"],
            "now": row["category"],
            "probability": np.nan,
            "evidence_zh": f"{row['value']:.4g} {row['unit']}，限值{row['limit']}"
            + (f"，超标{times}倍" if times else ""),
            "evidence_en": f"{row['value']:.4g} {row['unit']}, limit {row['limit']}"
            + (f", {times} times over" if times else ""),
        }


def _fallen(result):
    classes, ids = result.station_classes, [c.id for c in result.standard.categories]
    numbers = classes["category"].transpose("campaign", "station").to_numpy()
    last = len(numbers) - 1
    base = _compared_with(result, last)
    if base is None:
        return
    where = locate_stations(result)
    names = result.stations["campaign"].to_numpy().astype(str)
    for s in np.flatnonzero((numbers[base] > 0) & (numbers[last] > numbers[base])):
        old, new = ids[numbers[base, s] - 1], ids[numbers[last, s] - 1]
        yield {
            "kind": "category fallen",
            "bay_id": where[s],
            "level": "danger" if new not in result.standard.good else "watch",
            "place": str(result.stations["station"].to_numpy()[s]),
            "parameter": "overall",
            "campaign": names[last],
            "before": old,
            "now": new,
            "probability": np.nan,
            "evidence_zh": f"{names[base]}为{old}，{names[last]}为{new}",
            "evidence_en": f"{old} in {names[base]}, {new} in {names[last]}",
        }


def _compared_with(result, last):
    years = result.stations["year"].to_numpy()
    seasons = result.stations["season"].to_numpy().astype(str)
    same = np.flatnonzero((years == years[last] - 1) & (seasons == seasons[last]))
    if len(same):
        return int(same[0])
    return last - 1 if last else None


def _danger(risk):
    done = f"{risk['n_done']}/{risk['n_expected']}"
    return {
        "kind": "target in danger",
        "level": "danger" if risk["p_miss"] >= 0.5 else "watch",
        "bay_id": risk["bay_id"],
        "place": risk["bay_id"],
        "parameter": "overall",
        "campaign": str(risk["year"]),
        "before": f"{risk['target']:.3f}",
        "now": f"{risk['expected_share']:.3f}",
        "probability": risk["p_miss"],
        "evidence_zh": f"已完成航次{done}，预计全年优良比例{100 * risk['expected_share']:.1f}%，"
        f"目标{100 * risk['target']:.1f}%",
        "evidence_en": f"{done} campaigns done, expected annual good share "
        f"{100 * risk['expected_share']:.1f} %, target {100 * risk['target']:.1f} %",
    }


def _expected_seasons(result, seasons):
    scheme = result.settings.get("campaigns")
    known = tuple(scheme) if isinstance(scheme, Mapping) else _SEASONS.get(scheme, ())
    return tuple(dict.fromkeys([*known, *seasons.values()]))


def _wanted(result, bay, given):
    if isinstance(given, Mapping):
        found = given.get(bay)
    elif given is not None:
        found = given
    else:
        found = (
            result.bays["target_good_share"].get(bay)
            if "target_good_share" in result.bays
            else None
        )
    return None if found is None or pd.isna(found) else float(found)


def _risk(group, year, expected, wanted):
    now, past = group[group["year"] == year], group[group["year"] < year]
    means, variances = list(now["share"]), list(_variance_of(now))
    done = set(now["season"])
    for season in expected:
        if season not in done:
            like = past.loc[past["season"] == season, "share"]
            spread = float(like.std(ddof=1)) if len(like) > 1 else _UNKNOWN_SD
            means.append(float(like.mean() if len(like) else now["share"].mean()))
            variances.append(max(spread, _LEAST_SD) ** 2)
    mean, sd = float(np.mean(means)), float(np.sqrt(np.sum(variances)) / len(means))
    # A share equal to its target meets it; rounding noise must not decide.
    p = float(norm.cdf((wanted - mean) / sd)) if sd > 0 else float(mean < wanted - 1e-9)
    return len(now), len(means), mean, sd, p


def _by_draws(result, bay, year, risk, wanted):
    """Share of the draws that miss the target, once every campaign is done and draws were kept."""
    draws = result.tables.get("good_draws")
    if draws is None or not len(draws) or risk[0] < risk[1]:
        return risk[-1]
    own = draws[(draws["bay_id"].astype(str) == str(bay)) & (draws["year"] == year)]
    share = own.loc[own["campaign"] == "annual", "share"].to_numpy()
    known = len(share) and not np.isnan(share).any()
    return float((share < wanted - 1e-9).mean()) if known else risk[-1]


def _variance_of(now):
    width = (now["share_high"] - now["share_low"]).fillna(0.0)
    return (width / (2 * _Z90)) ** 2

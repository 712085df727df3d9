"""Coverage of a region by recognised bays: by count, by area, by shoreline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.errors import InputError

__all__ = ["list_units", "tabulate_coverage"]

_RANKS = {"national": 2, "provincial": 1}
_LEVELS = {
    "国家级": "national",
    "国家": "national",
    "省级": "provincial",
    "省": "provincial",
    "in preparation": "",
}
_PENDING = {"preparation", "in preparation", "培育", "在建"}


def tabulate_coverage(
    register: pd.DataFrame,
    *,
    by: str = "region",
    level: str = "provincial",
    year: int | None = None,
) -> pd.DataFrame:
    """Coverage of each region by recognised bays: by count, by area, by shoreline.

    Parameters
    ----------
    register : DataFrame
        As `rate_beautiful_bays`; level is "national", "provincial" or empty; area_km2,
        shoreline_km.
    by : str
        Column that names the region.
    level : str
        Lowest level that counts as recognised.
    year : int, optional
        As of the end of that year, by the column recognised (a year, or a date that starts with
        it). Where the date of a recognised unit is not known (`n_date_unknown`), it does not
        count and the shares of its region are NaN, between the bounds without it and with it.

    Returns
    -------
    DataFrame
        region (and "all"), region_zh (as the register has it, else empty), n_units,
        n_recognised, n_national, with `year` n_date_unknown and *_share_low, *_share_high,
        count_share, area_share, shoreline_share (NaN unless every unit's figure is known),
        known_area_share, known_shoreline_share (of the units whose figure is known),
        n_area_unknown, n_shoreline_unknown, full (True only when every unit of the region is
        recognised).

    Raises
    ------
    InputError
        If the region column is missing or a level is unknown.

    Source
    ------
    No formula of full coverage is published; the national rate is a count. All three are given and
    named.
    """
    if level not in _RANKS:
        raise InputError(f"level={level!r} is unknown; give {' or '.join(map(repr, _RANKS))}")
    units = list_units(register)
    if by not in units:
        raise InputError(f"register has no column {by!r}; it holds {', '.join(units.columns)}")
    units = units.assign(rank=_ranks(units))
    if year is not None:
        units = _as_of(units, year)
    groups = [*units.groupby(units[by].replace("", "unknown"), sort=False), ("all", units)]
    return pd.DataFrame(
        [
            {"region": name, "region_zh": _chinese(name, group, by)}
            | _coverage(group, _RANKS[level])
            for name, group in groups
        ]
    )


def _chinese(name: str, group: pd.DataFrame, by: str) -> str:
    """Chinese name of a region, from the column beside it."""
    if name == "all" or f"{by}_zh" not in group:
        return "全部" if name == "all" else ""
    return next((str(n) for n in group[f"{by}_zh"] if isinstance(n, str) and n), "")


def list_units(register: pd.DataFrame) -> pd.DataFrame:
    """Units of a register as a plain table with every column of words, none of them missing.

    Raises
    ------
    InputError
        If there is no column unit_id.
    """
    table = register if "unit_id" in register else register.reset_index()
    if "unit_id" not in table:
        raise InputError("register has no column unit_id; name the bay units in it")
    table = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    for column in ("name_zh", "name_en", "bay_ids", "region", "level"):
        held = table[column] if column in table else pd.Series("", index=table.index)
        table = table.assign(**{column: held.fillna("").astype(str)})
    return table.assign(unit_id=table["unit_id"].astype(str))


def _ranks(units: pd.DataFrame) -> pd.Series:
    levels = units["level"].str.strip().str.casefold().replace(_LEVELS)
    unknown = sorted(set(levels) - {*_RANKS, *_PENDING, ""})
    if unknown:
        raise InputError(
            f"register: level {', '.join(unknown)} is unknown; write national, "
            "provincial or nothing"
        )
    return levels.map(_RANKS).fillna(0).astype(int)


def _as_of(units: pd.DataFrame, year: int) -> pd.DataFrame:
    """Units with the rank they had at the end of a year, as far as their dates tell."""
    blank = pd.Series("", index=units.index)
    text = units.get("recognised", blank).fillna("").astype(str).str.strip()
    found = pd.to_numeric(text.str.extract(r"^(\d{4})(?!\d)")[0], errors="coerce")
    wrong = sorted(set(text[found.isna() & (text != "")]))
    if wrong:
        raise InputError(
            f"register: recognised {', '.join(wrong)} does not start with a year; write 2023, "
            "2023-06 or 2023-06-30, or nothing where it is not known"
        )
    return units.assign(
        rank=units["rank"].where(found <= year, 0),
        undated=(units["rank"] > 0) & found.isna(),
        rank_now=units["rank"],
    )


def _coverage(group: pd.DataFrame, rank: int) -> dict:
    done = group["rank"] >= rank
    shares = _shares(group, done)
    row = {
        "n_units": len(group),
        "n_recognised": int(done.sum()),
        "n_national": int((group["rank"] >= 2).sum()),
    }
    if "undated" in group:
        late = done | (group["undated"] & (group["rank_now"] >= rank))
        row["n_date_unknown"] = int((late & ~done).sum())
        bounds = {"low": shares, "high": _shares(group, late)}
        row |= {f"{kind}_share_{end}": bounds[end][f"{kind}_share"]
                for kind in ("count", "area", "shoreline") for end in bounds}  # fmt: skip
        if row["n_date_unknown"]:
            shares |= {name: np.nan for name in shares if name.endswith("share")}
    return row | shares | {"full": bool(len(done) and done.all())}


def _shares(group: pd.DataFrame, done: pd.Series) -> dict:
    row = {"count_share": float(done.mean())}
    for name, column in (("area", "area_km2"), ("shoreline", "shoreline_km")):
        held = group[column] if column in group else pd.Series(np.nan, index=group.index)
        size = pd.to_numeric(held, errors="coerce")
        known = float(size[done].sum() / size.sum()) if size.sum() > 0 else np.nan
        # All or none recognised settles the share, whatever the sizes are.
        sure = float(done.all()) if done.all() or not done.any() else np.nan
        row |= {
            f"{name}_share": known if size.notna().all() else sure,
            f"known_{name}_share": known,
            f"n_{name}_unknown": int(size.isna().sum()),
        }
    return row

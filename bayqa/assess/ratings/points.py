"""Tidy tables of rivers, wells, sources and lakes, and their period means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.errors import CoverageError, InputError
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["average_points", "find_place", "tabulate_points", "tidy_points"]

_PLACES = (
    "section",
    "station",
    "source",
    "point",
    "well",
    "lake",
    "断面",
    "站位",
    "水源地",
    "点位",
)
_WORDS = {
    "river": ("river_id", "河流编号", "river_name", "河流"),
    "target": ("水质目标", "目标"),
    "bay_id": ("bay", "入海海湾"),
    "to_sea": ("是否入海",),
    "name": ("名称",),
    "volume": ("取水量", "取水量_万立方米"),
    "kind": ("类型", "水源类型", "水源地类型"),
    "lake": ("湖库", "湖泊"),
}
_FRACTION = {"half": 0.5, "limit": 1.0, "zero": 0.0}


def tabulate_points(
    samples: pd.DataFrame,
    water: str | None = None,
    *,
    flags: tuple = (1, 2),
    censored: str = "half",
) -> pd.DataFrame:
    """Usable measurements of one kind of water as a tidy table.

    Parameters
    ----------
    samples : GeoDataFrame or DataFrame
        As `read_samples` gives them.
    water : str, optional
        "river", "groundwater", "drinking" or "lake"; all rows by default.
    flags : tuple of int
        Flags that may be used.
    censored : str
        What "below the limit" counts as: "half", "limit" or "zero". A value known from below only
        counts as its bound.

    Returns
    -------
    DataFrame
        station, parameter, value, lower, upper, time, then any further columns of the samples.
        attrs: censored, n_left_out (rows with other flags or no value).

    Raises
    ------
    InputError
        If the treatment is unknown.
    CoverageError
        If there are samples and none of them can be used.
    """
    if censored not in _FRACTION:
        raise InputError(
            f"treatment {censored!r} of values below detection is unknown; "
            f"take one of {', '.join(_FRACTION)}"
        )
    rows = samples if water is None else samples[samples["water"] == water]
    used = rows[rows["flag"].isin(flags) & (rows["value"].notna() | rows["upper"].notna())]
    if len(samples) and not len(used):
        kinds = ", ".join(sorted({str(w) for w in samples["water"]}))
        raise CoverageError(
            f"none of the {len(samples)} samples is {water or 'there'} with a value and a flag of "
            f"{', '.join(map(str, flags))} (their water: {kinds}): look at samples.flag and note, "
            "or name the water when reading them"
        )
    table = _plain(pd.DataFrame(used.drop(columns="geometry", errors="ignore")))
    table["value"] = _numbers(table, _FRACTION[censored])
    first = ["station", "parameter", "value", "lower", "upper", "time"]
    table = table[first + [c for c in table if c not in first]]
    table.attrs = {"censored": censored, "n_left_out": len(rows) - len(used)}
    return table


def tidy_points(table: pd.DataFrame) -> pd.DataFrame:
    """A user's table of places as tidy rows.

    Parameters
    ----------
    table : DataFrame
        Tidy (a place, parameter, value) or wide (a place and a column for each parameter). The
        place is the column section, station, source, point, well or lake. Optional: time or period
        or year, river, target, volume.

    Returns
    -------
    DataFrame
        place, parameter (known ids where the header is known), value, and the other columns.

    Raises
    ------
    InputError
        If no column names the place, there is no parameter, or a value is not a number.
    """
    table = _plain(table.rename(columns=_renames(table)))
    table = table.assign(place=_place(table).astype(str))
    if "parameter" not in table:
        table = _melt(table)
    if "value" not in table:
        raise InputError("table has a parameter column but no value column; add the values")
    known = {p: find_parameter(str(p)) or str(p) for p in table["parameter"].unique()}
    return table.assign(parameter=table["parameter"].map(known), value=_floats(table["value"]))


def average_points(
    tidy: pd.DataFrame, *, by: tuple = ("place",), period: str = "year", ph_mean: str = "hydrogen"
) -> pd.DataFrame:
    """Mean of each parameter in each place and period.

    Parameters
    ----------
    tidy : DataFrame
        As `tidy_points` gives it.
    by : tuple of str
        Columns to group by, besides period and parameter.
    period : str
        "year", "quarter" or "month", from the column `time` where the table has no `period` of
        its own; the mean is that of all values in the period.
    ph_mean : str
        "hydrogen" averages pH through the hydrogen-ion concentration, "plain" as numbers.

    Returns
    -------
    DataFrame
        The group columns, period, parameter, value (NaN without any), n; lower, the mean of the
        lower bounds, where the table has them.

    Raises
    ------
    InputError
        If the period is unknown.

    Source
    ------
    Surface water assessment method 2011, periods; HJ 442-2008 for pH.
    """
    keys = [*by, "period", "parameter"]
    held = tidy.assign(period=_period(tidy, period))
    acid = (held["parameter"] == "ph") & (ph_mean == "hydrogen")
    held["value"] = np.where(acid, 10.0 ** -held["value"].where(acid, 0.0), held["value"])
    groups = held.groupby(keys, sort=False)
    # A place without any value keeps its row, so that it is unknown and not forgotten.
    means = groups["value"].agg(["mean", "count"]).reset_index()
    bounds = {"lower": groups["lower"].mean().to_numpy()} if "lower" in held else {}
    acid = (means["parameter"] == "ph") & (ph_mean == "hydrogen")
    means["value"] = np.where(acid, -np.log10(means["mean"].where(acid, 1.0)), means["mean"])
    # Twelve digits hold any measurement and drop the noise of the mean, which must not cross a
    # limit.
    means["value"] = [float(f"{v:.12g}") for v in means["value"]]
    return means.rename(columns={"count": "n"})[[*keys, "value", "n"]].assign(**bounds)


def find_place(tidy: pd.DataFrame, column: str) -> pd.Series:
    """First value of a column in each place, such as its river or target; may be empty.

    Parameters
    ----------
    tidy : DataFrame
        As `tidy_points` gives it.
    column : str

    Returns
    -------
    Series of str, index place
    """
    places = tidy["place"].drop_duplicates()
    if column not in tidy:
        return pd.Series("", index=places.to_numpy())
    firsts = tidy.dropna(subset=[column]).groupby("place", sort=False)[column].first()
    return firsts.reindex(places.to_numpy()).fillna("").astype(str)


def _plain(table):
    """Rows numbered anew; repeated texts as they are, since groups count every category."""
    repeated = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(repeated, object)).reset_index(drop=True)


def _numbers(table, fraction):
    lower, upper, value = (table[c].to_numpy(dtype=float) for c in ("lower", "upper", "value"))
    below = (lower < upper) & np.isfinite(upper)
    middle = np.where(lower > 0, (lower + upper) / 2, fraction * upper)
    above = (lower < upper) & ~np.isfinite(upper)
    return np.where(below, middle, np.where(above, lower, value))


def _renames(table):
    found = {}
    for name, words in _WORDS.items():
        held = [w for w in words if w in table]
        if name not in table and held:
            found[held[0]] = name
    return found


def _place(table):
    for name in ("place", *_PLACES):
        if name in table:
            return table[name]
    raise InputError(
        f"no column names the place; name one of {', '.join(_PLACES[:6])} "
        f"(found {', '.join(map(str, table.columns))})"
    )


def _floats(values):
    numbers = pd.to_numeric(values, errors="coerce")
    bad = values[numbers.isna() & values.notna()]
    if len(bad):
        raise InputError(
            f"value {bad.iloc[0]!r} (and {len(bad) - 1} more) is not a number; read the "
            "file with read_samples, which knows detection marks, then tabulate_points"
        )
    return numbers.astype(float)


def _melt(table):
    numbers = [
        c
        for c in table
        if find_parameter(str(c)) in load_parameters()
        and c not in _WORDS
        and c not in ("place", *_PLACES)
    ]
    if not numbers:
        raise InputError(
            "no column is a known parameter; give columns parameter and value, or one "
            "column for each parameter such as do, cod_mn, nh4_n, tp"
        )
    rest = [c for c in table if c not in numbers]
    return table.melt(id_vars=rest, value_vars=numbers, var_name="parameter", value_name="value")


def _period(table, period):
    if "period" in table:
        return table["period"].astype(str)
    letters = {"year": "Y", "quarter": "Q", "month": "M"}
    if period not in letters:
        raise InputError(f"period {period!r} is unknown; take one of {', '.join(letters)}")
    if "time" in table:
        return pd.to_datetime(table["time"]).dt.to_period(letters[period]).astype(str)
    return table["year"].astype(str) if "year" in table else pd.Series("", index=table.index)

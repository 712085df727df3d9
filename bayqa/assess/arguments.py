"""Arguments of the one call, checked at its door: kinds of tables, numbers, names."""

from __future__ import annotations

from difflib import get_close_matches

import geopandas as gpd
import numpy as np

from bayqa.errors import InputError
from bayqa.parameters import load_parameters

__all__ = ["check_frames", "check_names", "check_numbers", "listed"]

_READERS = {"bays": "read_bays", "samples": "read_samples", "land": "read_land",
            "rivers": "read_rivers", "zones": "read_bays"}  # fmt: skip


def check_frames(**frames: object) -> None:
    """Refuse what is no table of shapes.

    Parameters
    ----------
    **frames : GeoDataFrame or GeoSeries, by the name of the argument; None where it is left out

    Raises
    ------
    InputError
    """
    for name, frame in frames.items():
        if frame is None or isinstance(frame, gpd.GeoDataFrame | gpd.GeoSeries):
            continue
        hint = f"read it with {_READERS[name]}()"
        if type(frame).__name__ == "Series":
            hint = f"pick rows by a list, {name}.loc[['id']], so that it stays a table"
        raise InputError(f"{name}= is a {type(frame).__name__}: wanted a GeoDataFrame; {hint}")


def check_numbers(**numbers: object) -> None:
    """Refuse settings that are no number, or below the least they can be.

    Parameters
    ----------
    **numbers : number or None, by the name of the argument
        `seed` and `draws` are whole and not negative; `spacing` is above 0.

    Raises
    ------
    InputError
    """
    for name, number in numbers.items():
        if number is None and name != "seed":
            continue
        whole = name in ("seed", "draws")
        kind = int | np.integer if whole else int | float | np.number
        wanted = "a whole number, 0 or more" if whole else "metres, a number above 0"
        sound = isinstance(number, kind) and not isinstance(number, bool)
        if not sound or number < 0 or (not whole and number == 0):
            raise InputError(f"{name}={number!r}: give {wanted}")


def check_names(parameters: list[str] | None, known: object = ()) -> None:
    """Refuse ids that are no parameter, which would otherwise count as not measured.

    Parameters
    ----------
    parameters : list of str, optional
    known : iterable of str
        Further ids, such as those of the standard.

    Raises
    ------
    InputError
        Names the nearest id.
    """
    ids = {*load_parameters(), *known}
    for name in parameters or []:
        if name not in ids:
            near = get_close_matches(str(name), sorted(ids), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"parameters: {name!r} is no parameter{hint} `bayqa parameters` lists their ids"
            )


def listed(value: object) -> list | None:
    """A list of one where a single name or year is given."""
    return [value] if isinstance(value, str | int | np.integer) else value

"""The chain for all bays of a region, and what is made of them together."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bayqa.assess import Assessment
from bayqa.assess.areas.shares import NOT_ASSESSED
from bayqa.counts import count
from bayqa.errors import InputError
from bayqa.region.bay import Outcome, load_result, output_folder
from bayqa.region.config import Region
from bayqa.region.engine import work_through
from bayqa.region.inland import tabulate_inland
from bayqa.region.inputs import choose_bays, read_material
from bayqa.region.prints import name_books, print_region
from bayqa.region.summary import tabulate_region, write_region

__all__ = ["Run", "iterate_results", "run_region"]

_NOTHING = (
    "all water is not assessed; `bayqa check` says which parameters of the standard nobody measured"
)


_BOOKS = (
    "the bays are judged by several standards ({}); a legend holds one, so that there is an atlas "
    "and a page for each, and none of all bays"
)


class Run(NamedTuple):
    """A finished region run."""

    region: Region
    folder: Path
    outcomes: list[Outcome]
    tables: dict[str, pd.DataFrame]
    seconds: dict[str, float]
    """"read", "numbers", "files", "sheets" (sums over the bays), "region"."""

    @property
    def results(self) -> Iterator[Assessment]:
        """Assessments of the bays that are done, loaded one by one."""
        return iterate_results(self)

    @property
    def headline(self) -> pd.DataFrame:
        """The figures of the whole region."""
        return self.tables["headline"]

    @property
    def failures(self) -> list[str]:
        """One sentence for each bay that could not be done."""
        return [f"{o.bay_id}: {o.error}" for o in self.outcomes if o.error]

    @property
    def doubts(self) -> list[str]:
        """What the bays that are done leave open: each of which nothing is known; two legends."""
        shares = self.tables.get("shares")
        if shares is None or not len(shares):
            return []
        known = shares[(shares["parameter"] == "overall") & (shares["category"] != NOT_ASSESSED)]
        areas = known.groupby("bay_id", sort=False)["area_km2"].sum()
        silent = [f"{bay}: {_NOTHING}" for bay in areas.index[areas == 0]]
        books = ", ".join(name_books(self.tables)) if shares["standard"].nunique() > 1 else ""
        return [*silent, _BOOKS.format(books)] if books else silent

    @property
    def summary(self) -> str:
        """One line: how many bays, how long."""
        done = sum(not o.error for o in self.outcomes)
        spent = ", ".join(f"{name} {value:.1f} s" for name, value in self.seconds.items())
        return f"{done} of {count(len(self.outcomes), 'bay')} done ({spent})"


def run_region(
    region: Region,
    *,
    bays: list[str] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    sheets: bool = True,
    **engine: object,
) -> Run:
    """Run the chain for every bay of a region and write everything the region file asks for.

    Parameters
    ----------
    region : Region
        From `read_region`.
    bays : list of str, optional
        Only these bay_ids.
    progress : callable, optional
        Called with (done, total, text).
    sheets : bool
        Print sheets, dossiers, atlas and page too.
    **engine : object
        `jobs`, `scheduler`, `resume`; see `bayqa.region.engine.work_through`.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        If an input is unusable, a named bay is unknown, or the folder cannot be written. What is
        wrong with one bay alone is in `Run.failures`.
    """
    started = time.perf_counter()
    _open_folder(output_folder(region))
    material = read_material(region)
    material = material._replace(tables=tabulate_inland(region, material))
    chosen = choose_bays(material.bays, bays)
    read = time.perf_counter() - started
    outcomes = work_through(region, material, chosen, sheets=sheets, progress=progress, **engine)
    began = time.perf_counter()
    done = [o.bay_id for o in outcomes if not o.error]
    run = Run(region, output_folder(region), outcomes, {}, _seconds(read, outcomes))
    run = run._replace(tables=tabulate_region(material, lambda: iterate_results(run)))
    write_region(region, run.tables, outcomes, material.hashes)
    if sheets and done:
        print_region(region, material, run.tables, lambda: iterate_results(run))
    return run._replace(seconds={**run.seconds, "region": time.perf_counter() - began})


def iterate_results(run: Run) -> Iterator[Assessment]:
    """Assessments of the bays that are done, one in memory at a time.

    Parameters
    ----------
    run : Run

    Yields
    ------
    Assessment
    """
    for outcome in run.outcomes:
        if not outcome.error:
            yield load_result(run.region, outcome.bay_id)


def _open_folder(folder: Path) -> None:
    """Find out before the first hour of work whether anything can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"{folder}: nothing can be written here ({error.strerror}); name another folder in "
            "[output]"
        ) from None


def _seconds(read: float, outcomes: list[Outcome]) -> dict[str, float]:
    names = ("numbers", "files", "sheets")
    return {"read": read} | {n: sum(o.seconds.get(n, 0.0) for o in outcomes) for n in names}

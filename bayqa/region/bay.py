"""One bay of a region: compute, save, print; what a worker does and what it hands back."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import time
import traceback
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bayqa.assess import Assessment, assess, open_ledger, rate_sea_area, tabulate_trends
from bayqa.assess.chain import label
from bayqa.assess.ratings.seas import has_sea_rating
from bayqa.errors import BayqaError
from bayqa.export import save
from bayqa.files import hash_file, write_atomically
from bayqa.region.config import Region
from bayqa.region.homes import keep_own
from bayqa.region.inputs import Material
from bayqa.region.prints import print_bay
from bayqa.region.reaches import join_samples, run_reaches, tabulate_reach_shares, write_reaches
from bayqa.sheets.drawing.palettes import load_palette, pick_category_colors
from bayqa.versions import package_versions, source_digest

__all__ = ["Outcome", "attempt_bay", "load_result", "run_bay"]

CACHE = ".work"
FULL = 2**20
"""Bytes left on a disc that counts as full."""


class Outcome(NamedTuple):
    """How one bay ended; small, since it travels between processes."""

    bay_id: str
    error: str
    """Empty when the bay is done."""
    seconds: dict[str, float]
    """"numbers", "files", "sheets"."""
    resumed: bool = False
    traceback: str = ""
    """Of a bug; empty when the error is one that the user can mend."""


def attempt_bay(region: Region, material: Material, bay_id: str, **options: object) -> Outcome:
    """Outcome of one bay as `run_bay` gives it, that of a bug with its traceback.

    A bug in one bay must not cost the others their outputs, and must not pass unseen.
    """
    try:
        return run_bay(region, material, bay_id, **options)
    except Exception as error:
        text = _say_disc(error, output_folder(region))
        if text:
            return Outcome(bay_id, text, {})
        text = f"{type(error).__name__}: {error} (a bug of bayqa; please report the traceback)"
        return Outcome(bay_id, text, {}, traceback=traceback.format_exc())


def _say_disc(error: Exception, folder: Path) -> str:
    """One sentence where the disc is to blame and not the code; drivers of files hide its error."""
    if isinstance(error, OSError):
        return f"{error}; make room or mend the rights, then run again with --resume"
    if folder.exists() and shutil.disk_usage(folder).free < FULL:
        return f"{folder}: the disc is full; make room and run again with --resume"
    return ""


def run_bay(
    region: Region,
    material: Material,
    bay_id: str,
    *,
    resume: bool = False,
    sheets: bool = True,
    progress: Callable[[int, int, str], None] | None = None,
) -> Outcome:
    """Outcome of one bay, its files written under the region's folder.

    Parameters
    ----------
    region, material : Region, Material
    bay_id : str
        An index value of the bays.
    resume : bool
        Keep what an earlier run with the same inputs and settings has finished.
    sheets : bool
        Print sheets and dossier too.
    progress : callable, optional
        Called with (done, total, text) while the fields are computed.

    Returns
    -------
    Outcome
        A `BayqaError` becomes its `error`; anything else is a bug and passes through.
    """
    region = region.narrow(bay_id)
    key = work_key(region, material, bay_id, sheets)
    if resume and _finished(region, bay_id) == key:
        return Outcome(bay_id, "", {}, resumed=True)
    clock = _Clock({}, [time.perf_counter()])
    try:
        result, reaches = _compute(region, material, bay_id, progress)
        _lap(clock, "numbers")
        folder = output_folder(region) / bay_id
        colors = pick_category_colors(load_palette(region.pages.palette), result.standard)
        spent = clock.seconds["numbers"]
        save(result, folder, formats=region.output.formats, palette=colors, seconds=spent)
        _lap(clock, "files")
        if isinstance(reaches, Assessment):
            write_reaches(reaches, folder, region, material, sheets=sheets)
        if sheets:
            print_bay(result, folder, region, material)
            _lap(clock, "sheets")
    except BayqaError as error:
        return Outcome(bay_id, str(error), clock.seconds)
    _keep(region, bay_id, key, result)
    return Outcome(bay_id, "", clock.seconds)


class _Clock(NamedTuple):
    seconds: dict[str, float]
    last: list[float]


def _lap(clock: _Clock, name: str) -> None:
    now = time.perf_counter()
    clock.seconds[name] = now - clock.last[-1]
    clock.last.append(now)


def load_result(region: Region, bay_id: str) -> Assessment:
    """Assessment of a bay that `run_bay` has finished, from the region's work folder."""
    with open(_cache(region, bay_id), "rb") as stream:
        return pickle.loads(zlib.decompress(stream.read()))


def output_folder(region: Region) -> Path:
    """Absolute folder of the region's outputs."""
    return region.path(region.output.folder)


def work_key(region: Region, material: Material, bay_id: str, sheets: bool) -> str:
    """Hash of everything that decides the outputs of a bay; equal keys mean equal outputs."""
    settings = region.model_dump(mode="json", exclude={"root"})
    made_by = [source_digest(), package_versions(), _own_files(region, settings)]
    text = json.dumps([made_by, settings, material.hashes, bay_id, sheets], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _own_files(region: Region, settings: object) -> dict[str, str]:
    """Digest of every file that a setting names: a standard, a layout or a palette of one's own."""
    if isinstance(settings, dict | list):
        parts = settings.values() if isinstance(settings, dict) else settings
        return {name: made for part in parts for name, made in _own_files(region, part).items()}
    file, dot, _ = settings.rpartition(".toml") if isinstance(settings, str) else ("", "", "")
    path = region.path(file + dot)
    return {settings: hash_file(path)} if dot and path.is_file() else {}


def _compute(region, material, bay_id, progress) -> tuple[Assessment, Assessment | str | None]:
    """The bay, and the reaches that end in it."""
    fields, surveys, water = region.fields, region.campaigns, region.water
    named = region.inputs.covariates
    settings = {
        "crs": water.crs, "campaigns": surveys.scheme, "years": surveys.years,
        "layer": surveys.layer, "censored": surveys.censored, "method": fields.method,
        "draws": fields.draws, "seed": fields.seed, "options": fields.options,
    }  # fmt: skip
    result = assess(
        material.bays.loc[[bay_id]],
        join_samples(region, material),
        region.own(region.assess.standard),
        spacing=water.spacing,
        land=material.land,
        rivers=material.rivers,
        zones=material.zones,
        covariates={name: region.path(file) for name, file in named.items()},
        reach=water.reach,
        join_rivers=water.join_rivers,
        parameters=region.assess.parameters,
        progress=progress,
        **settings,
    )
    result, tables = _complete(result, region, material), {}
    reaches = run_reaches(region, material, bay_id, **settings)
    if reaches is not None:
        tables["reaches"] = tabulate_reach_shares(reaches, bay_id)
    if isinstance(reaches, Assessment):
        reaches = _say_source(reaches, region, material)
    return replace(result, tables={**result.tables, **tables}), reaches


def _say_source(result: Assessment, region: Region, material: Material) -> Assessment:
    """The assessment with what the region file says of its data."""
    about = region.region
    notes = {"data_note_zh": about.data_note_zh, "data_note_en": about.data_note_en}
    inputs = {**result.provenance["inputs"], **material.hashes}
    return label(result, **{key: text for key, text in notes.items() if text}, inputs=inputs)


def _complete(result: Assessment, region: Region, material: Material) -> Assessment:
    """Add the tables of a bay and what the region file says of its data."""
    result = _say_source(result, region, material)
    own, homes = str(result.bays.index[0]), material.homes
    lists = {
        "ledger": keep_own(open_ledger(result), own, homes),
        "trends": keep_own(tabulate_trends(result.stations, standard=result.standard), own, homes),
    }
    tables = {**result.tables, **material.tables, **lists}
    if has_sea_rating(result.standard):
        tables["ratings"] = rate_sea_area(result.shares)
    return replace(result, tables=tables)


def _keep(region: Region, bay_id: str, key: str, result: Assessment) -> None:
    with write_atomically(_cache(region, bay_id)) as draft:
        draft.write_bytes(zlib.compress(pickle.dumps(_slim(result)), level=1))
    with write_atomically(_cache(region, bay_id).with_suffix(".key")) as draft:
        draft.write_text(key, encoding="ascii")


def _slim(result: Assessment) -> Assessment:
    """What prints of the region need; the odds by parameter are the bulk, and are in the files."""
    classes = result.classes.drop_vars("parameter_probability", errors="ignore")
    return replace(result, classes=classes)


def _finished(region: Region, bay_id: str) -> str | None:
    mark = _cache(region, bay_id).with_suffix(".key")
    whole = mark.exists() and _cache(region, bay_id).exists()
    return mark.read_text(encoding="ascii") if whole else None


def _cache(region: Region, bay_id: str) -> Path:
    return output_folder(region) / CACHE / f"{bay_id}.pickle"

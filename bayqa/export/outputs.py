"""One call that writes an assessment as open files, all of them or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.export.manifest import write_manifest
from bayqa.files import stage_folder

__all__ = ["FORMATS", "save"]

FORMATS: Mapping[str, str] = {
    "netcdf": "bayqa.export.netcdf:write_netcdf",
    "cog": "bayqa.export.cog:write_cogs",
    "geopackage": "bayqa.export.vectors:write_geopackage",
    "geoparquet": "bayqa.export.vectors:write_geoparquet",
    "csv": "bayqa.export.tables:write_tables",
    "styles": "bayqa.export.styles:write_styles",
    "stac": "bayqa.export.stac:write_stac",
    "manifest": "",
}
"""Format name -> function; the order is the order of writing, since styles and STAC describe files
that are already there."""


def save(
    result: Assessment,
    folder: str | os.PathLike,
    *,
    formats: Sequence[str] = ("netcdf", "cog", "geopackage", "csv"),
    palette: Sequence[str] | None = None,
    seconds: float | None = None,
) -> list[Path]:
    """Paths of the open files written for an assessment; the last one is ``manifest.json``.

    Everything is written aside first and renamed at the end: an error or a crash leaves the folder
    as it was. The same assessment gives the same bytes, except for the seconds in the manifest.

    Parameters
    ----------
    result : Assessment
        For one or several bays.
    folder : path
        Made if missing. Files of the same names are replaced, others are left alone.
    formats : sequence of str
        Any of `FORMATS`. The manifest is written whatever is named here.
    palette : sequence of str, optional
        One colour ``"#RRGGBB"`` a category, best first; the colours of the standard by default.
    seconds : float, optional
        How long the computation took, for the manifest; by default what the provenance says.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If a format is unknown, the palette does not have one colour a category, or `folder` is a
        file.

    Examples
    --------
    >>> from bayqa.export import save
    >>> paths = save(result, "outputs", formats=("csv",))  # doctest: +SKIP
    """
    folder = Path(folder)
    colors = _colors(result, palette)
    writers = _writers(formats)
    with stage_folder(folder, last="manifest.json") as draft:
        for write in writers:
            write(result, draft, colors=colors)
        write_manifest(result, draft, seconds=seconds)
        names = [path.relative_to(draft) for path in sorted(draft.rglob("*")) if path.is_file()]
    names.sort(key=lambda name: (name.name == "manifest.json", name.as_posix()))
    return [folder / name for name in names]


def _colors(result: Assessment, palette: Sequence[str] | None) -> tuple[str, ...]:
    categories = result.standard.categories
    if palette is None:
        return tuple(category.color for category in categories)
    if len(palette) != len(categories):
        raise InputError(
            f"palette: found {len(palette)} colours, wanted {len(categories)}, one for each "
            f"category of {result.standard.id}; give them best category first"
        )
    return tuple(palette)


def _writers(formats: Sequence[str]) -> list[Callable]:
    chosen = [formats] if isinstance(formats, str) else list(formats)
    for name in chosen:
        if name not in FORMATS:
            near = get_close_matches(str(name), FORMATS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(f"formats: found {name!r}, wanted any of {', '.join(FORMATS)}{hint}")
    places = [FORMATS[name] for name in FORMATS if name in chosen and FORMATS[name]]
    return [getattr(import_module(m), f) for m, f in (place.split(":") for place in places)]

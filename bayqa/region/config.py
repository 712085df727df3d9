"""The region file: a TOML with the same words as the function arguments, checked by pydantic."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bayqa.errors import InputError

__all__ = ["Region", "read_region"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_years(value: object) -> object:
    return [value] if isinstance(value, int) else value


Paths = Annotated[list[str], BeforeValidator(_as_list)]
Years = Annotated[list[int], BeforeValidator(_as_years)]
Layer = str | None
_ID = r"^[A-Za-z0-9_-]+$"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Section):
    """[region]: what it is called, and a note that every output carries."""

    id: str = Field(pattern=_ID)
    name_zh: str = ""
    name_en: str = ""
    data_note_zh: str = ""
    data_note_en: str = ""


class Inputs(_Section):
    """[inputs]: files, relative to the region file; `bays_layer` and so on name a layer."""

    bays: str
    bays_layer: Layer = None
    bay_id: str | None = None
    samples: Paths
    stations: str | None = None
    land: str | None = None
    land_layer: Layer = None
    rivers: str | None = None
    rivers_layer: Layer = None
    preset: str | None = None
    mapping: str | None = None
    sections: Paths = []
    groundwater: Paths = []
    drinking: Paths = []
    targets: str | None = None
    register_: str | None = Field(default=None, alias="register")
    outlets: str | None = None
    zones: str | None = None
    covariates: dict[str, str] = {}


class Water(_Section):
    """[water]: the grid; `spacing` and `reach` in metres, spacing chosen by bay when left out."""

    spacing: float | None = Field(default=None, gt=0)
    reach: float = Field(default=0.0, ge=0)
    crs: str | None = None
    join_rivers: bool = False


class Reaches(_Section):
    """[reaches]: the finer grid of the rivers that join the bays; see `choose_reaches`."""

    spacing: float | None = Field(default=None, gt=0)
    reach: float | None = Field(default=None, ge=0)
    gap: float = Field(default=100.0, ge=0)


class Campaigns(_Section):
    """[campaigns]: which samples form a survey."""

    scheme: str | dict[str, list[int]] = "CN-sea"
    years: Years | None = None
    layer: str | None = "surface"
    censored: str = "half"


class Fields(_Section):
    """[fields]: the interpolation; `options` go to the method."""

    method: str = "matern"
    draws: int | None = Field(default=None, ge=0)
    seed: int = 1
    options: dict[str, object] = {}


class Assess(_Section):
    """[assess]: the standards and targets."""

    standard: str = "GB 3097-1997"
    parameters: Paths | None = None
    target_good_share: float | None = Field(default=None, ge=0, le=1)
    rivers: str = "GB 3838-2002"
    drinking: str = "GB 3838-2002"
    groundwater: str = "GB/T 14848-2017"


class Bay(_Section):
    """[bay.ID]: what is asked of one bay; what it does not say is as in [assess].

    A standard of its own judges its own parameters, whatever [assess] lists.
    """

    standard: str | None = None
    parameters: Paths | None = None
    target_good_share: float | None = Field(default=None, ge=0, le=1)


class Sheets(_Section):
    """[sheets]: what is printed; nothing is where `layouts` is empty."""

    layouts: Paths = ["a4-landscape"]
    themes: Paths = ["category"]
    campaigns: Literal["all", "last", "annual"] = "all"
    language: Paths = ["zh", "en"]
    palette: str | None = None
    formats: Paths = ["pdf", "png"]
    atlas: bool = True
    dossiers: bool = True
    page: bool = True
    options: dict[str, object] = {}


class Output(_Section):
    """[output]: the folder, relative to the region file, and the open formats to write."""

    folder: str
    formats: Paths = ["netcdf", "cog", "geopackage", "csv"]


class Region(_Section):
    """A whole region file; `root` is the folder that its paths start from."""

    region: About
    inputs: Inputs
    water: Water = Water()
    reaches: Reaches = Reaches()
    campaigns: Campaigns = Campaigns()
    fields: Fields = Fields()
    assess: Assess = Assess()
    bay: dict[str, Bay] = {}
    sheets: Sheets = Sheets()
    output: Output
    root: Path

    def narrow(self, bay_id: str) -> Region:
        """The region file as it holds for one bay: [assess] with what [bay.ID] says instead."""
        said = self.bay.get(bay_id, Bay()).model_dump(exclude_none=True)
        if "standard" in said:
            # A list made for one standard says nothing about another.
            said = {"parameters": None, **said}
        return self.model_copy(update={"assess": self.assess.model_copy(update=said), "bay": {}})

    def path(self, name: str) -> Path:
        """Absolute path of a name in the file; ${NAME} is taken from the environment."""
        return (self.root / _expand(name)).resolve()

    def own(self, name: str) -> str:
        """A name of something packaged as it is; one that ends in .toml as an absolute path.

        What follows the path, the variant of a standard, stays.
        """
        file, dot, variant = name.rpartition(".toml")
        return f"{self.path(file + dot)}{variant}" if dot else name

    def shown(self, name: str) -> str:
        """A name as outputs print it: what lies elsewhere on this machine by its file name only."""
        path = Path(_expand(name))
        if name == str(path) and not path.is_absolute():
            return name
        place = (self.root / path).resolve()
        return place.relative_to(self.root).as_posix() if self.root in place.parents else place.name

    @property
    def pages(self) -> Sheets:
        """What is printed, own layouts and palettes as absolute paths."""
        held = self.sheets
        found = {
            "layouts": [self.own(name) for name in held.layouts],
            "palette": None if held.palette is None else self.own(held.palette),
        }
        return held.model_copy(update=found)


def read_region(path: str | Path) -> Region:
    """Region file as a checked object.

    Parameters
    ----------
    path : path
        A TOML file; see docs/tutorial.md for every key.

    Returns
    -------
    Region

    Raises
    ------
    InputError
        If the file is missing, is not TOML, or holds an unknown key or a wrong value.
    """
    path = Path(path)
    try:
        # The editor that comes with Windows puts a byte order mark in front.
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such region file; give the path of a TOML file") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: cannot be read as UTF-8 text ({error}); save it again in that encoding"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error}; give the path of a file") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {error}; mend that line") from None
    try:
        return Region(**table, root=path.resolve().parent)
    except (ValidationError, TypeError) as error:
        raise InputError(f"{path}: {_say(error, table)}") from None


def _expand(name: str) -> str:
    def value(match: re.Match) -> str:
        key, default = match.group(1), match.group(2)
        found = os.environ.get(key, default)
        if found is None:
            raise InputError(f"{name}: the environment has no {key}; set it or write a path")
        return found

    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", value, name)


def _say(error: Exception, table: dict) -> str:
    if not isinstance(error, ValidationError):
        return f"unusable top level: {error}"
    return "; ".join(_sentence(e["loc"], e, table) for e in error.errors()[:3])


def _sentence(loc: tuple, error: dict, table: dict) -> str:
    where = ".".join(str(part) for part in loc)
    if error["type"] == "extra_forbidden":
        known = _known_keys(loc)
        near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys are {', '.join(known)}"
        return f"unknown key {where!r}; {hint}"
    if error["type"] == "missing":
        return f"{where!r} is missing; add it"
    if error["type"] == "model_type" and loc[0] == "bay":
        return f"{where!r} is no bay; write [bay.ID], and {loc[-1]} = {error['input']!r} below it"
    if error["type"] == "string_pattern_mismatch":
        return f"{where!r} is {error['input']!r}: write letters a to z, digits, - and _ only"
    return f"{where!r} is {error['input']!r}: {error['msg'].lower()}"


def _known_keys(loc: tuple) -> list[str]:
    if len(loc) == 1:
        return [name for name in Region.model_fields if name != "root"]
    section = Bay if loc[0] == "bay" else Region.model_fields[loc[0]].annotation
    return [f.alias or name for name, f in section.model_fields.items()]

"""Standards read from TOML: the packaged ones by id, a user's own by path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from bayqa.errors import StandardError
from bayqa.standards.checks import check_categories, check_keys, check_rule, check_standard
from bayqa.standards.rows import read_limit, read_note
from bayqa.standards.standard import Category, Standard

__all__ = ["list_standards", "load_standard", "standard_ids"]

_TEXTS = ("title_zh", "title_en", "source", "water")


def load_standard(id_or_path: str | Path | Mapping, **options) -> Standard:
    """A standard by id, or a user's own from a TOML file, checked row by row.

    Parameters
    ----------
    id_or_path : str, Path or mapping
        An id of `standard_ids`, such as "GB 3097-1997" or "GB 3838-2002 lake" (standard and
        variant), or the path of a TOML file; "my.toml lake" names a variant of a file. A mapping
        is taken for the content of such a file.
    **options
        Switches that replace those in the file: `rule`, `missing`, or one of its `[options]`,
        e.g. ``load_standard("GB 3097-1997", open_class="worse")``.

    Returns
    -------
    Standard

    Raises
    ------
    StandardError
        If the id or path is unknown, or a row is wrong; the message names file and row.
    """
    if isinstance(id_or_path, Mapping):
        table = _merge_variant(deepcopy(dict(id_or_path)), "", "the mapping")
        return _build(_merge_options(table, options, "the mapping"), "", "the mapping")
    path, variant = _locate(str(id_or_path))
    table = _merge_variant(_read_table(path), variant, path.name)
    return _build(_merge_options(table, options, path.name), variant, path.name)


def list_standards():
    """The packaged standards and their variants.

    Returns
    -------
    DataFrame
        id (as `load_standard` takes it), title_zh, title_en, water, rule, version, evidence; in
        the order of the ids.
    """
    # Loading one standard must not cost the import of pandas.
    import pandas as pd

    rows = [load_standard(key) for key in standard_ids()]
    columns = ["id", "title_zh", "title_en", "water", "rule", "version", "evidence"]
    return pd.DataFrame([[getattr(row, c) for c in columns] for row in rows], columns=columns)


def standard_ids() -> tuple[str, ...]:
    """Ids of the packaged standards and their variants."""
    return tuple(_packaged())


@cache
def _packaged() -> Mapping[str, tuple[Path, str]]:
    """Id -> file and variant of every packaged standard."""
    found = {}
    folder = Path(str(files("bayqa.standards").joinpath("data")))
    for path in sorted(folder.glob("*.toml")):
        table = _read_table(path)
        if not table.get("variant_required", False):
            found[table["id"]] = (path, "")
        for variant, row in table.get("variants", {}).items():
            found[row.get("id", f"{table['id']} {variant}")] = (path, variant)
    return MappingProxyType(found)


def _locate(text: str) -> tuple[Path, str]:
    folded = {_fold(key): entry for key, entry in _packaged().items()}
    if _fold(text) in folded:
        return folded[_fold(text)]
    name, dot, variant = text.rpartition(".toml")
    if dot and Path(name + dot).is_file():
        return Path(name + dot), variant.strip()
    if dot:
        raise StandardError(f"{name + dot}: no such file. Give the path of a standard in TOML.")
    near = get_close_matches(_fold(text), folded, n=3, cutoff=0.4)
    names = [key for key in _packaged() if _fold(key) in near]
    meant = f"; did you mean {' or '.join(names)}?" if names else "."
    raise StandardError(
        f"no standard is called {text!r}{meant} `bayqa standards` lists all; a file of your own "
        "is given by its path ending in .toml."
    )


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _read_table(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardError(
            f"{path.name}: not readable as TOML ({error}). Mend the file."
        ) from None


def _merge_variant(table: dict, variant: str, name: str) -> dict:
    variants = table.get("variants", {})
    if not variant and table.get("variant_required", False):
        raise StandardError(
            f"{name}: {table.get('id')} holds only together with a variant, such as "
            f"'{table.get('id')} {next(iter(variants))}'. Choose one of {', '.join(variants)}."
        )
    if not variant:
        return table
    if variant not in variants:
        raise StandardError(
            f"{name}: no variant {variant!r}; it has {', '.join(variants) or 'none'}."
        )
    row = variants[variant]
    merged = {**table, "id": f"{table['id']} {variant}", **row}
    merged["options"] = {**table.get("options", {}), **row.get("options", {})}
    own = row.get("limits", {})
    kept = {key: table["limits"].get(key, {}) for key in {**table["limits"], **own}}
    merged["limits"] = {
        key: {**kept[key], **own.get(key, {})} for key in kept if key not in row.get("drop", ())
    }
    return merged


def _merge_options(table: dict, options: dict, name: str) -> dict:
    top = {key: value for key, value in options.items() if key in ("rule", "missing")}
    rest = {key: value for key, value in options.items() if key not in top}
    merged = {**table, **top, "options": {**table.get("options", {}), **rest}}
    if options:
        changed = ", ".join(f"{key}={value}" for key, value in sorted(options.items()))
        merged["version"] = f"{table.get('version', '')}, {changed}".removeprefix(", ")
    check_rule(merged, name)
    return merged


def _build(table: dict, variant: str, name: str) -> Standard:
    check_keys(table, name)
    check_categories(table["categories"], name)
    categories = tuple(Category(**row) for row in table["categories"])
    limits, targets = {}, {}
    for key, row in table["limits"].items():
        limits[key] = read_limit(key, row, table, name)
        if "target" in row:
            targets[key] = (limits[key], row["target"], row.get("deviation"))
    options = dict(table["options"])
    if targets:
        options["targets"] = {k: _target(*v) for k, v in targets.items()}
    standard = Standard(
        id=table["id"],
        version=str(table.get("version", "")),
        **{key: table[key] for key in _TEXTS},
        effective=str(table.get("effective", "")),
        evidence=table["evidence"],
        categories=categories,
        limits=limits,
        rule=table["rule"],
        parameters=tuple(table.get("parameters", limits)),
        good=tuple(table.get("good", ())),
        missing=table.get("missing", "skip"),
        options=options,
        variant=variant,
        notes=tuple(read_note(row, categories, name) for row in table.get("notes", ())),
    )
    check_standard(standard, name)
    return standard


def _target(limit, target: float, deviation: float | None) -> tuple[float, float | None]:
    """Target in the canonical unit and acceptable deviation in percent."""
    return target * limit.factor, deviation

"""Standards read from TOML: the packaged ones by id, a user's own by path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from bayqa.errors import StandardError
from bayqa.standards.checks import check_categories, check_keys, check_rule, check_standard
from bayqa.standards.rows import read_limit, read_note
from bayqa.standards.standard import Category, Standard

__all__ = ["list_standards", "load_standard"]

_TEXTS = ("title_zh", "title_en", "source", "water")


def load_standard(id_or_path: str | Path, **options) -> Standard:
    """A standard by id, or a user's own from a TOML file, checked row by row.

    Parameters
    ----------
    id_or_path : str or Path
        An id of `list_standards`, such as "GB 3097-1997" or "GB 3838-2002 lake" (standard and
        variant), or the path of a TOML file; "my.toml lake" names a variant of a file.
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
    path, variant = _locate(str(id_or_path))
    table = _merge_variant(_read_table(path), variant, path.name)
    return _build(_merge_options(table, options, path.name), variant, path.name)


def list_standards() -> Mapping[str, str]:
    """Ids of the packaged standards and their variants, with the English title.

    Returns
    -------
    mapping of str to str
        In the order of the files; read-only.
    """
    return MappingProxyType({key: title for key, (_, _, title) in _packaged().items()})


@cache
def _packaged() -> Mapping[str, tuple[Path, str, str]]:
    """Id -> file, variant and title of every packaged standard."""
    found = {}
    folder = Path(str(files("bayqa.standards").joinpath("data")))
    for path in sorted(folder.glob("*.toml")):
        table = _read_table(path)
        if not table.get("variant_required", False):
            found[table["id"]] = (path, "", table["title_en"])
        for variant, row in table.get("variants", {}).items():
            title = row.get("title_en", f"{table['title_en']}, {variant}")
            found[f"{table['id']} {variant}"] = (path, variant, title)
    return MappingProxyType(found)


def _locate(text: str) -> tuple[Path, str]:
    folded = {_fold(key): entry[:2] for key, entry in _packaged().items()}
    if _fold(text) in folded:
        return folded[_fold(text)]
    name, dot, variant = text.partition(".toml")
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
    merged = {**table, **row, "id": f"{table['id']} {variant}"}
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

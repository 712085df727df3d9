"""Names of columns, layers and kinds of water in English and Chinese, from `aliases.toml`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bayqa.intake.vocabulary.fractions import name_part
from bayqa.intake.vocabulary.limits import limited_name, split_limit
from bayqa.intake.vocabulary.text import clean_text, fold_text
from bayqa.intake.vocabulary.units import parse_species, parse_unit
from bayqa.intake.vocabulary.words import load_words
from bayqa.parameters import find_parameter, load_parameters

__all__ = ["PART_RANK", "Heading", "find_extra", "find_field", "find_layer", "find_water",
           "is_ignored", "is_total", "parse_heading"]  # fmt: skip

_LAYER_EDGE = re.compile(
    r"^(表层|底层|中层|表|底|surface|bottom|middle|top)[\s_\-:/.]*(.+)$|"
    r"^(.+?)[\s_\-:/.(\[（]*(表层|底层|中层|(?<=[\s_\-:/.(\[（])[表底中]|[\s_\-(](?:surface|bottom|middle|top|mid))[)\]）]?$",
    re.I,
)


_BRACKET = re.compile(
    r"^(.*?)[\s_/,:]*[(\[{【〔]\s*([^()\[\]{}【】]*(?:\([^()]*\)[^()]*)?)\s*[)\]}】〕]\s*(.*)$"
)
_BRACKET_END = re.compile(r"^(.*\S)[\s_/,:]*[(\[{【〔]\s*([^()\[\]{}【】]+)\s*[)\]}】〕]()$")
_SPECIES_BRACKET = re.compile(
    r"\s*\(\s*(?:以\s*([A-Za-z0-9]+)[-+]?\s*计|(?:as|als)\s+([A-Za-z0-9]+)[-+]?)\s*\)"
)
_SPECIES_END = re.compile(r"^(.*\S)(?:\s+as\s+([A-Za-z]+\d?)|(?<=[\u4e00-\u9fff])-([NP]))$")
_UNIT_LABEL = re.compile(r"(?<=\S)[\s,]*\b(?:(?:计量)?单位|[Uu]nits?)\s*[:=]\s*(?=\S)")
_BEFORE_UNIT = re.compile(
    r"\s+in\s+|\s*<(?=[^<>]+>$)|(?<=\S)(?=(?:[毫微纳]?克|[毫微]?摩尔?|个)(?:/|每)升$)"
)
_DATE_HINT = re.compile(r"\s*\([ymdhs年月日时分秒:/.\-\s]+\)$", re.I)
_QUALIFIED = re.compile(
    r"total|dissolved|filter|particul|(?<!in)organic|mean|min|max|std|dev|median|number|class|index|ratio|load|"
    r"flag|qual|mark|sign|code|limit|standard|note|error|detect|cens|below|times|exceed|uncert|"
    r"unit|method|grade|rank|change|increase|^\w{1,7}$"
)
_SYMBOL = re.compile(r"^[ρcw]\s*[(_]\s*([^()]+(?:\([^()]*\))?)\)?\s*((?:[/(].*)?)$")
_SYNONYM_EDGE = re.compile(
    r"[\s/,;()]+|(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])"
)
_BILINGUAL = re.compile(r"^([\u4e00-\u9fff]{2,})[\s/]+([A-Za-z][A-Za-z\s-]+)$")
_MOLAR = re.compile(r"^([A-Z][A-Za-z]*\d)_?([munµμ]M|[munµμ]mol)$")
_TURNED = re.compile(r"^([^,(/]+?)(?:,\s+([^,]+?))?(?:\s+as\s+([A-Z][A-Za-z]*\d?))?$")
"""A name with its adjective behind a comma, as in "Phosphorus, Total as P"."""
_STATION_SERIES = re.compile(r"^\d{1,6}_(\d{5})(?:_00003)?$")
"""Number of a series, five-digit code of a parameter and of a daily mean, as in rdb files."""
_BEHIND = re.compile(r"\s*[(（][^()（）]*[)）]$")
_P01 = re.compile(r"\s*\([A-Z0-9]{8}(?:_[A-Z]{4})?\)|:METAVAR:[A-Z_:0-9]+$")
"""Codes of vocabularies for parameters and units behind a name, and kinds of variables."""
_AS_SILICON = re.compile(r"^si$|^sio\dsi|硅酸盐硅|silicatesi$|^siliconsi")
_LOOKS_LIKE_UNIT = re.compile(r"^[kmunμµ]?(?:g|mol|M)\b")
_GLUED_UNIT = re.compile(
    r"^(.*?[^\s/(_])(℃|°C|ºC|‰|%|NTU|(?:[kmunμµ]?(?:g|mol)|[munμµ]M|个|CFU|MPN)(?:/|·)\S+)$"
)


PART_RANK = 99
"""Rank of a parameter told by the words of a name that no list has."""


class Heading(NamedTuple):
    """What the heading of one column means: at most one of field, parameter, extra is set."""

    text: str
    field: str = ""
    parameter: str = ""
    fresh_parameter: str = ""
    unit: str = ""
    layer: str = ""
    extra: str = ""
    rank: int = 0
    """Place in the list of aliases; the lower, the surer."""
    limit: str = ""
    """Detection limit that the heading states."""


@cache
def _lookup(group: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for name, words in load_words()[group].items():
        for rank, word in enumerate(words):
            found.setdefault(fold_text(word), (name, rank))
    return found


def find_field(text: str) -> tuple[str, int]:
    """Field that a heading names and its rank, or ("", 0)."""
    return _lookup("fields").get(fold_text(text), ("", 0))


def find_extra(text: str) -> str:
    """Extra column that a heading names, or an empty string."""
    return _lookup("extra").get(fold_text(text), ("", 0))[0]


def find_layer(text: str) -> str:
    """Layer that a cell names: surface, middle, bottom, ..., or an empty string."""
    return _lookup("layers").get(fold_text(text), ("", 0))[0]


def find_water(text: str) -> str:
    """Kind of water that a cell names: sea, river, lake, groundwater, drinking, or empty."""
    return _lookup("waters").get(fold_text(text), ("", 0))[0]


def is_ignored(text: str) -> bool:
    """Whether a column is known to carry nothing that is used."""
    return fold_text(text) in _lookup("ignored")


def is_total(text: str) -> bool:
    """Whether a cell names a row of totals, means or limits instead of a station."""
    words = _lookup("totals")
    return fold_text(text) in words or fold_text(_BEHIND.sub("", text)) in words


@cache
def parse_heading(text: str) -> Heading:
    """Meaning of a heading such as "无机氮(mg/L)", "DIN (µmol/L)", "COD mg/L" or "DO_底".

    Parameters
    ----------
    text : str

    Returns
    -------
    Heading
        With all parts empty when nothing is known.
    """
    plain = clean_text(text)
    if not plain or len(plain) > 120:
        return Heading(plain)
    named = _UNIT_LABEL.sub(" ", plain)
    if named != plain:
        return parse_heading(named.replace("( ", "("))._replace(text=plain)
    bare, limit = split_limit(plain)
    if limit:
        rest = parse_heading(bare)
        return rest._replace(text=plain, limit=limit) if rest.parameter else Heading(plain)
    owner = limited_name(plain)
    if owner and parse_heading(owner).parameter:
        return Heading(plain)
    if _P01.search(plain) and not plain.casefold().startswith("qv"):
        return parse_heading(_P01.sub("", plain))._replace(text=plain)
    coded = _STATION_SERIES.match(plain)
    if coded:
        return Heading(plain, parameter=find_parameter(f"p{coded.group(1)}") or "")
    for name, unit in _spellings(plain):
        heading = _match(plain, name, unit)
        if heading:
            return heading
    layered = [_layered(plain, plain, "")]
    layered += [_layered(plain, name, unit) for name, unit in _splits(plain) if unit]
    return next(filter(None, layered), None) or _of_part(plain)


def _of_part(plain: str) -> Heading:
    """Heading of a name with words of fractions, such as "Ammonia as N, Dissolved (mg/L)"."""
    for name, unit in _splits(plain):
        parameter, counted = name_part(name)
        if parameter:
            unit = f"{unit or 'mg/L'} as {counted}" if counted else unit
            return Heading(plain, "", parameter, "", unit, rank=PART_RANK)
    return Heading(plain)


def _layered(plain: str, name: str, unit: str) -> Heading | None:
    """Heading with a layer at either end of its name, such as "DO_底" or "无机氮-表(mg/L)"."""
    hit = _LAYER_EDGE.match(name)
    if not hit:
        return None
    layer = find_layer(hit.group(1) or hit.group(4))
    rest = parse_heading(
        f"{hit.group(2) or hit.group(3)} ({unit})" if unit else hit.group(2) or hit.group(3)
    )
    if layer and rest.parameter and not rest.layer:
        return rest._replace(text=plain, layer=layer)
    return None


def _match(plain: str, name: str, unit: str) -> Heading | None:
    field, rank = find_field(name)
    if not field and not unit:
        field, rank = _field_in(name)
    if field and (
        not unit or field in ("depth_m", "layer", "lon", "lat", "x", "y", "value", "limit")
    ):
        return Heading(plain, field=field, rank=rank, unit=unit)
    parameter = find_parameter(name) or _by_unit(name, unit)
    parameter = None if unit.casefold() == "ph" and parameter != "ph" else parameter
    if parameter == "silica" and _AS_SILICON.search(fold_text(name)) and "as" not in unit.split():
        unit = f"{unit or 'mg/L'} as Si"
    if parameter:
        fresh = find_parameter(name, "river") or ""
        fresh = "" if fresh == parameter else fresh
        parameter, unit = _percent_oxygen(parameter, name, unit)
        return Heading(plain, "", parameter, fresh, unit)
    extra = "" if unit else find_extra(name)
    return Heading(plain, extra=extra) if extra else None


def _field_in(name: str) -> tuple[str, int]:
    """Field of a heading that names it in two tongues, or says how its dates are written."""
    parted = _BILINGUAL.match(name)
    if parted:
        field, rank = find_field(parted.group(1))
        return (field, rank) if field and find_field(parted.group(2))[0] else ("", 0)
    bare = _DATE_HINT.sub("", name)
    field, rank = find_field(bare) if bare != name else ("", 0)
    return (field, rank) if field in ("time", "clock") else ("", 0)


def _by_unit(name: str, unit: str) -> str | None:
    """Parameter of letters that only their unit makes certain: "T (°C)", "FC (MPN/100mL)"."""
    parsed = parse_unit(unit) if unit and len(name) <= 2 else None
    kinds = {
        "t": ("temperature", "temperature"), "s": ("salinity", "salinity"),
        "fc": ("count", "faecal_coliforms"), "tc": ("count", "total_coliforms"),
    }  # fmt: skip
    kind, parameter = kinds.get(name.casefold(), ("", ""))
    return parameter if parsed and parsed.kind == kind else None


def _spellings(plain: str):
    """Splits of a heading; a species in brackets of its own is put behind the unit."""
    yield from _counted_as(plain)
    glued = _MOLAR.match(plain)
    if glued:
        yield glued.group(1), glued.group(2)
    turned = _TURNED.match(plain)
    if turned and (turned.group(2) or turned.group(3)):
        first, second, counted = turned.groups()
        name = f"{second} {first}" if second else first
        if not counted or _is_basis(name, counted):
            yield name, ""
    symbol = _SYMBOL.match(plain)
    if symbol:
        unit = symbol.group(2).strip(" /()")
        if not unit or parse_unit(unit) is not None:
            yield symbol.group(1), unit
    yield from _splits(plain)


def _counted_as(plain: str):
    """Pairs of a heading that says as what it is counted: "硝酸盐(以N计)", "Phosphate as P"."""
    species = _SPECIES_BRACKET.search(plain)
    bare = f"{plain[: species.start()]}{plain[species.end() :]}".strip() if species else ""
    counted = parse_species(species.group(1) or species.group(2)) if species else ""
    if counted:
        for name, unit in _splits(bare):
            if unit:
                yield name, f"{unit} as {counted}"
    for name, unit in _splits(plain):
        ended = _SPECIES_END.match(name) if unit else None
        counted = parse_species(ended.group(2) or ended.group(3)) if ended else ""
        if counted:
            yield ended.group(1), f"{unit} as {counted}"


def _is_basis(name: str, counted: str) -> bool:
    """Whether "as N" behind a name says no more than what its parameter is counted as."""
    parameter = find_parameter(name)
    basis = load_parameters()[parameter].basis if parameter else ""
    return bool(basis) and parse_species(counted) == basis


def _percent_oxygen(parameter: str, name: str, unit: str) -> tuple[str, str]:
    """Oxygen in percent is a saturation, which is another parameter than the concentration."""
    parsed = parse_unit(unit) if unit else None
    if parameter == "do" and ((parsed and parsed.kind == "percent") or "%" in name):
        return "do_sat", "%"
    return parameter, unit


def _splits(plain: str):
    """Pairs of name and unit that a heading may be made of, the most telling first."""
    hit = _BRACKET_END.match(plain) or _BRACKET.match(plain)
    if hit and (hit.group(1) or hit.group(3)):
        name, inner = (hit.group(1) + " " + hit.group(3)).strip(), hit.group(2)
        if parse_unit(inner) is not None:
            yield name, inner
            yield from ((word, inner) for word in _synonyms(name))
        elif find_parameter(inner) or find_parameter(name):
            if find_parameter(plain) not in (None, find_parameter(name)):
                yield plain, ""
            yield from _bracketed(name, inner)
    for cut in re.finditer(_BEFORE_UNIT, plain):
        name, unit = plain[: cut.start()], plain[cut.end() :].rstrip(">")
        if name and parse_unit(unit) is not None:
            yield name, unit
    for cut in re.finditer(r"[\s_/,:;]+", plain):
        name, unit = plain[: cut.start()], plain[cut.end() :]
        if name and unit and parse_unit(unit) is not None:
            yield name, unit
    hit = _GLUED_UNIT.match(plain)
    if hit and parse_unit(hit.group(2)) is not None:
        yield hit.group(1), hit.group(2)
    yield plain, ""
    yield from ((word, "") for word in _synonyms(plain))


def _synonyms(name: str) -> list[str]:
    """First of two names of one parameter written side by side: "活性磷酸盐 PO4-P"."""
    parted = _BILINGUAL.match(name.strip(" ()"))
    if parted and find_parameter(parted.group(1)):
        same = find_parameter(parted.group(2)) in (None, find_parameter(parted.group(1)))
        if same and not _QUALIFIED.search(parted.group(2).casefold()):
            return [parted.group(1)]
    words = _SYNONYM_EDGE.split(name.strip(" ()"))
    found = {find_parameter(w) for w in words if w}
    return [words[0]] if len(words) > 1 and len(found) == 1 and None not in found else []


def _bracketed(name: str, inner: str):
    """Pairs for a bracket that holds a synonym or a synonym and a unit: "无机氮(DIN, mg/L)"."""
    parts = [p.strip() for p in re.split(r"[,，;；]", inner)]
    unit = next((p for p in parts if parse_unit(p) is not None), "")
    tail = re.search(r"[\s_/,]+([^\s,]*/[^\s,]+)$", name)
    if not unit and tail and parse_unit(tail.group(1)) is not None:
        name, unit = name[: tail.start()], tail.group(1)
    if find_layer(inner):
        return
    if (
        not unit
        and ("/" in inner or _LOOKS_LIKE_UNIT.match(inner))
        and not any(find_parameter(p) for p in parts)
    ):
        unit = inner
    basis = next((f" as {parse_species(p)}" for p in parts if "以" in p and parse_species(p)), "")
    yield (name if find_parameter(name) else parts[0]), unit + basis if unit else ""

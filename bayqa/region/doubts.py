"""What is doubtful about a region as a whole, though each of its files is sound."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bayqa.assess.kinds import describe_kinds
from bayqa.fields.campaigns import name_campaigns
from bayqa.intake.records.findings import Finding, make_report
from bayqa.region.config import Region
from bayqa.region.inputs import Material
from bayqa.standards import load_standard

__all__ = ["find_used", "list_doubts"]

_USABLE = (1, 2)


def list_doubts(region: Region, material: Material) -> pd.DataFrame:
    """Findings about how bays, samples, campaigns and standard fit together.

    Parameters
    ----------
    region, material : Region, Material

    Returns
    -------
    DataFrame
        As `make_report` gives it.
    """
    makers = (
        _empty_bays,
        _outside_campaigns,
        _seasons,
        _unmeasured,
        _strange_bays,
        _nothing_used,
        _other_waters,
    )
    return make_report(found for make in makers for found in make(region, material))


def find_used(region: Region, samples: pd.DataFrame) -> pd.Series:
    """Whether each sample is good, has a place, and is what the region asks for.

    Parameters
    ----------
    region : Region
    samples : DataFrame
        Flagged.

    Returns
    -------
    Series of bool, index as `samples`
    """
    surveys = region.campaigns
    placed = ~(samples.geometry.is_empty | samples.geometry.isna())
    used = samples["flag"].isin(_USABLE) & placed & samples["parameter"].isin(_wanted(region))
    named = name_campaigns(samples["time"], surveys.scheme)
    used &= named["campaign"].notna()
    if surveys.years is not None:
        used &= named["year"].isin(surveys.years)
    if surveys.layer is not None:
        used &= samples["layer"] == surveys.layer
    return used


def _wanted(region: Region) -> list[str]:
    """Parameters that any bay is judged by."""
    asked = [region, *(region.narrow(bay) for bay in region.bay)]
    return list(dict.fromkeys(name for one in asked for name in _judged(one)))


def _judged(region: Region) -> list[str]:
    standard = load_standard(region.own(region.assess.standard))
    return list(region.assess.parameters or standard.parameters)


def _empty_bays(region: Region, material: Material) -> Iterator[Finding]:
    points = material.samples.geometry.drop_duplicates()
    text = "no station lies in this bay: it can be assessed only from stations within reach"
    for bay, shape in material.bays.geometry.items():
        if not points.intersects(shape).any():
            yield Finding("bays", "coverage", "doubtful", text, found=str(bay))


def _outside_campaigns(region: Region, material: Material) -> Iterator[Finding]:
    """One row on the values whose month no campaign holds: they would be dropped without a word."""
    scheme = region.campaigns.scheme
    good = material.samples[material.samples["flag"].isin(_USABLE)]
    lost = good.loc[name_campaigns(good["time"], scheme)["campaign"].isna(), "time"]
    if len(lost):
        months = ", ".join(map(str, sorted(lost.dt.month.unique())))
        text = (
            f"no campaign of the scheme {scheme!r} holds these months; their values are not "
            'used. Set `scheme` in [campaigns], such as "season", to use them'
        )
        yield Finding(
            "samples",
            "campaigns",
            "doubtful",
            text,
            column="time",
            found=f"months {months}",
            count=len(lost),
        )


def _seasons(region: Region, material: Material) -> Iterator[Finding]:
    """Names of northern seasons south of the equator."""
    north = region.campaigns.scheme in ("CN-sea", "season")
    latitude = material.bays.to_crs(4326).total_bounds[[1, 3]].mean()
    if north and latitude < 0:
        text = (
            f"the scheme {region.campaigns.scheme!r} calls March to May spring, and the bays lie "
            'south of the equator; set scheme = "season-south" in [campaigns]'
        )
        yield Finding("bays", "campaigns", "doubtful", text, found=f"latitude {latitude:.1f}")


def _unmeasured(region: Region, material: Material) -> Iterator[Finding]:
    """Parameters of the standard without a usable value: the category is made without them."""
    used = material.samples[find_used(region, material.samples)]
    homes = used["station"].map(material.homes)
    for bays, own in _group(region, material):
        # A region of one standard is asked as a whole: neighbours inform each other's maps.
        held = used[homes.isin(bays)] if region.bay else used
        measured = set(held["parameter"].astype(str))
        missing = ", ".join(name for name in _judged(own) if name not in measured)
        if missing and measured:
            text = (
                f"{own.assess.standard} judges {missing} too, which no usable sample "
                "holds; the category is made without, or not at all where the rule needs them"
            )
            shown = ", ".join(bays) if region.bay else ""
            yield Finding("samples", "coverage", "doubtful", text, column=missing, found=shown)


def _group(region: Region, material: Material) -> list[tuple[list[str], Region]]:
    """Bays that are judged by the same parameters of the same standard, and how."""
    groups: dict[tuple, tuple[list[str], Region]] = {}
    for bay in material.bays.index.astype(str):
        own = region.narrow(bay)
        key = (own.assess.standard, *(own.assess.parameters or ()))
        groups.setdefault(key, ([], own))[0].append(bay)
    return list(groups.values())


def _strange_bays(region: Region, material: Material) -> Iterator[Finding]:
    """Sections and outlets that name a bay which is none of the region's."""
    known = set(material.bays.index.astype(str))
    for name, table in (("sections", material.sections), ("outlets", material.outlets)):
        if table is None or "bay_id" not in table:
            continue
        given = table["bay_id"].dropna().astype(str)
        strange = sorted(set(given[given != ""]) - known)
        if strange:
            text = (
                f"these bays are none of the region's ({', '.join(sorted(known)[:12])}); their "
                f"{name} are listed, but belong to no bay"
            )
            shown = ", ".join(strange[:12])
            yield Finding(name, "bays", "doubtful", text, column="bay_id", found=shown)


def _other_waters(region: Region, material: Material) -> Iterator[Finding]:
    """Samples that are judged by a standard of another water; of a lake there is no other way."""
    owns = {own.assess.standard: own for _, own in _group(region, material)}
    asked = [("samples", name, {"sea"}) for name in owns]
    for key, water, table in (
        ("rivers", "river", material.sections),
        ("groundwater", "groundwater", material.groundwater),
    ):
        asked += [] if table is None else [(key, getattr(region.assess, key), {water})]
    for name, given, waters in asked:
        standard = load_standard(region.own(given))
        texts = describe_kinds(waters, standard)
        if texts:
            action = "assumed" if standard.water == "lake" else "doubtful"
            yield Finding(name, "standard", action, texts["en"], found=standard.id)


def _nothing_used(region: Region, material: Material) -> Iterator[Finding]:
    if not find_used(region, material.samples).any():
        years = sorted(material.samples["time"].dt.year.dropna().astype(int).unique())
        held = ", ".join(sorted(set(material.samples["parameter"].astype(str))))
        text = (
            "no value is left to make a map from: see the findings on positions and flags, and "
            "the years, layer, scheme and parameters of the region file; the samples hold "
            f"{held} of {', '.join(map(str, years)) or 'no year'}"
        )
        yield Finding("samples", "coverage", "refused", text, count=len(material.samples))

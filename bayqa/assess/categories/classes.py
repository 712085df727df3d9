"""Categories of stations and grids by a standard, with the parameter that decides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import xarray as xr

from bayqa.assess.categories.means import recover_means
from bayqa.assess.categories.probability import category_odds, count_draws
from bayqa.assess.joining import join_campaigns
from bayqa.assess.kinds import describe_kinds
from bayqa.assess.rules import RULES, WINDOWED
from bayqa.assess.rules.grades import When
from bayqa.assess.rules.kernels import count_unknown
from bayqa.assess.targets import clear_undetected
from bayqa.errors import CoverageError, InputError
from bayqa.standards import Standard, load_standard

__all__ = ["classify", "gather_campaigns"]

_KEPT = ("wet", "wet_fraction", "cell_area_km2")


def classify(
    field: xr.Dataset,
    standard: Standard | str,
    *,
    parameters: Sequence[str] | None = None,
    probability: bool = True,
    detail: bool = True,
) -> xr.Dataset:
    """Category of each station or cell, by the rule of the standard.

    Parameters
    ----------
    field : Dataset, dims (campaign, station) or (campaign, y, x)
        Stations from `summarize` or grids from `interpolate`; values in canonical units. With
        `<p>_draws` (draw, campaign, cell) every draw is classified too.
    standard : Standard or str
        A standard, its id, or the path of a TOML. With ``centre = "arithmetic"`` in its options
        the grids of parameters on the log10 scale are judged by their arithmetic mean, see
        `recover_means`; by the median otherwise.
    parameters : sequence of str, optional
        Parameters judged; by default those of the standard that the field holds.
    probability : bool
        Whether to work out the probability of each category.
    detail : bool
        Whether to keep the categories and probabilities of the single parameters; False saves
        memory, and half of the time of the probabilities.

    Returns
    -------
    Dataset, dims of `field`
        `category` (0 = not assessed, n + 1 = worse than the last class), `limiting` (0 = none, k
        = k-th of coordinate `parameter`), `parameter_category`, `probability` (category_label,
        ...) of the worst of all parameters, `parameter_probability`; from draws
        `category_draws` and `parameter_category_draws`; `missing` (parameter, campaign), the
        number of places without a value. `attrs`: standard, version, rule, parameters, good,
        absent (parameters of the standard that the field lacks), skipped (JSON: parameter to
        reason), remark (only where stations are of a water that the standard is not made for).

    Raises
    ------
    CoverageError
        If the field holds none of the parameters, or not one that was asked for.
    StandardError
        If the standard has no limit for a parameter asked for.
    InputError
        If two campaigns, or two stations, have one name, or `field` is no Dataset.
    """
    standard = _rules_for(field, standard)
    alone = "campaign" not in field.dims
    full = field.expand_dims("campaign") if alone else field
    _refuse_twins(full)
    names, absent, skipped = _choose(full, standard, parameters)
    full = clear_undetected(full, names, standard)
    when = _when(full)
    values = _arrays(full, names, standard, _dims(full, names))
    if standard.options.get("centre") == "arithmetic":
        values = recover_means(full, values)
    out = _frame(full, names, standard)
    judged = RULES[standard.rule](values, names, standard, when, detail=detail)
    blocked = standard.missing == "not-assessed" and bool(absent)
    _add_categories(out, full, judged, names, blocked)
    if probability and standard.rule not in WINDOWED:
        _add_probability(out, full, names, standard, when, detail=detail)
    if all(f"{name}_draws" in full for name in names):
        _add_draws(out, full, names, standard, when, detail=detail)
        if probability:
            _add_joint_probability(out, standard)
    out.attrs |= _attributes(standard, names, absent, skipped) | _remark(full, standard)
    _add_missing(out, full, names, values)
    return out.isel(campaign=0) if alone else out


def _rules_for(field: object, standard: Standard | str) -> Standard:
    if not isinstance(field, xr.Dataset):
        raise InputError(
            f"classify takes stations or grids, then a standard: found a {type(field).__name__} "
            "first; give the Dataset of summarize or interpolate"
        )
    return standard if isinstance(standard, Standard) else load_standard(standard)


def gather_campaigns(fields: Iterable[xr.Dataset], standard: Standard) -> Iterator[xr.Dataset]:
    """The fields one by one, or all campaigns in one where the rule needs them together.

    Parameters
    ----------
    fields : iterable of Dataset
        From `iterate_fields`, a campaign each, of one water grid.
    standard : Standard
        Rules that look back over years (`WINDOWED`) cannot judge a campaign by itself.

    Yields
    ------
    Dataset
    """
    if standard.rule not in WINDOWED:
        yield from fields
        return
    yield join_campaigns(list(fields))


def _choose(field, standard, parameters):
    """Parameters judged, those the field lacks, and those left out with a reason."""
    asked = tuple(parameters) if parameters else standard.parameters
    for name in asked:
        standard.bounds(name)
    lacking = [name for name in asked if name not in field]
    skipped = {name: _reason(standard.limits[name]) for name in lacking}
    refused = [name for name in lacking if parameters and not standard.limits[name].needs]
    names = tuple(name for name in asked if name in field)
    if refused or not names:
        held = ", ".join(str(v) for v in field.data_vars if str(v) in standard.limits)
        raise CoverageError(
            f"the field has no {', '.join(refused or lacking)}; of {standard.id} it holds "
            f"{held or 'nothing'}. Leave parameters out, or summarize and interpolate them first."
        )
    return names, tuple(lacking), skipped


def _refuse_twins(field) -> None:
    """Tables are keyed by names: rows of two of one name would be taken for each other."""
    for dim in ("campaign", "station"):
        names = field[dim].to_numpy() if dim in field.coords and field[dim].dims == (dim,) else []
        unique, counts = np.unique(np.asarray(names, dtype=str), return_counts=True)
        if (counts > 1).any():
            raise InputError(
                f"the {dim} names {', '.join(unique[counts > 1][:5])} are there more than once; "
                f"give each {dim} a name of its own"
            )


def _reason(limit) -> str:
    return f"needs a {limit.needs} value" if limit.needs else "not in the field"


def _when(field) -> When:
    n = field.sizes["campaign"]
    seasons = field["season"].to_numpy() if "season" in field.coords else [""] * n
    years = field["year"].to_numpy() if "year" in field.coords else [0] * n
    return When(
        tuple(map(str, np.broadcast_to(seasons, n))), tuple(map(int, np.broadcast_to(years, n)))
    )


def _arrays(field, names, standard, dims, suffix="") -> dict[str, np.ndarray]:
    """Arrays of the parameters and of their alternatives, campaign first, without a copy."""
    others = [standard.limits[name].alternative for name in names]
    wanted = [*names, *(other.parameter for other in others if other is not None)]
    return {
        name: _float(field[name + suffix].transpose(*dims).to_numpy())
        for name in wanted
        if name + suffix in field
    }


def _dims(field, names) -> tuple[str, ...]:
    return ("campaign", *(d for d in field[names[0]].dims if d != "campaign"))


def _float(array):
    return array if array.dtype in (np.float32, np.float64) else array.astype(float)


def _frame(field, names, standard) -> xr.Dataset:
    dims = set(_dims(field, names))
    coords = {name: c for name, c in field.coords.items() if set(c.dims) <= dims}
    labels = [category.id for category in standard.categories]
    kept = {name: field[name] for name in _KEPT if name in field}
    out = xr.Dataset(kept, coords=coords, attrs=dict(field.attrs))
    return out.assign_coords(parameter=list(names), category_label=labels)


def _add_categories(out, field, judged, names, blocked):
    dims = _dims(field, names)
    labels = [str(label) for label in out["category_label"].to_numpy()]
    for array in (judged.category, judged.limiting):
        _mask(array, field, blocked)
    flags = {
        "flag_values": np.arange(len(labels) + 1, dtype=np.uint8),
        "flag_meanings": " ".join(["not_assessed", *labels]),
    }
    out["category"] = (dims, judged.category, {"long_name": "water quality category", **flags})
    out["limiting"] = (
        dims,
        judged.limiting,
        {
            "long_name": "parameter that decides the category",
            "flag_values": np.arange(len(names) + 1, dtype=np.uint8),
            "flag_meanings": " ".join(["none", *names]),
        },
    )
    if judged.grades is not None:
        _mask(judged.grades, field, False)
        out["parameter_category"] = (
            ("parameter", *dims),
            judged.grades,
            {"long_name": "category of one parameter", **flags},
        )


def _mask(array, field, blocked):
    """Land is never a category, whatever the field holds there."""
    if blocked:
        array[...] = 0
    elif "wet" in field:
        np.multiply(array, field["wet"].to_numpy(), out=array, casting="unsafe")


def _add_probability(out, field, names, standard, when, *, detail):
    dims, worst = _dims(field, names), standard.rule == "worst-of"
    turned = field.transpose(*dims, ...)
    odds = category_odds(turned, names, standard, when, worst=worst, detail=detail)
    if detail:
        out["parameter_probability"] = (("parameter", "category_label", *dims), odds.single)
    if worst:
        odds.worst[:, out["category"].to_numpy() == 0] = np.nan
        out["probability"] = (("category_label", *dims), odds.worst)
        out["probability"].attrs["from"] = "product of independent parameters"


def _add_draws(out, field, names, standard, when, *, detail):
    dims = ("draw", "campaign", "cell")
    arrays = _arrays(field, names, standard, dims, "_draws")
    shape = arrays[names[0]].shape
    overall = np.empty(shape, np.uint8)
    single = np.empty((len(names), *shape), np.uint8) if detail else None
    for part, one, when_part in _draw_parts(arrays, shape, standard, when):
        judged = RULES[standard.rule](one, names, standard, when_part, detail=detail)
        overall[part] = judged.category.reshape(overall[part].shape)
        if detail:
            single[:, *part] = judged.grades.reshape(single[:, *part].shape)
    out["category_draws"] = (dims, overall)
    out.coords["cell"] = field["cell"]
    if detail:
        out["parameter_category_draws"] = (("parameter", *dims), single)


def _draw_parts(arrays, shape, standard, when):
    """Draw by draw for rules over years; else all draws of a campaign as if they were places."""
    if standard.rule in WINDOWED:
        for d in range(shape[0]):
            yield (d,), {name: array[d] for name, array in arrays.items()}, when
        return
    for k, (season, year) in enumerate(zip(*when, strict=True)):
        part = (slice(None), k)
        one = {name: array[part].reshape(1, -1) for name, array in arrays.items()}
        yield part, one, When((season,), (year,))


def _add_joint_probability(out, standard):
    """Joint draws know how parameters and errors go together; the product does not."""
    dims = ("category_label", *out["category"].dims)
    joint = _on_grid(out["category_draws"].to_numpy(), out)
    joint[:, out["category"].to_numpy() == 0] = np.nan
    out["probability"] = (dims, joint, {"from": "joint draws"})
    if standard.rule in WINDOWED and "parameter_category_draws" in out:
        single = [_on_grid(d, out) for d in out["parameter_category_draws"].to_numpy()]
        out["parameter_probability"] = (("parameter", *dims), np.stack(single))


def _on_grid(draws, out) -> np.ndarray:
    """Share of the draws in each category, (category_label, campaign, y, x)."""
    labels, shape = out.sizes["category_label"], out["category"].shape
    full = np.full((labels, shape[0], int(np.prod(shape[1:]))), np.nan, np.float32)
    full[:, :, out["cell"].to_numpy()] = count_draws(draws, labels)
    return full.reshape(labels, *shape)


def _attributes(standard, names, absent, skipped) -> dict:
    return {
        "standard": standard.id,
        "standard_version": standard.version,
        "rule": standard.rule,
        "parameters": list(names),
        "good": list(standard.good),
        "absent": list(absent),
        "skipped": json.dumps(skipped),
    }


def _remark(field, standard) -> dict[str, str]:
    """That stations are of a water that the standard is not made for."""
    told = field.attrs.get("water")
    waters = field["water"].to_numpy() if "water" in field.coords else str(told or "").split(", ")
    texts = describe_kinds(waters, standard)
    return {"remark": texts["en"]} if texts else {}


def _add_missing(out, field, names, values):
    """Number of wet cells, or stations, without a value, by parameter and campaign."""
    n_campaigns, *rest = values[names[0]].shape
    cells = int(np.prod(rest))
    wet = field["wet"].to_numpy().ravel() if "wet" in field else np.ones(cells, bool)
    counts = [count_unknown(values[name].reshape(n_campaigns, cells), wet) for name in names]
    out["missing"] = (("parameter", "campaign"), np.stack(counts))
    out["missing"].attrs["long_name"] = "number of places without a value"

"""Whether samples are of the kind of water that a standard is made for, and a remark where not."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bayqa.standards.standard import Standard

__all__ = ["describe_kinds", "find_strange_kinds", "tabulate_remarks"]

_FITTING = {
    "sea": {"sea", "bathing"},
    "estuary": {"sea", "river", "bathing"},
    "river": {"river", "lake", "drinking", "bathing"},
    "lake": {"lake", "river", "drinking", "bathing"},
    "groundwater": {"groundwater", "drinking"},
}
"""Kind of the samples -> kinds of standards that are made for it. Of a drinking source, which may
be a river or a well, and of samples without a kind nothing can be said."""

_NAMES = {
    "sea": ("海水", "sea water"), "estuary": ("河口水", "estuaries"), "river": ("河流", "rivers"),
    "lake": ("湖库", "lakes"), "groundwater": ("地下水", "groundwater"),
    "drinking": ("饮用水", "drinking water"), "bathing": ("浴场", "bathing waters"),
}  # fmt: skip


def find_strange_kinds(waters: Iterable[str], standard: Standard) -> list[str]:
    """Kinds of water that the standard is not made for, sorted.

    Parameters
    ----------
    waters : iterable of str
        The `water` of samples.
    standard : Standard

    Returns
    -------
    list of str
    """
    kinds = sorted(set(map(str, waters)))
    return [kind for kind in kinds if standard.water not in _FITTING.get(kind, {standard.water})]


def describe_kinds(waters: Iterable[str], standard: Standard) -> dict[str, str]:
    """The remark that samples are judged by a standard of another water, by language.

    Parameters
    ----------
    waters : iterable of str
    standard : Standard

    Returns
    -------
    dict of str to str
        "zh" and "en"; empty where the standard is made for all of the samples.
    """
    strange = find_strange_kinds(waters, standard)
    if not strange:
        return {}
    made_zh, made_en = _NAMES[standard.water]
    return {
        "zh": f"样品为{'、'.join(_NAMES[kind][0] for kind in strange)}，"
        f"所用标准 {standard.id} 适用于{made_zh}",
        "en": f"the samples are of {', '.join(_NAMES[kind][1] for kind in strange)}; "
        f"{standard.id}, by which they are judged, is made for {made_en}",
    }


def tabulate_remarks(
    bay_ids: Iterable[object], waters: Iterable[str], standard: Standard
) -> pd.DataFrame | None:
    """What readers of a result should know of how it was judged; None where nothing is strange.

    Parameters
    ----------
    bay_ids : iterable
    waters : iterable of str
        Kinds of the samples that made the result.
    standard : Standard

    Returns
    -------
    DataFrame or None
        bay_id, kind ("other water"), text_zh, text_en.
    """
    texts = describe_kinds(waters, standard)
    if not texts:
        return None
    rows = [(str(bay), "other water", texts["zh"], texts["en"]) for bay in bay_ids]
    return pd.DataFrame(rows, columns=["bay_id", "kind", "text_zh", "text_en"])

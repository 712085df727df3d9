"""Ids and names of bays and rivers, whatever their columns are called."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding
from bayqa.intake.vocabulary.text import clean_text, fold_text

__all__ = ["name_features"]

_ID = ("bay_id", "id", "bayid", "code", "编号", "代码", "海湾编号", "zone_no", "unit_id",
       "river_id", "湾区编号", "编码",
       "海湾编码", "海湾代码", "单元编号", "单元编码", "bay_code", "bay_no",
       "bay_num", "river_code", "河流编码", "河流代码", "zone_id", "site_id", "wb_id")  # fmt: skip
_NAMES = {
    "name_zh": ("name_zh", "名称", "海湾名称", "海湾", "湾名", "zone_zh", "河流名称", "湾区名称",
                "chname", "name_ch", "name_chn", "unit_zh", "中文名", "中文名称", "名称_中文",
                "name:zh", "name_cn", "cname", "海湾名", "单元名称", "水体名称", "美丽海湾名称",
                "管控单元", "管控单元名称", "河流", "河名", "hwmc", "hlmc", "mc", "名", "海域名称",
                "区域名称"),
    "name_en": ("name_en", "zone", "english", "name_eng", "en_name", "unit_en", "英文名", "name:en",
                "英文名称", "ename", "english_name"),
}  # fmt: skip
_EITHER = ("name", "bay_name", "bayname", "bay", "river_name", "river", "label", "title",
           "objname", "geoname", "wb_name", "waterbody", "site_name", "unit_name", "full_name",
           "namn", "navn", "nom", "nombre", "nome", "naam", "nazwa", "nimi", "bezeichnung",
           "site", "text")  # fmt: skip
"""Headings that do not tell the language of the names below them."""
_LIKE_NAMES = ("名", "name", "湾", "nom", "title", "label")


def name_features(
    frame: gpd.GeoDataFrame, wanted: str | None, findings: list, index: str = "bay_id"
):
    """Features with an index of ids and both names.

    Parameters
    ----------
    frame : GeoDataFrame
        With the columns _file and _row.
    wanted : str or None
        Column of the ids, where it was named.
    findings : list
        Gets a row for each assumption and doubt.
    index : str
        Name of the index; only of bays does the id stand for a missing name.

    Raises
    ------
    InputError
        If there is no such column, or an id is there twice.
    """
    frame = frame.set_axis(_column_names(frame), axis=1)
    names = {kind: _name_column(frame, kind) for kind in _NAMES}
    names = _guess_names(frame, names, wanted, findings)
    ids = _ids(frame, wanted, names, findings)
    double = ids[ids.duplicated()].unique().tolist()
    if double:
        rows = frame.loc[(ids == double[0]).to_numpy(), "_row"].tolist()
        raise InputError(
            f"{frame['_file'].iloc[0]}: the id {double[0]!r} is there twice (features "
            f"{', '.join(map(str, rows[:4]))}); join or rename them"
        )
    rest = frame.drop(columns=[c for c in ("name_zh", "name_en") if c in frame])
    out = rest.assign(**names).drop(columns=[c for c in (index,) if c in rest])
    out.index = pd.Index(ids.to_numpy(), name=index)
    for kind in ("name_zh", "name_en"):
        twice = out[kind][(out[kind] != "") & out[kind].duplicated(keep=False)]
        if len(twice):
            findings.append(
                Finding(
                    frame["_file"].iloc[0],
                    "double name",
                    "doubtful",
                    "several features share a name",
                    column=kind,
                    found=twice.iloc[0],
                    count=len(twice),
                )
            )
    out = _complete_names(out, names, index)
    lead = ["name_zh", "name_en"]
    return out[[*lead, *[c for c in out.columns if c not in lead]]]


def _column_names(frame: gpd.GeoDataFrame) -> list[str]:
    """Names of the columns without blanks around; those that are then alike get a number."""
    names: list[str] = []
    for column in map(str, frame.columns):
        name, k = column.strip(), 2
        while name in names:
            name, k = f"{column.strip()}_{k}", k + 1
        names.append(name)
    return names


def _complete_names(frame: gpd.GeoDataFrame, names: dict, index: str) -> gpd.GeoDataFrame:
    """A name in one language stands for a missing one, and the id of a bay for both."""
    ids = frame.index.astype(str) if index == "bay_id" else ""
    other = {"name_zh": names["name_en"], "name_en": names["name_zh"]}
    filled = {k: np.where(v == "", np.where(other[k] == "", ids, other[k]), v)
              for k, v in names.items()}  # fmt: skip
    return frame.assign(**filled)


def _name_column(frame: gpd.GeoDataFrame, kind: str) -> np.ndarray:
    folded = {fold_text(str(c)): c for c in reversed(frame.columns) if c != "geometry"}
    for word in (*_NAMES[kind], *_EITHER):
        column = folded.get(fold_text(word))
        texts = None if column is None else _texts(frame[column])
        if texts is None or (word in _EITHER and not texts.any()):
            continue
        if word not in _EITHER or _are_chinese(texts) == (kind == "name_zh"):
            return texts
    return np.full(len(frame), "", object)


def _texts(column: pd.Series) -> np.ndarray:
    return np.array(["" if pd.isna(v) else clean_text(str(v)) for v in column], object)


def _are_chinese(texts: np.ndarray) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for t in texts for c in t)


def _guess_names(frame: gpd.GeoDataFrame, names: dict, used: str | None, findings: list) -> dict:
    """Names of the only column that can hold them, where no heading is known."""
    if any(texts.any() for texts in names.values()):
        return names
    columns = {}
    for column in frame.columns:
        if column in ("geometry", "_file", "_row", used) or fold_text(str(column)) in map(
            fold_text, _ID
        ):
            continue
        texts = _texts(frame[column])
        words = [t for t in texts if any(c.isalpha() for c in t)]
        if len(words) == len(texts) and len(set(words)) == len(words):
            columns[column] = texts
    likely = [c for c in columns if any(w in str(c).casefold() for w in _LIKE_NAMES)]
    chosen = likely if len(likely) == 1 else list(columns)
    if len(chosen) != 1:
        return names
    texts = columns[chosen[0]]
    kind = "name_zh" if _are_chinese(texts) else "name_en"
    text = "no heading of names is known; this column is taken for it"
    more = {"column": str(chosen[0]), "count": len(texts)}
    findings.append(Finding(frame["_file"].iloc[0], "name", "assumed", text, **more))
    return {**names, kind: texts}


def _ids(frame: gpd.GeoDataFrame, wanted: str | None, names: dict, findings: list) -> pd.Series:
    if wanted is not None and wanted not in frame:
        raise InputError(
            f"{frame['_file'].iloc[0]}: there is no column {wanted!r} for the id; the "
            f"columns are {', '.join(c for c in frame if c[0] != '_')}"
        )
    folded = {fold_text(str(c)): c for c in frame.columns}
    column = wanted or next((folded[fold_text(w)] for w in _ID if fold_text(w) in folded), None)
    if column is not None and _says_nothing(frame[column], column, wanted):
        column = None
    blank = f"the ids of column {column!r} have gaps" if column is not None else ""
    blank = "no column of ids" if column is None or frame[column].isna().all() else blank
    if column is not None and frame[column].notna().all():
        return frame[column].map(_id_text)
    file, count = frame["_file"].iloc[0], len(frame)
    for kind in ("name_en", "name_zh"):
        texts = pd.Series(names[kind], index=frame.index)
        if (texts != "").all() and not texts.duplicated().any():
            text = f"{blank}; {kind} stands for it"
            findings.append(Finding(file, "id", "assumed", text, count=count))
            return texts
    text = f"{blank}; features are numbered in the order of the file"
    findings.append(Finding(file, "id", "assumed", text, count=count))
    return frame["_row"].map(lambda n: f"{n:03d}")


def _says_nothing(column: pd.Series, name: object, wanted: str | None) -> bool:
    """Whether all ids are the same number, as drawing programs fill a column Id."""
    plain = wanted is None and fold_text(str(name)) != fold_text("bay_id")
    return plain and len(column) > 1 and column.nunique() == 1 and column.notna().all()


def _id_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(str(value))

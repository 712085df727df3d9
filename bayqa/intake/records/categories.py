"""Texts that repeat, as categories: every word once, and for each row the number of its word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bayqa.intake.records.cells import code_type
from bayqa.intake.records.grid import Column

__all__ = ["drop_unused", "join_categories", "make_categories", "make_words", "put_word"]

_PIECE = 250_000
_POOL = pa.system_memory_pool()
"""The default pool keeps what was freed, about as much again as a column of texts."""


# The usual constructor looks whether a word repeats, and keeps an object of each for it.
_make_dtype = getattr(pd.CategoricalDtype, "_from_fastpath", pd.CategoricalDtype)


def make_words(words: Sequence[str] | pa.Array) -> pd.CategoricalDtype:
    """Type of categories with words of which none repeats, in the order given."""
    texts = words if isinstance(words, pa.Array) else pa.array(words, pa.large_string())
    return _make_dtype(pd.Index(pd.array(texts, dtype="str")))


def make_categories(column: Column) -> pd.Categorical:
    """Categories in the order of the alphabet, so that they sort as texts do.

    Words that no row has are left out.
    """
    present = _present(column.codes, len(column.words))
    words = sorted({w for w, there in zip(column.words, present, strict=True) if there})
    place = {word: k for k, word in enumerate(words)}
    lookup = np.array([place.get(w, 0) for w in column.words], code_type(len(words)))
    return pd.Categorical.from_codes(_recode(column.codes, lookup), dtype=make_words(words))


def drop_unused(texts: pd.Categorical) -> pd.Categorical:
    """Categories without the words that no row has, the others in their order."""
    present = _present(texts.codes, len(texts.categories))
    if present.all():
        return texts
    lookup = (np.cumsum(present) - 1).astype(code_type(int(present.sum())))
    words = make_words(texts.categories[present].tolist())
    return pd.Categorical.from_codes(_recode(texts.codes, lookup), dtype=words)


def _present(codes: np.ndarray, n: int) -> np.ndarray:
    """Mask of the words that some row has."""
    present = np.zeros(n + 1, bool)
    for piece in _pieces(codes):
        present[piece] = True
    return present[:n]


def _recode(codes: np.ndarray, lookup: np.ndarray) -> np.ndarray:
    """`lookup[codes]` in pieces, since an index is made eight bytes wide as a whole; -1 stays."""
    out = np.empty(len(codes), lookup.dtype)
    lookup = np.append(lookup, np.array(-1, lookup.dtype))
    for k, piece in enumerate(_pieces(codes)):
        out[k * _PIECE : (k + 1) * _PIECE] = lookup[piece]
    return out


def _pieces(codes: np.ndarray) -> list[np.ndarray]:
    return [codes[k : k + _PIECE] for k in range(0, len(codes), _PIECE)]


def join_categories(parts: Sequence[pd.Categorical], *, ordered: bool = True) -> pd.Categorical:
    """Rows of all parts with the words of all of them, in the order of the alphabet or as given."""
    # Types of categories are equal in any order of their words; codes need the same order.
    if all(part.categories.equals(parts[0].categories) for part in parts):
        codes = np.concatenate([part.codes for part in parts])
        return pd.Categorical.from_codes(codes, dtype=parts[0].dtype)
    every = pa.chunked_array([pa.array(part.categories, pa.large_string()) for part in parts])
    coded = pc.dictionary_encode(every, memory_pool=_POOL).combine_chunks()
    numbers, words = coded.indices.to_numpy(zero_copy_only=False), coded.dictionary
    if ordered:
        place = pc.sort_indices(words)
        numbers, words = np.argsort(place)[numbers], words.take(place)
    ends = np.cumsum([len(part.categories) for part in parts])
    lookups = np.split(numbers.astype(code_type(len(words))), ends[:-1])
    codes = [_recode(part.codes, lookup) for part, lookup in zip(parts, lookups, strict=True)]
    return pd.Categorical.from_codes(np.concatenate(codes), dtype=make_words(words))


def put_word(texts: pd.Categorical, rows: np.ndarray, word: str) -> pd.Categorical:
    """Categories with one word in some rows (mask or positions)."""
    words = sorted({*texts.categories, word})
    place = {w: k for k, w in enumerate(words)}
    lookup = np.array([place[w] for w in texts.categories], code_type(len(words)))
    codes = _recode(texts.codes, lookup)
    codes[rows] = place[word]
    return drop_unused(pd.Categorical.from_codes(codes, dtype=make_words(words)))

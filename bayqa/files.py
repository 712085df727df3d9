"""Writing without halves: a file or a folder appears under its name only when it is complete."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bayqa.errors import InputError

__all__ = ["hash_file", "stage_folder", "write_atomically", "write_text"]

_STALE_SECONDS = 24 * 3600.0


@contextmanager
def write_atomically(path: str | os.PathLike) -> Iterator[Path]:
    """Temporary path in the same folder, renamed to `path` when the block ends without an error.

    Parameters
    ----------
    path : path
        The final name; missing parent folders are made.

    Yields
    ------
    Path
        Where to write. It keeps the suffix of `path`, since writers choose formats by suffix.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _scratch(path.parent) as folder:
        draft = folder / path.name
        yield draft
        os.replace(draft, path)


@contextmanager
def stage_folder(folder: str | os.PathLike, *, last: str | None = None) -> Iterator[Path]:
    """Temporary folder whose files move into `folder` when the block ends without an error.

    Files of `folder` that the block does not write again stay as they are.

    Parameters
    ----------
    folder : path
        The final folder; made if missing.
    last : str, optional
        A file that vouches for the others, such as a manifest: the old one is removed before the
        first move and the new one is moved at the very end.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    InputError
        If `folder` is a file.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: a file of this name is there; give the name of a folder")
    folder.mkdir(parents=True, exist_ok=True)
    with _scratch(folder) as draft:
        yield draft
        files = sorted(p for p in draft.rglob("*") if p.is_file())
        if last is not None:
            (folder / last).unlink(missing_ok=True)
            files.sort(key=lambda p: p == draft / last)
        for file in files:
            target = folder / file.relative_to(draft)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, target)


def write_text(path: str | os.PathLike, text: str) -> Path:
    """Path of the text file just written: UTF-8, line feeds, never half."""
    with write_atomically(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def hash_file(path: str | os.PathLike) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sweep(parent: Path) -> None:
    """Take away what a killed writer left; younger drafts may belong to one that still runs."""
    for folder in parent.glob(".bayqa-*.tmp"):
        try:
            stale = time.time() - folder.stat().st_mtime > _STALE_SECONDS
        except FileNotFoundError:
            continue
        if stale:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    _sweep(parent)
    # In the same folder as the result: a rename is atomic only within one file system.
    folder = Path(tempfile.mkdtemp(prefix=".bayqa-", suffix=".tmp", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

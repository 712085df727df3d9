"""What made the numbers: versions of the packages, and a digest of the installed source."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["PACKAGES", "package_versions", "source_digest"]

PACKAGES = (
    "bayqa", "numpy", "scipy", "pandas", "xarray", "geopandas", "shapely", "pyproj", "rasterio",
    "exactextract", "numba", "h5netcdf", "pyarrow", "pyogrio", "matplotlib", "typst",
)  # fmt: skip
"""Packages whose versions can change a number or a byte."""
_COMPILED = frozenset({".pyc", ".nbi", ".nbc"})


def package_versions() -> dict[str, str]:
    """Version of Python and of each of `PACKAGES` that is installed."""
    return dict(_versions())


@cache
def source_digest(folder: Path = Path(__file__).parent) -> str:
    """SHA-256 of every file of an installed package, code and data, in hexadecimal.

    Two states of one version differ in it, so that work kept by the one is not taken for that of
    the other. Compiled files do not count: they follow from the source.

    Parameters
    ----------
    folder : Path
        That of bayqa by default; read once a process.

    Returns
    -------
    str
    """
    total = hashlib.sha256()
    files = (p for p in folder.rglob("*") if p.is_file() and p.suffix not in _COMPILED)
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

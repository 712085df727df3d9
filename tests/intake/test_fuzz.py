"""Broken bytes: only BayqaError comes out, soon, and with bounded memory.

BAYQA_FUZZ sets the number of inputs for each reader; benchmarks/intake_fuzz.py runs many more.
"""

import os
import random
import time
import tracemalloc
import warnings

import pytest

from bayqa.errors import BayqaError
from bayqa.intake import check_path, read_bays, read_samples

from .files import HEAD, ROWS, write_book, write_text
from .seeds import mutate, table_seeds, vector_seeds

pytestmark = pytest.mark.faults
ROUNDS = int(os.environ.get("BAYQA_FUZZ", "30"))
_LIMIT = 100 * 2**20


def run(path, read):
    """Read once; the peak of memory traced, any error but BayqaError passed on."""
    tracemalloc.start()
    start = time.perf_counter()
    try:
        read(path)
    except BayqaError as error:
        assert "\n" not in str(error), str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.perf_counter() - start < 20
    assert peak < 4 * path.stat().st_size + _LIMIT


@pytest.mark.parametrize(
    "kind", ["csv", "gbk.csv", "utf16.csv", "xlsx", "xls", "html", "json", "parquet", "csv.gz"]
)
def test_mangled_tables(tmp_path, kind):
    seed = table_seeds(tmp_path)[kind]
    rng = random.Random(kind)
    path = tmp_path / f"fuzz.{kind}"
    # Each old workbook starts a process of its own.
    for _ in range(ROUNDS // 5 if kind == "xls" else ROUNDS):
        path.write_bytes(mutate(seed, rng))
        run(path, read_samples)


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "fgb", "kml", "zip"])
def test_mangled_vectors(tmp_path, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seed = vector_seeds(tmp_path)[kind]
    rng = random.Random(kind)
    path = tmp_path / f"fuzz.{kind}"
    for _ in range(ROUNDS // 2):
        path.write_bytes(mutate(seed, rng))
        run(path, read_bays)


def test_cells_filled_with_anything(tmp_path):
    rng = random.Random(5)
    odd = [
        "",
        " ",
        "=1+1",
        "@x",
        "-",
        "1e999",
        "９９",
        "2023-02-30",
        "东经",
        "°",
        "<",
        "L",
        "\x00",
        "\ufeff",
        "无机氮",
        "0" * 400,
        "nan",
        "'",
        '"',
        "𠀀",
        "1,2,3",
        "12:61",
        "E",
        "-0",
        "٣",
        "½",
        "平均值",
        "9" * 30,
        "1e-400",
        "0x1F",
        "True",
        "#REF!",
        "(",
        "[1,",
        "1~",
        "45054",
        "\t",
    ]
    for k in range(ROUNDS // 2):
        rows = [list(r) for r in [HEAD, *ROWS]]
        for _ in range(rng.randint(1, 12)):
            i, j = rng.randrange(len(rows)), rng.randrange(len(HEAD))
            rows[i][j] = rng.choice(odd)
        if k % 10 == 0:
            clean = [[c.replace("\x00", "") for c in r] for r in rows]
            path = write_book(tmp_path / "a.xlsx", {"S": clean})
        else:
            path = write_text(tmp_path / "a.csv", rows, sep=rng.choice(",;\t"))
        run(path, check_path)

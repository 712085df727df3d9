"""Many broken inputs for every reader of tables and vectors.

Run: python benchmarks/intake_fuzz.py [inputs, default 100000] [folder, default a new one]
The inputs are shared evenly among the readers. Given the folder of an earlier run, what was done
there is not done again. With `atheris` installed the inputs follow the coverage of `bayqa`; without
it they are random. Wanted: no exception but BayqaError, a message of one line, at most 20 s, and no
more memory than 4 times the file plus 100 MB. Faults are kept in FOLDER/faults with their inputs.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

ROOT = Path(__file__).resolve().parents[1]
TABLES = ["csv", "gbk.csv", "utf16.csv", "csv.gz", "tables.zip", "xlsx", "ods", "xls", "html",
          "json", "xml", "parquet"]  # fmt: skip
VECTORS = ["gpkg", "geojson", "shp", "dbf", "fgb", "kml", "zip"]
READERS = [*TABLES, *VECTORS, "cells"]
PACKED = {"tables.zip", "xlsx", "ods", "zip"}
CHUNK = 2500
SECONDS = 20
SPARE = 100 * 2**20


def main() -> int:
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        return work(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="intake_fuzz_"))
    each = -(-total // len(READERS))
    print(f"{each} inputs for each of {len(READERS)} readers, in {folder}", flush=True)
    for done in range(0, each, CHUNK):
        for reader in READERS:
            run_chunk(folder, reader, min(done + CHUNK, each))
    counts = {reader: read_state(folder, reader) for reader in READERS}
    for reader, state in counts.items():
        took = f"{state['slowest']:.2f} s, most memory {state['memory'] / 2**20:.0f} MB"
        print(f"{reader:12s} {state['inputs']:7d} inputs, {state['faults']} faults, slowest {took}")
    faults = sum(s["faults"] for s in counts.values())
    print(f"{sum(s['inputs'] for s in counts.values())} inputs, {faults} faults")
    return 1 if faults else 0


def run_chunk(folder: Path, reader: str, wanted: int) -> None:
    """Inputs of one reader up to a number, in processes of their own; one may die and is kept."""
    while (state := read_state(folder, reader))["inputs"] < wanted:
        here = folder / reader
        here.mkdir(parents=True, exist_ok=True)
        left, seed = wanted - state["inputs"], READERS.index(reader) * 10**6 + state["inputs"]
        command = [sys.executable, __file__, "--inside", reader, str(left), str(seed), str(folder)]
        with (here / "log.txt").open("a") as log:
            subprocess.run(command, stdout=log, stderr=log)
        after = read_state(folder, reader)
        if after["inputs"] < wanted:
            keep_fault(folder, reader, after, "the process ended, see log.txt")
        if after["inputs"] == state["inputs"]:
            raise SystemExit(f"{reader}: no input could be run, see {here / 'log.txt'}")


def read_state(folder: Path, reader: str) -> dict:
    path = folder / reader / "state.json"
    fresh = {"inputs": 0, "faults": 0, "slowest": 0.0, "memory": 0}
    return json.loads(path.read_text()) if path.exists() else fresh


def write_state(folder: Path, reader: str, state: dict) -> None:
    path = folder / reader / "state.json"
    path.with_suffix(".new").write_text(json.dumps(state))
    path.with_suffix(".new").replace(path)


def keep_fault(folder: Path, reader: str, state: dict, text: str) -> None:
    """Keep the input at hand and what it did."""
    state["faults"] += 1
    write_state(folder, reader, state)
    place = folder / "faults" / f"{reader}-{state['faults']}"
    shutil.copytree(folder / reader / "input", place, dirs_exist_ok=True)
    (place / "what.txt").write_text(text)


def work(reader: str, runs: int, seed: int, folder: Path) -> int:
    """Feed a reader with inputs until enough were run."""
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["bayqa"]) if atheris else warnings.catch_warnings():
        import bayqa.intake  # noqa: F401
    feeder = Feeder(reader, folder, runs)
    if atheris is None:
        rng = random.Random(seed)
        while True:
            feeder.run(feeder.change(rng.choice(feeder.corpus), rng))
    corpus = folder / reader / "corpus"
    corpus.mkdir(exist_ok=True)
    for k, data in enumerate(feeder.corpus):
        (corpus / f"seed{k}").write_bytes(data)
    options = [f"-seed={seed + 1}", f"-timeout={10 * SECONDS}", "-rss_limit_mb=0",
               "-max_len=262144", "-len_control=0",
               f"-artifact_prefix={folder / reader}/"]  # fmt: skip
    atheris.Setup(["fuzz", *options, str(corpus)], feeder.run, custom_mutator=feeder.mutate)
    atheris.Fuzz()
    return 0


class Feeder:
    """One reader: its sound inputs, how they are broken, and what is watched while it reads."""

    def __init__(self, reader: str, folder: Path, runs: int):
        from tests.intake import seeds

        self.reader, self.folder, self.left = reader, folder, runs
        self.state = read_state(folder, reader)
        self.input = folder / reader / "input"
        shutil.rmtree(self.input, ignore_errors=True)
        self.input.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as made:
            self.sound = seeds.table_seeds(Path(made)) | seeds.vector_seeds(Path(made))
            self.parts = {p.suffix: p.read_bytes() for p in Path(made).glob("seed.*")}
        self.corpus = [self.sound.get(reader) or self.parts.get(f".{reader}", bytes(8))]
        self.break_bytes, self.break_rows = seeds.mutate, seeds.break_rows
        self.read(self.write(self.corpus[0]))  # what is loaded once counts for no input

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """Another input made of one that was worth keeping."""
        rng = random.Random(seed)
        if self.reader not in PACKED and rng.random() < 0.5:
            return atheris.Mutate(data, most)
        return self.change(data, rng)[:most]

    def change(self, data: bytes, rng: random.Random) -> bytes:
        if self.reader == "cells":
            return rng.randbytes(8)
        if self.reader in PACKED and rng.random() < 0.7:
            return self.change_member(data, rng)
        return self.break_bytes(data, rng)

    def change_member(self, data: bytes, rng: random.Random) -> bytes:
        """Archive with one member broken inside, so that the break is behind the packing."""
        packed = io.BytesIO()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as old:
                members = {m.filename: old.read(m) for m in old.infolist()}
            one = rng.choice(sorted(members))
            members[one] = self.break_bytes(members[one], rng)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
                for name, content in members.items():
                    new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        except Exception:  # an archive that is broken already
            return self.break_bytes(data, rng)
        return packed.getvalue()

    def write(self, data: bytes) -> Path:
        """File of an input, with the sound other parts of a shapefile."""
        if self.reader == "cells":
            return self.break_rows(random.Random(data), self.input)
        path = self.input / f"fuzz.{self.reader}"
        if self.reader in ("shp", "dbf"):
            for part in (".shp", ".shx", ".dbf", ".prj"):
                path.with_suffix(part).write_bytes(self.parts[part])
        path.write_bytes(data)
        return path.with_suffix(".shp") if self.reader == "dbf" else path

    def run(self, data: bytes) -> None:
        """Read one input, watched; the process ends with the last one."""
        from bayqa.errors import BayqaError

        path = self.write(data)
        self.state["inputs"] += 1
        write_state(self.folder, self.reader, self.state)
        forget_peak()
        before, start = memory("VmRSS"), time.perf_counter()
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        try:
            self.read(path)
        except BayqaError as error:
            if "\n" in str(error):
                self.fault(f"more than one line: {error}")
        except BaseException:
            self.fault(traceback.format_exc())
        faulthandler.cancel_dump_traceback_later()
        self.state["slowest"] = max(self.state["slowest"], time.perf_counter() - start)
        self.watch(path, before)
        self.left -= 1
        if self.left <= 0:
            write_state(self.folder, self.reader, self.state)
            os._exit(0)  # an exception here would be taken for a fault of the reader

    def read(self, path: Path) -> None:
        from bayqa.intake import check_path, read_bays, read_samples

        if self.reader == "cells":
            check_path(path)
        else:
            (read_samples if self.reader in TABLES else read_bays)(path)

    def watch(self, path: Path, before: int) -> None:
        """Note the peak of memory of this input."""
        bound, peak = 4 * path.stat().st_size + SPARE, memory("VmHWM") - before
        self.state["memory"] = max(self.state["memory"], peak)
        if peak > bound:
            self.fault(f"{peak} bytes of memory for a file of {path.stat().st_size}")

    def fault(self, text: str) -> None:
        keep_fault(self.folder, self.reader, self.state, text)


def forget_peak() -> None:
    """Let the kernel count the peak of memory anew, where it can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def memory(name: str) -> int:
    """Bytes of memory that the kernel counts for this process, 0 where it does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


if __name__ == "__main__":
    sys.exit(main())

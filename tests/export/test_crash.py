"""A process that dies in the middle of a save leaves no file that looks finished."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayqa.export import save
from bayqa.files import hash_file, write_text

ROOT = Path(__file__).resolve().parents[2]
# Dies when the tables are due: NetCDF, maps and layers are written by then.
SCRIPT = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from bayqa.export import FORMATS, save, tables
from tests.builders import make_assessment

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

tables.write_tables = die
save(make_assessment(), sys.argv[2], formats=tuple(FORMATS))
"""


@pytest.mark.faults
def test_kill_in_the_middle_leaves_the_old_files_whole(result, tmp_path):
    paths = save(result, tmp_path, formats=("csv",))
    before = {path: hash_file(path) for path in paths}
    done = subprocess.run([sys.executable, "-c", SCRIPT, ROOT, tmp_path], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    seen = {p for p in tmp_path.rglob("*") if p.is_file() and ".bayqa-" not in str(p)}
    assert {path: hash_file(path) for path in seen} == before
    again = save(result, tmp_path, formats=("csv",))
    assert {path: hash_file(path) for path in again} == before


def test_next_write_takes_away_what_a_killed_one_left(tmp_path):
    for name, hours in ((".bayqa-old.tmp", 25), (".bayqa-new.tmp", 1), (".other", 99)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.nc").write_bytes(b"half")
        past = time.time() - hours * 3600
        os.utime(tmp_path / name, (past, past))
    write_text(tmp_path / "note.txt", "whole")
    assert {p.name for p in tmp_path.iterdir()} == {".bayqa-new.tmp", ".other", "note.txt"}

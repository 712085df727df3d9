"""The notebooks run, are the scripts they are paired with, and hold calls, not functions."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = ["01_one_bay", "02_compare_standards", "03_region"]
SLOW = [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SLOW)
def test_notebook_runs_from_top_to_bottom(name, tmp_path):
    command = [sys.executable, "-m", "pytest", "--nbmake", f"{name}.ipynb", "-q",
               "-p", "no:cacheprovider", "--nbmake-timeout=240"]  # fmt: skip
    env = os.environ | {"MPLBACKEND": "agg", "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, cwd=FOLDER, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", NAMES)
def test_notebook_and_script_are_the_same(name):
    page = jupytext.read(FOLDER / f"{name}.ipynb")
    script = jupytext.read(FOLDER / f"{name}.py")
    assert [c.source for c in page.cells] == [c.source for c in script.cells]
    assert page.metadata["jupytext"]["formats"] == "ipynb,py:percent"


@pytest.mark.parametrize("name", NAMES)
def test_notebook_defines_nothing(name):
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_first_notebook_is_short_and_uses_the_public_names_alone():
    tree = ast.parse((FOLDER / "01_one_bay.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import bayqa as bq"]
    assert len(tree.body) <= 24


@pytest.mark.parametrize("name", NAMES)
def test_stored_outputs_show_no_error_and_no_warning(name):
    page = jupytext.read(FOLDER / f"{name}.ipynb")
    outputs = [out for cell in page.cells for out in cell.get("outputs", [])]
    assert outputs
    assert not [out for out in outputs if out["output_type"] == "error"]
    assert not [out for out in outputs if out.get("name") == "stderr"]

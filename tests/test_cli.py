"""The command line through a subprocess, as a user meets it."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayqa.cli import app

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "xarray", "matplotlib", "rasterio", "numpy")


def bayqa(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "bayqa", *words], capture_output=True, text=True, cwd=cwd or ROOT
    )


def test_help_names_every_command():
    text = bayqa("--help").stdout
    for name in ("run", "check", "standards", "parameters", "methods"):
        assert name in text


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['bayqa', '--help']\n"
        "from bayqa.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]"), done.stdout[-200:]


def test_version():
    assert bayqa("--version").stdout.startswith("bayqa ")


def test_an_error_is_one_line_with_exit_code_two(tmp_path):
    done = bayqa("run", str(tmp_path / "none.toml"))
    assert done.returncode == 2
    assert "no such region file" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_debug_shows_the_traceback(tmp_path):
    done = bayqa("run", str(tmp_path / "none.toml"), "--debug")
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("standards",), "GB 3097-1997"),
        (("standards", "GB 3097-1997"), "0.015"),
        (("parameters",), "din"),
        (("parameters", "无机氮"), "dissolved inorganic nitrogen"),
        (("parameters", "--units"), "ug/l"),
        (("methods",), "kriging"),
    ],
)
def test_lists(words, expected):
    done = bayqa(*words)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


def test_unknown_standard_and_parameter():
    assert bayqa("standards", "GB 9999").returncode == 2
    done = bayqa("parameters", "unobtainium")
    assert done.returncode == 2
    assert "no such parameter" in done.stderr
    assert "did you mean cod_mn" in bayqa("parameters", "cod_nm").stderr


def test_words_in_square_brackets_are_printed(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("station,lon,lat,time,din [bold] (mg/L)\nA,122,37,2023-08-01,<0.1\n")
    assert "[bold]" in bayqa("check", str(table)).stdout


def test_a_stopped_run_says_how_to_go_on(monkeypatch, tmp_path):
    def stop(*given, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("bayqa.region.run.run_region", stop)
    monkeypatch.setattr("bayqa.region.config.read_region", lambda path: None)
    done = CliRunner().invoke(app, ["run", str(tmp_path / "r.toml")])
    assert done.exit_code == 130
    assert "--resume goes on" in done.output


def test_the_help_of_jobs_names_the_extra():
    text = " ".join(bayqa("run", "--help").stdout.split())
    assert "extra `batch`" in text.replace("│ │ ", "")


def test_findings_are_summed_up_and_the_report_holds_all(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("station,lon,lat,time,din (mg/L)\nA,122,37,2023-08-01,<0.1\n")
    done = bayqa("check", str(table), "--report", str(tmp_path / "r"))
    assert "Findings, the gravest first" in done.stdout
    assert f"every row of it -> {tmp_path / 'r'}" in done.stdout

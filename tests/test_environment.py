import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def load_script():
    spec = importlib.util.spec_from_file_location("env", ROOT / "tools" / "make_environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_environment_is_what_pyproject_says():
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == load_script().render(), "run: make environment"


def test_every_dependency_is_in_the_environment(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nname = "x"\nrequires-python = ">=3.11"\n'
        'dependencies = ["numpy>=2.0", "typst>=0.12", "dask[distributed]>=1"]\n'
    )
    text = load_script().render(project)
    assert "  - numpy>=2.0\n" in text
    assert "      - typst>=0.12\n" in text
    assert "  - dask>=1\n" in text

"""The house rules that a machine can check: imports run one way, files and functions stay small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bayqa"
# A room may import rooms of a lower number only (and itself).
LEVEL = {
    "errors": 0,
    "files": 1,
    "machine": 1,
    "versions": 1,
    "parameters": 1,
    "standards": 2,
    "intake": 3,
    "fields": 4,
    "assess": 5,
    "sheets": 6,
    "export": 6,
    "region": 7,
    "cli": 8,
    "__main__": 9,
}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")
SOURCES = sorted([*MODULES, *(ROOT / "tests").rglob("*.py")])


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "bayqa" and len(parts) > 1 and parts[1] in LEVEL:
                yield parts[1]


def ident(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_imports_run_one_way(path):
    room = room_of(path)
    for other in set(imported_rooms(path)) - {room}:
        assert LEVEL[other] < LEVEL[room], f"{ident(path)} imports {other}"


def test_no_relative_imports():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), ident(path)


def test_fields_know_nothing_of_standards():
    for path in (PACKAGE / "fields").rglob("*.py"):
        assert "standards" not in set(imported_rooms(path)), ident(path)


def test_methods_know_only_numbers():
    numbers = {"numpy", "scipy", "numba", "llvmlite", "threadpoolctl", "pyamg"}
    allowed = {"bayqa", *numbers, "cholespy", "sksparse_minimal"}
    standard = set(__import__("sys").stdlib_module_names)
    for path in (PACKAGE / "fields" / "methods").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            for name in names:
                assert name.split(".")[0] in allowed | standard, f"{ident(path)}: {name}"


@pytest.mark.parametrize("path", SOURCES, ids=ident)
def test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_functions_are_short_and_modules_have_a_face(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1:] if ast.get_docstring(node) else node.body
            lines = first[-1].end_lineno - first[0].lineno + 1 if first else 0
            assert lines <= 32, f"{ident(path)}:{node.lineno} {node.name} has {lines} lines"
    names = [
        n.targets[0].id
        for n in tree.body
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
    ]
    if path.name != "__init__.py" and not path.name.startswith("_"):
        assert "__all__" in names, f"{ident(path)} has no __all__"


def test_no_printing_in_the_library():
    for path in MODULES:
        if room_of(path) == "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            assert not (called and node.func.id == "print"), f"{ident(path)}:{node.lineno}"


def test_loops_are_compiled_in_one_way():
    """numba's own decorator lets a function take over loose arithmetic from its first caller."""
    for path in MODULES:
        if path.name != "machine.py":
            assert "njit" not in path.read_text(encoding="utf-8"), ident(path)

"""A sheet formats and draws; whatever adds up, averages or compares data stands in assess."""

import ast
from pathlib import Path

import pytest

import bayqa.sheets

ROOM = Path(bayqa.sheets.__file__).parent
REDUCTIONS = {
    "sum", "nansum", "mean", "nanmean", "median", "nanmedian", "std", "nanstd", "var", "average",
    "prod", "cumsum", "cumprod", "quantile", "percentile", "nanpercentile", "agg", "value_counts",
    "nunique", "diff", "corr", "integrate", "rolling", "interpolate_na",
}  # fmt: skip
# Millimetres and pixels of the drawing, not data.
GEOMETRY = {
    ("furniture.py", "_hidden"),
    ("shapes.py", "as_path"),
}


def reductions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if called and node.func.attr in REDUCTIONS:
                yield function.name, node.func.attr


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda p: p.name)
def test_no_table_or_grid_is_reduced(path):
    found = {
        (function, call)
        for function, call in reductions(path)
        if (path.name, function) not in GEOMETRY
    }
    assert not found, f"{path.name}: {found}; let assess compute it and print its table"

"""The page about standards knows every standard, rule and switch."""

from pathlib import Path

import pytest

from bayqa.standards import load_standard, standard_ids
from bayqa.standards.checks import RULE_OPTIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "standards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", standard_ids())
def test_every_standard_is_on_the_page(key):
    variant = load_standard(key).variant
    base = key.removesuffix(f" {variant}") if variant else key
    assert f"`{base}" in PAGE


@pytest.mark.parametrize("rule", RULE_OPTIONS)
def test_every_rule_is_on_the_page_with_its_options(rule):
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {rule} |"))
    for option in RULE_OPTIONS[rule]:
        assert f"`{option}`" in line, option


def test_the_example_on_the_page_loads(tmp_path):
    text = PAGE.split("```toml\n")[1].split("```")[0]
    path = tmp_path / "my-bay.toml"
    path.write_text(text, encoding="utf-8")
    standard = load_standard(path)
    # 20 umol/L of nitrogen are 0.280 mg/L.
    assert standard.grade("din", [0.2801, 0.2802]).tolist() == [1, 2]

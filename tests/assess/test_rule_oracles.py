"""Rule shapes against worked cases kept beside the checkout."""

import json

import numpy as np
import pandas as pd

from bayqa.assess.rules import RULES
from bayqa.assess.rules.grades import When
from bayqa.parameters import find_parameter
from bayqa.standards import load_standard
from bayqa.standards.rows import eqr_boundaries
from tests.shared_data import shared_file


def test_bathing_cases():
    cases = json.loads(shared_file("oracles/eu_bathing_cases.json").read_text())["cases"]
    for case in cases:
        standard = load_standard(f"eu-bathing-{case['water']}")
        counts = {"enterococci": case["intestinal_enterococci"], "ecoli": case["e_coli"]}
        # Counts are per 100 mL, the canonical unit is per litre.
        values = {name: 10 * np.array(column)[:, None] for name, column in counts.items()}
        when = When(("summer",) * 16, tuple(np.repeat([2020, 2021, 2022, 2023], 4)))
        judged = RULES["percentile"](values, tuple(values), standard, when)
        ids = ["", *(category.id for category in standard.categories)]
        assert ids[judged.category[-1, 0]] == case["overall"]
        singles = [case["per_parameter"][short]["cls"] for short in ("IE", "EC")]
        assert [ids[k] for k in judged.grades[:, -1, 0]] == singles


def test_heat_cases():
    table = pd.read_csv(shared_file("oracles/heat_eqrs_cases.csv"))
    names = {"DIN_winter_umol": ("din", 14.007e-3), "CHL_summer_ug_l": ("chla", 1),
             "SECCHI_m": ("secchi", 1)}  # fmt: skip
    heat = load_standard("eu-heat-example")
    labels = ["", *(category.label_en for category in heat.categories)]
    for row in table.itertuples():
        name, factor = names[row.indicator]
        direction = "max" if row.response == 1 else "min"
        edges = (row.EQR_HG, row.EQR_GM, row.EQR_MP, row.EQR_PB)
        assert np.allclose(eqr_boundaries(row.ACDEV_pct, direction), edges, atol=1e-6)
        assert heat.options["targets"][name] == (row.ET * factor, row.ACDEV_pct)
        values = {name: np.array([[row.ES * factor]])}
        judged = RULES["eqr"](values, (name,), heat, When(("",), (2023,)))
        assert labels[judged.category.item()] == labels[judged.grades.item()] == row.cls


def test_ccme_standard_holds_the_whole_worked_example():
    table = pd.read_csv(shared_file("oracles/ccme_north_saskatchewan_1997.csv"))
    standard = load_standard("ccme-example")
    names = {find_parameter({"FC": "faecal coliforms"}.get(v, v), "river"): v
             for v in table["Variable"].unique()}  # fmt: skip
    assert set(names) == set(standard.parameters)
    wide = table.pivot(index="Date", columns="Variable", values="Value")
    bounds = table.groupby("Variable")[["LowerLimit", "UpperLimit"]].first()
    values = {}
    for name, variable in names.items():
        limit = standard.limits[name]
        printed = limit.printed[0] if limit.direction == "range" else limit.printed[:1]
        assert sorted(bounds.loc[variable].dropna()) == sorted(printed)
        values[name] = limit.factor * wide[variable].to_numpy()[:, None]
    when = When(("",) * len(wide), (1997,) * len(wide))
    judged = RULES[standard.rule](values, tuple(values), standard, when)
    # Published: 88, good; 2 of 10 variables fail.
    assert standard.categories[judged.category[-1, 0] - 1].label_en == "Good"
    failed = {
        name for name, grade in zip(values, judged.grades[:, -1, 0], strict=True) if grade > 1
    }
    assert failed == {"lead", "tp"}

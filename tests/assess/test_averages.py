"""Report cards by shares of samples and by ratios to a guideline: hand answers and refusals."""

import numpy as np
import pytest

from bayqa.assess.rules import RULES
from bayqa.assess.rules.grades import When
from bayqa.assess.rules.statistics import sample_statistic
from bayqa.errors import StandardError
from bayqa.standards import load_standard

CARD = """
id = "card"
title_zh = "卡"
title_en = "Card"
source = "test"
evidence = "test"
water = "sea"
rule = "{rule}"
good = ["good"]
[options]
{options}
[[categories]]
id = "good"
label_zh = "好"
label_en = "Good"
color = "#00B050"
[[categories]]
id = "bad"
label_zh = "差"
label_en = "Bad"
color = "#FF0000"
{limits}
"""
PLAIN = '[limits.din]\nedges = [0.2]\nunit = "mg/L"\nclause = "1"\n'


def card(tmp_path, rule, options="", limits=PLAIN):
    path = tmp_path / "card.toml"
    path.write_text(CARD.format(rule=rule, options=options, limits=limits), encoding="utf-8")
    return load_standard(path)


def judge(standard, years=None, **values):
    arrays = {name: np.array(v, float)[:, None] for name, v in values.items()}
    n = len(next(iter(arrays.values())))
    when = When(("",) * n, tuple(years or [2023] * n))
    return RULES[standard.rule](arrays, tuple(arrays), standard, when)


def test_share_of_samples_that_pass():
    standard = load_standard("eco-report-card-example")
    # Oxygen 3 of 4 pass, chlorophyll 1 of 4, Secchi too few: (75 + 25) / 2 = 50, C.
    values = {"do": [5, 6, 7, 4.9], "chla": [10, 11, 12, 20], "secchi": [2, np.nan, 2, 2]}
    found = judge(standard, **values)
    assert set(found.category[:, 0]) == {3} and set(found.limiting[:, 0]) == {2}
    assert found.grades[:, 0, 0].tolist() == [2, 4, 0]
    assert judge(load_standard("eco-report-card-example", missing="not-assessed"),
                 **values).category.max() == 0  # fmt: skip
    # A score at a cut has the better grade: 4 of 5 pass.
    assert judge(standard, do=[5, 6, 7, 8, 1]).category[0, 0] == 1


def test_pooled_samples_are_the_share_of_the_sustainable_development_goal():
    options = {"pooled": True, "min_samples": 1, "cuts": [80, 60, 40, 20]}
    standard = load_standard("eco-report-card-example", **options)
    # 8 of 10 values meet their target: good at 80 %, though oxygen alone has 50 %.
    found = judge(standard, do=[6, 1] + [np.nan] * 6, chla=[1] * 7 + [99])
    assert found.category[0, 0] == 1 and found.grades[:, 0, 0].tolist() == [3, 1]


def test_steps_of_a_sample_and_weights(tmp_path):
    options = "scores = [100, 50, 0]\ncuts = [60]\n"
    options += 'groups = [{ weight = 3, parameters = ["din"] }, { parameters = ["dip"] }]'
    limits = PLAIN.replace("[0.2]", "[0.2, 0.4]")
    limits += '[limits.dip]\nedges = [0.02, 0.04]\nunit = "mg/L"\nclause = "2"\n'
    standard = card(tmp_path, "score", options, limits)
    # (3 x 75 + 0) / 4 = 56.25 fails 60; with weights alike it would be 37.5.
    assert judge(standard, din=[0.1, 0.3], dip=[1, 1]).category[0, 0] == 2
    assert judge(standard, din=[0.1, 0.2], dip=[1, 1]).category[0, 0] == 1
    assert standard.grade("din", [0.1, 0.3, 0.5, np.nan]).tolist() == [1, 2, 2, 0]


def test_ratio_to_a_guideline():
    standard = load_standard("au-gbr")
    # log2(.45 / .225) = 1; (log2(2 / 4) + log2(5 / 10)) / 2 = -1: the mean is 0, moderate.
    found = judge(standard, chla=[0.225] * 3, tss=[4] * 3, secchi=[5] * 3)
    assert found.category[0, 0] == 3 and found.grades[:, 0, 0].tolist() == [1, 5, 5]
    # The cap: ten times cleaner is not better than twice. Nothing is best, no sight is worst.
    same = judge(standard, chla=[0.0225] * 3, tss=[40] * 3, secchi=[0] * 3)
    assert same.category[0, 0] == 3
    assert judge(standard, chla=[0.0] * 3).category[0, 0] == 1
    assert judge(standard, chla=[0.3, np.nan, 0.3]).category.max() == 0


def test_percentiles_by_their_ranks():
    samples = np.arange(1.0, 11)[:, None]
    # Rank 9.5 of ten: up to 10; Hazen .95 n + .5 = 10; Weibull .95 (n + 1) = 10.45, the last.
    wanted = {"p95": 10, "p95-hazen": 10, "p95-weibull": 10, "p95-linear": 9.55, "p50-hazen": 5.5,
              "p80-hazen": 8.5, "p80-weibull": 8.8, "p80-linear": 8.2, "p80": 8}  # fmt: skip
    for name, value in wanted.items():
        assert sample_statistic(samples, name)[0] == pytest.approx(value), name
    above = sample_statistic(np.array([[540.0], [541], [np.nan], [10]]), "above", threshold=540)
    assert above[0] == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("median", "rest", "band"),
    [(100, 300, 1), (100, 560, 2), (131, 131, 4), (261, 261, 5)],
)
def test_bands_of_escherichia_coli(median, rest, band):
    # 60 samples, the four highest (6.7 %) at `rest`: 560 is beyond 540 in more than 5 %.
    counts = 10.0 * np.array([median] * 56 + [rest] * 4)
    standard = load_standard("nz-nps-fm ecoli")
    assert judge(standard, ecoli=counts).category[0, 0] == band
    assert judge(standard, ecoli=counts[:59]).category.max() == 0


@pytest.mark.parametrize(
    ("median", "most", "band"),
    # Ohinemuri River at Waihi (public assessment of 2022, table 35): OC2 2007, OC2 2005, OH6 2008,
    # and OH5 2005, whose median is of class B and whose maximum is not.
    [(0.014, 0.042, 1), (0.030, 0.440, 3), (0.220, 0.820, 3), (0.570, 1.200, 3), (0.01, 2.3, 4)],
)
def test_worst_of_median_and_maximum(median, most, band):
    standard = load_standard("nz-nps-fm toxicity")
    found = judge(standard, nh4_n=[median] * 9 + [most])
    assert found.category[0, 0] == band


def test_nitrate_by_median_and_percentile():
    standard = load_standard("nz-nps-fm toxicity")
    # Hazen's 95th percentile of ten is the largest.
    assert judge(standard, no3_n=[0.9] * 9 + [1.5]).category[0, 0] == 1
    assert judge(standard, no3_n=[0.9] * 9 + [1.6]).category[0, 0] == 2
    assert judge(standard, no3_n=[1.1] * 10).category[0, 0] == 2


@pytest.mark.parametrize(
    ("mean", "rank"), [(24, 1), (25, 2), (180, 2), (181, 3), (610, 3), (611, 4)]
)
def test_ranks_of_beaches_at_their_limits(mean, rank):
    counts = 10.0 * np.array([mean / 2, mean * 2, mean, mean / 4, mean * 4])
    assert judge(load_standard("hk-beaches"), ecoli=counts).category[0, 0] == rank


ALSO = PLAIN + "[[limits.din.also]]\n"


@pytest.mark.parametrize(
    ("rule", "options", "limits", "message"),
    [
        ("score", "cuts = [60]", PLAIN, "rule 'score' wants scores"),
        ("score", "cuts = [60, 40]\nscores = [100, 0]", PLAIN, "2 cuts for 2 categories"),
        ("score", "cuts = [60]\nscores = [0, 100]", PLAIN, "scores .* are not in order"),
        ("score", "scores = [100, 0]", PLAIN, "rule 'score' wants cuts"),
        ("score", "cuts = 60\nscores = [100, 0]", PLAIN, "cuts = 60 is no list of numbers"),
        (
            "ratio",
            "cuts = [0]\ngroups = [{ parameters = ['din', 'dinn'] }]",
            PLAIN,
            "a group names 'dinn', which has no row in limits",
        ),
        ("ratio", "cuts = [0]", PLAIN + 'statistic = ["mean"]', "a ratio is of one statistic"),
        ("percentile", "", PLAIN + 'statistic = "p0"', "statistic = 'p0' is unknown"),
        ("percentile", "", PLAIN + 'statistic = "p95-excel"', "statistic = 'p95-excel' is unknown"),
        ("percentile", "", PLAIN + 'statistic = "above"', "'above' and threshold go together"),
        ("percentile", "", PLAIN + 'statistic = "above"\nthreshold = 1', "is a further demand"),
        ("percentile", "", ALSO + "edges = [1]", "also wants a statistic of its own"),
        (
            "worst-of",
            "",
            ALSO + 'edges = [1]\nstatistic = "max"',
            "read by rule 'percentile' alone",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(tmp_path, rule, options, limits, message):
    with pytest.raises(StandardError, match=message):
        card(tmp_path, rule, options, limits)


@pytest.mark.parametrize(
    ("name", "cuts", "way"),
    [
        ("eco-report-card-example", [20, 40, 60, 80], "falling"),
        ("au-gbr", [-0.5, 0, 0.333, 0.667], "falling"),
        ("ccme-example", [44, 64, 79, 94], "falling"),
        ("kr-wqi east-sea", [59, 46, 33, 23], "rising"),
    ],
)
def test_cuts_worst_category_first_are_refused(name, cuts, way):
    with pytest.raises(StandardError, match=f"not in order. Write them best category first, {way}"):
        load_standard(name, cuts=cuts)

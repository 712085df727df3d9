import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa import indices
from bayqa.assess.indices.scales import grade, label, load_scales
from bayqa.errors import InputError
from bayqa.standards import load_standard

amount = st.floats(1e-4, 50)
GB3097 = load_standard("GB 3097-1997")


def test_eutrophication_at_the_class_limits():
    # hyhjkx.nmemc.org.cn abstract239: 1.33, 6, 10.67, 25 at the limits of classes I to IV
    found = indices.eutrophication([2, 3, 4, 5], [0.2, 0.3, 0.4, 0.5], [0.015, 0.03, 0.03, 0.045])
    np.testing.assert_allclose(found, [4 / 3, 6, 32 / 3, 25])


def test_eutrophication_keeps_dataarrays_and_nan():
    din = xr.DataArray([0.2, np.nan], dims="station")
    found = indices.eutrophication(2.0, din, 0.015)
    assert found.dims == ("station",)
    assert found.isnull().to_numpy().tolist() == [False, True]


def test_both_eutrophication_scales():
    values = [0.99, 1.0, 3.0, 3.01, 9.0, 9.01, np.nan]
    assert indices.eutrophication_grade(values).tolist() == [1, 2, 2, 3, 3, 4, 0]
    other = indices.eutrophication_grade([0.9, 1, 2, 5, 15], scale="hj442", language="zh")
    assert other.tolist() == ["贫营养", "轻度富营养", "中度富营养", "重度富营养", "严重富营养"]


def test_rounding_noise_does_not_decide_a_grade():
    # 3 x 0.1 x 0.015 is 1 exactly in decimals
    values = indices.eutrophication([3.0, 1.0, 0.3], [0.1, 0.3, 1.0], 0.015)
    assert indices.eutrophication_grade(values).tolist() == [2, 2, 2]


def test_organic_pollution_at_class_i():
    # each part is 1 at its limit: 1 + 1 + 1 - 1
    assert indices.organic_pollution(2, 0.2, 0.015, 6) == pytest.approx(2)
    assert indices.organic_pollution(2, 0.2, 0.015, 6, limits={"do": 5}) == pytest.approx(1.8)
    assert indices.organic_pollution_grade([-0.1, 0, 4, np.nan]).tolist() == [1, 2, 6, 0]


def test_nutrient_levels_of_every_row_of_the_table():
    def dip(din, ratio):
        return din / 14.007 * 30.974 / ratio

    din = [0.1, 0.25, 0.5, 0.25, 0.5, 0.5, 0.1, 0.1, 0.05, 0.1, np.nan]
    ratio = [10, 13, 10, 40, 45, 70, 6, 4.5, 1.5, 40, 10]
    wanted = ["I", "II", "III", "IVP", "VP", "VIP", "IVN", "VN", "VIN", "not classed", ""]
    found = indices.nutrient_levels(din, [dip(d, r) for d, r in zip(din, ratio, strict=True)])
    assert found.tolist() == wanted
    assert indices.nutrient_levels(0.1, dip(0.1, 10)) == "I"


def test_nemerow_between_mean_and_worst():
    # ratios 1 and 3: mean 2, max 3
    assert indices.nemerow([1.0, 3.0]) == pytest.approx(np.sqrt(6.5))
    assert np.isnan(indices.nemerow([1.0, np.nan]))


def test_grade_index_tells_the_class():
    din, dip, ph, do = (GB3097.limits[p] for p in ("din", "dip", "ph", "do"))
    np.testing.assert_allclose(indices.eqgi([0.1, 0.41, 1.0], din), [0.5, 3.1, 5.0])
    # a limit shared by II and III jumps past class III
    assert indices.eqgi(0.0301, dip) == pytest.approx(3 + 0.0001 / 0.015)
    np.testing.assert_allclose(indices.eqgi([8.15, 7.3, 9.24], ph), [0, 2.5, 4.05], atol=1e-12)
    saturation = 468 / (31.6 + 20)
    found = indices.eqgi([saturation, 5.5, 3.0, 1.5], do, temperature=20.0)
    np.testing.assert_allclose(found, [0, 1.5, 4.0, 4.5])


def test_grade_index_of_oxygen_needs_the_temperature():
    with pytest.raises(InputError, match="needs the water temperature"):
        indices.eqgi(6.0, GB3097.limits["do"])


def test_unknown_scale_is_named():
    with pytest.raises(InputError, match="'beauty' is unknown; take one of"):
        grade(1.0, "beauty")


@pytest.mark.parametrize("scale", load_scales().values(), ids=lambda s: s.id)
def test_every_scale_is_whole(scale):
    n = len(scale.edges)
    assert len(scale.closed) == n and len(scale.labels_zh) == len(scale.labels_en) == n + 1
    ordered = sorted(scale.edges, reverse=scale.better == "high")
    assert list(scale.edges) == ordered and scale.evidence and scale.source
    assert label([0], scale.id).tolist() == [""]


@given(amount, amount, amount, st.floats(1, 3))
@settings(max_examples=50, deadline=None)
def test_more_nutrients_never_look_better(cod, din, dip, factor):
    for worse in ((factor, 1, 1), (1, factor, 1), (1, 1, factor)):
        more = [v * f for v, f in zip((cod, din, dip), worse, strict=True)]
        before = indices.eutrophication(cod, din, dip)
        after = indices.eutrophication(*more)
        assert after >= before * (1 - 1e-12)
        for scale in ("bulletin", "hj442"):
            assert indices.eutrophication_grade(after, scale=scale) >= (
                indices.eutrophication_grade(before * (1 - 1e-12), scale=scale)
            )
        assert indices.organic_pollution(*more, 6.0) >= (
            indices.organic_pollution(cod, din, dip, 6.0) - 1e-9
        )


@given(st.sampled_from(sorted(GB3097.parameters)), st.floats(0.001, 14), st.floats(0.001, 14))
@settings(max_examples=100, deadline=None)
def test_grade_index_agrees_with_the_class(parameter, first, second):
    limit = GB3097.limits[parameter]
    found = indices.eqgi(np.array([first, second]), limit, temperature=20.0)
    classes = GB3097.grade(parameter, np.array([first, second]))
    if classes[0] < classes[1]:
        assert found[0] <= found[1] + 1e-9


@given(st.sampled_from(sorted(load_scales())), st.floats(-50, 200), st.floats(-50, 200))
@settings(max_examples=100, deadline=None)
def test_grades_follow_the_index(scale, a, b):
    low, high = sorted((a, b), reverse=load_scales()[scale].better == "high")
    assert grade(low, scale) <= grade(high, scale)

"""Published report cards and worked examples, one test each, with their source."""

import numpy as np
import pytest
import xarray as xr

from bayqa.assess import classify, indices, tabulate_classes
from bayqa.errors import InputError
from bayqa.standards import load_standard

# Old Tampa Bay 1975-2022: yearly chlorophyll a (ug/L) and light attenuation (1/m), their outcomes
# and the colour. Source: public package tbep-tech/tbeptools, article "Water Quality Data", the
# interactive figure of all segments (results of the programme's own code on its own data).
OTB_CHLA = """13.207539682539682 10.882222222222222 11.403666666666666 9.5151515151515156
17.99818181818182 13.870909090909091 12.029090909090909 12.989629629629629 17.540303030303029
9.1606666666666676 11.164333333333333 10.586619047619047 9.3042424242424246 8.1594444444444445
9.3469444444444445 9.3352696969696964 8.2859822510822507 7.8752870370370367 7.5887388888888889
9.4349166666666662 11.520738888888889 6.8479555555555551 8.3613944444444446 11.226705555555556
8.1310083333333338 7.1674944444444444 8.602955555555555 7.8252563492063487 11.717811538461538
11.810648015873015 8.4276190476190482 6.2816666666666663 8.637777777777778 9.2711111111111109
12.121111111111111 7.4423809523809528 11.413333333333334 7.8305555555555557 8.6644444444444453
7.8627777777777776 10.671111111111111 8.9866666666666664 9.5355555555555558 9.2166666666666668
9.7838888888888889 9.5346666666666664 9.4472222222222229 7.1233333333333331"""
OTB_KD = """0.9780951772010158 1.1759318036451853 1.1896015909683166 1.1682172844839223
1.7595229910891352 1.3836267523971753 1.046902511927752 1.0583860220869412 1.1152677931831745
1.16175023669408 0.95349047083822169 0.89293126564361414 0.85361977656359689 0.85585989438893739
0.9374650700519509 0.83532294423208864 0.80317884300161368 0.81667289954170785 0.91337458710762809
0.74814840076006672 0.93796373126689025 0.92026998469291477 0.84738400353513044 1.0612729431102184
0.88016553006133613 0.73281655533602319 0.95127141765797218 0.92728018784051791 1.0370998326826546
0.87774063179473039 0.76935791220724936 0.62042666877326014 0.67713043278678109 0.69622444111159376
0.80769621589614593 0.84196351900793132 0.91221831817135823 0.68676331806088098 0.56745021236724047
0.60568855167187952 0.56049776426763642 0.57473560145774638 0.68212103664316304 0.67804251741757016
0.73960494357054962 0.76862306554597593 0.77830394006146864 0.78710726830871502"""
GREEN = {1988, 1991, 1992, 1997, 2000, 2005, 2006, 2007, 2010, 2012, 2013, 2014, 2022}
RED = {*range(1975, 1987), 1989, 1995, 1998, 2003, 2004, 2011}


def tampa(**version):
    chla, kd = (np.array(text.split(), float)[:, None] for text in (OTB_CHLA, OTB_KD))
    years = list(range(1975, 2023))
    field = xr.Dataset(
        {"chla": (("campaign", "station"), chla), "kd": (("campaign", "station"), kd)},
        {"campaign": [str(y) for y in years], "year": ("campaign", years), "station": ["OTB"]},
    )
    return tabulate_classes(classify(field, load_standard("us-tampa-bay OTB", **version)))


def test_tampa_bay_matrix_of_48_years():
    # By the figure the first years of the record count as long.
    card = tampa(early="long").set_index("year")["category"]
    wanted = {y: "green" if y in GREEN else "red" if y in RED else "yellow" for y in card.index}
    assert card.to_dict() == wanted and len(wanted) == 48
    # Read otherwise only the first three years can differ.
    plain = tampa().set_index("year")["category"]
    assert (plain[3:] == card[3:]).all()


def test_tampa_bay_yearly_table():
    # anlz_yrattain for 2018, and the segments' table of 2025 of the same article: all green.
    rows = {
        "OTB": [(6.6, 0.71)], "HB": [(13.9, 1.09), (10.0, 0.88)],
        "MTB": [(7.05, 0.570), (5.5, 0.56)], "LTB": [(4.65, 0.593), (3.0, 0.60)],
    }  # fmt: skip
    for segment, values in rows.items():
        standard = load_standard(f"us-tampa-bay {segment}")
        chla, kd = np.array(values).T[:, :, None]
        field = xr.Dataset(
            {"chla": (("campaign", "station"), chla), "kd": (("campaign", "station"), kd)},
            {"year": ("campaign", [2018, 2025][-len(values) :]), "station": [segment]},
        ).assign_coords(campaign=["2018", "2025"][-len(values) :])
        assert set(tabulate_classes(classify(field, standard))["category"]) == {"green"}


def test_reasonable_assurance_of_old_tampa_bay():
    # Chlorophyll a of 2022-2025 and its threshold of 9.3: four times "No" (show_ratab).
    standard = load_standard("us-florida-nnc OTB")
    assert set(standard.grade("chla", [7.1, 6.2, 8.8, 6.6])) == {1}
    assert standard.grade("chla", 9.31) == 2


# Yokohama's page on the evaluation of BOD and COD quotes the notification of 1 July 1977: the
# 75 % value, and that 75 % of the data within the limit comes to the same. Yokosuka's report
# prints 75 % values of its sea stations with their limits: all attained.
YOKOSUKA = [(8, 2.2), (3, 1.9), (3, 1.8), (3, 2.0), (2, 1.5)]
TYPES = {2: "jp-sea-a", 3: "jp-sea-b", 8: "jp-sea-c"}


@pytest.mark.parametrize(("limit", "value"), YOKOSUKA)
def test_japanese_stations_attain_their_type(limit, value):
    standard = load_standard(TYPES[limit], rule="percentile")
    assert standard.grade("cod_mn", value) == 1


@pytest.mark.parametrize("seed", range(20))
def test_75_percent_value_is_75_percent_of_the_data(seed):
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 3, rng.integers(4, 40)).round(1)
    field = xr.Dataset(
        {"cod_mn": (("campaign", "station"), values[:, None])},
        {"campaign": [f"{k}" for k in range(values.size)], "station": ["S"],
         "year": ("campaign", [2020] * values.size)},
    )  # fmt: skip
    for key, limit in (("jp-sea-a", 2), ("jp-sea-b", 3)):
        card = tabulate_classes(classify(field, load_standard(key, rule="percentile")))
        attained = (values <= limit).mean() >= 0.75
        assert set(card["category"]) == {"meets" if attained else "fails"}
        # From the largest it is number n / 4 + 1, fractions cut.
        ranked = np.sort(values)[::-1][values.size // 4]
        assert (ranked <= limit) == attained


@pytest.mark.parametrize(
    ("tn", "tp", "best"),
    # Kitakyushu: Dokai Bay attains type IV, Hibikinada and Suo Sea type II.
    [(0.56, 0.033, 3), (0.21, 0.019, 2)],
)
def test_japanese_nutrients(tn, tp, best):
    standard = load_standard("jp-sea-tn-tp")
    assert max(standard.grade("tn", tn), standard.grade("tp", tp)) == best


# Chesapeake Bay report cards of 2006, 2007, 2013, 2014, 2016 and 2017 (ecoreportcard.org,
# bayjournal.com, ian.umces.edu): scores with their letters.
LETTERS = [(89, "A"), (44, "C-"), (39, "D+"), (17, "F"), (24, "D-"), (54, "C"), (60, "B-"),
           (59, "C+"), (55, "C+"), (76, "B+"), (82, "A-"), (35, "D+"), (37, "D+"), (13, "F"),
           (50, "C"), (45, "C"), (15, "F")]  # fmt: skip


@pytest.mark.parametrize(("score", "letter"), LETTERS)
def test_chesapeake_letters(score, letter):
    assert indices.label(indices.grade(score, "chesapeake"), "chesapeake", "en") == letter
    plain = "ABCDF"[sum(score < cut for cut in (80, 60, 40, 20))]
    assert plain == letter[0]


def test_chesapeake_index_is_the_mean_of_its_indicators():
    # 2017: oxygen, grasses, clarity, benthos, nitrogen, phosphorus, chlorophyll; 54 in all.
    assert round(np.mean([89, 44, 17, 60, 59, 76, 35])) == 54


# eutro.org, register of ASSETS assessments: zones (km2), symptoms, expression and condition.
ASSETS = [
    ([461.4, 96.3, 29.9], {"chla": [0.25, 0.5, 0], "macroalgae": [1, 0, 0]},
     {"do": [0.25, 0.25, 0], "nuisance": [0.25, 0.25, 0], "toxic": [0.25, 0.25, 0]},
     {"chla": 0.278, "macroalgae": 0.785, "do": 0.237},
     (0.53, "moderate", 0.24, "low", "moderate low")),
    ([4.5, 220.5], {"chla": [0.25, 1], "macroalgae": [0.25, 1]},
     {"do": [0, 0], "nuisance": [0, 0], "toxic": [0, 1]},
     {"chla": 0.985, "toxic": 0.980}, (0.985, "high", 0.98, "high", "high")),
    ([8], {"chla": [0.25]}, {"do": [0], "nuisance": [0], "vegetation": [0.5], "toxic": [0.5]},
     {"toxic": 0.5}, (0.25, "low", 0.5, "moderate", "moderate low")),
]  # fmt: skip


@pytest.mark.parametrize(("areas", "primary", "secondary", "levels", "wanted"), ASSETS)
def test_assets_of_three_estuaries(areas, primary, secondary, levels, wanted):
    found = indices.assets_condition(areas, primary, secondary)
    for name, level in levels.items():
        assert found.symptoms[name] == pytest.approx(level, abs=6e-4)
    assert found.primary == pytest.approx(wanted[0], abs=6e-3)
    assert found.secondary == pytest.approx(wanted[2], abs=6e-3)
    assert (found.primary_label, found.secondary_label, found.label) == wanted[1::2] + wanted[4:]


def test_assets_with_unknown_symptoms():
    found = indices.assets_condition([1, 1], {"chla": [0.5, np.nan]}, {"do": [1, 1]})
    assert (found.grade, found.label, found.secondary) == (0, "", 1)
    with pytest.raises(InputError, match="symptom 'do' has values of shape .* for 2 zones"):
        indices.assets_condition([1, 1], {"chla": [1, 1]}, {"do": [1]})


def test_sanitation_index_of_two_samples():
    # fotsch.org, "WQI Background and Sample Calculation": nine scores, 77.9.
    scores = {"do_sat": 90, "faecal_coliforms": 72, "ph": 92, "bod5": 80, "temperature_change": 72,
              "tp": 60, "no3": 67, "turbidity": 85, "total_solids": 78}  # fmt: skip
    found = indices.nsf_wqi(scores)
    assert found.value == pytest.approx(77.9) and found.label == "good"
    # Eight tests: the sum over the weights known, 72.44 / 0.93.
    less = indices.nsf_wqi({k: v for k, v in scores.items() if k != "total_solids"})
    assert less.value == pytest.approx(72.44 / 0.93) and less.weight == pytest.approx(0.93)
    with pytest.raises(InputError, match="scores of tss are not of this index"):
        indices.nsf_wqi({"tss": 3})


@pytest.mark.parametrize(
    ("counts", "grade"),
    # The grading table of the department: up to 24, 180, 610, above; or the last above 1600.
    [([24] * 5, 1), ([25] * 5, 2), ([180] * 5, 2), ([181] * 5, 3), ([610] * 5, 3), ([611] * 5, 4),
     ([1, 1, 1, 1, 1600], 1), ([1, 1, 1, 1, 1601], 4), ([1601, 1, 1, 1, 1, 1], 1), ([5] * 4, 0),
     ([0, 0, 0, 0, np.nan, 30], 1)],
)  # fmt: skip
def test_weekly_grade_of_a_beach(counts, grade):
    assert indices.hk_beach_grade(counts) == grade


def test_city_index_by_hand():
    # Class III: oxygen 5, pH 6 to 9, ammonia 1.0, COD-Mn 6: 5/8 + 1/2 + 0.5/1 + 3/6.
    found = indices.cwqi({"do": 8.0, "ph": 8.0, "nh4_n": 0.5, "cod_mn": 3.0, "tp": np.nan})
    assert found.value == pytest.approx(0.625 + 0.5 + 0.5 + 0.5)
    assert indices.cwqi({"ph": 6.5}).value == pytest.approx(0.5)
    # Class III of lakes asks 0.05 mg/L of phosphorus, rivers 0.2.
    lake = indices.cwqi({"tp": 0.1}, load_standard("GB 3838-2002 lake"))
    assert (lake.value, indices.cwqi({"tp": 0.1}).value) == pytest.approx((2.0, 0.5))
    assert indices.city_cwqi(6.0, 9.0, 2, 1) == pytest.approx(7.0)
    assert indices.city_cwqi(6.0, np.nan, 2, 0) == 6.0 and np.isnan(indices.city_cwqi(1, 1, 0, 0))
    with pytest.raises(InputError, match="none of x is an item of GB 3838-2002 with a value"):
        indices.cwqi({"x": 1.0})


def test_nitrogen_at_one_salinity():
    salinity = np.array([10.0, 20, 30, np.nan])
    # Conservative mixing 30 - 0.8 S, so 4.4 at 32, whatever the samples.
    found = indices.normalise_salinity(30 - 0.8 * salinity, salinity, 32)
    np.testing.assert_allclose(found[:3], 4.4)
    assert np.isnan(found[3])
    noise = np.array([5.0, 1, 4, 2])
    as_is = indices.normalise_salinity(noise, [1.0, 2, 3, 4], 32, significance=0.05)
    np.testing.assert_array_equal(as_is, noise)
    with pytest.raises(InputError, match="2 samples with value and salinity give no line"):
        indices.normalise_salinity([1.0, 2.0, np.nan], [30.0, 31.0, 32.0], 32)

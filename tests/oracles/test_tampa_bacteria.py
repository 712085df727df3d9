"""Published colours of faecal bacteria in Tampa Bay, and the letters of its matrix by hand."""

import pandas as pd
import pytest

import bayqa as bq

# tbeptools, article on faecal indicator bacteria: first rows of anlz_fibmap for July 2023, all
# areas and the Hillsborough River; station, kind of water, count per 100 mL, colour.
MARINE = {2: 800, **dict.fromkeys((6, 7, 8, 9, 11, 13, 14, 16, 19), 2), 105: 128, 137: 680}
FRESH = {106: 144, 107: 570, 108: 187, 118: 4, 120: 100, 135: 4, 143: 800}
COLOURS = {2: "orange", 105: "yellow", 106: "yellow", 107: "orange", 108: "yellow",
           137: "orange", 143: "orange"}  # fmt: skip
JULY = [
    (station, water, count, COLOURS.get(station, "green"))
    for water, counts in (("marine", MARINE), ("fresh", FRESH))
    for station, count in counts.items()
]
HEADS = {"marine": "Enterococci (cfu/100mL)", "fresh": "E. coli (cfu/100mL)"}


@pytest.mark.parametrize("water", HEADS)
def test_published_colours_of_july_2023(tmp_path, water):
    own = [row for row in JULY if row[1] == water]
    table = pd.DataFrame({"station": [str(r[0]) for r in own], "date": "2023-07-10",
                          HEADS[water]: [r[2] for r in own]})  # fmt: skip
    table.to_csv(tmp_path / "july.csv", index=False)
    days = bq.summarize(bq.read_samples(tmp_path / "july.csv"), campaigns="day")
    card = bq.tabulate_classes(bq.classify(days, bq.load_standard(f"us-tampa-bacteria {water}")))
    found = dict(zip(card["station"], card["category"], strict=True))
    assert found == {str(r[0]): r[3] for r in own}


@pytest.mark.parametrize(
    ("value", "number"), [(34, 1), (35, 2), (129, 2), (130, 3), (999, 3), (1000, 4)]
)
def test_counts_at_the_figures(value, number):
    # The table prints < 35, 35 - 129, 130 - 999, > 999.
    standard = bq.load_standard("us-tampa-bacteria marine")
    assert standard.grade("enterococci", 10.0 * value) == number


def test_letters_of_three_years(tmp_path):
    # Ten samples a year: 1, 2 and 6 above 130 give 10, 15 and 30 percent of the years so far.
    rows = [
        (f"{2021 + y}-{m:02d}-10", 131 if m <= n else 130)
        for y, n in enumerate((1, 2, 6))
        for m in range(1, 11)
    ]
    table = pd.DataFrame(rows, columns=["date", HEADS["marine"]]).assign(station="105")
    table.to_csv(tmp_path / "matrix.csv", index=False)
    months = bq.summarize(bq.read_samples(tmp_path / "matrix.csv"), campaigns="month")

    def letters(**options):
        classes = bq.classify(months, bq.load_standard("us-tampa-mwqa marine", **options))
        card = bq.tabulate_classes(classes).drop_duplicates("year")
        return dict(zip(card["year"], card["category"], strict=True))

    # Right-closed: 10 percent is A, 30 percent is B.
    assert letters() == {2021: "A", 2022: "B", 2023: "B"}
    assert letters(window_years=1) == {2021: "A", 2022: "B", 2023: "D"}

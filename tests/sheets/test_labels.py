import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.labels import Label, label_size, overlaps, place_labels

FRAME = Box(0, 0, 100, 80)
POINTS = st.lists(st.tuples(st.integers(2, 98), st.integers(2, 78)), min_size=1, max_size=25,
                  unique=True)  # fmt: skip


def label(x, y, text="WH01", **more):
    return Label(((text, 6.2, "regular"),), x, y, 1.0, **more)


@settings(max_examples=40, deadline=None)
@given(POINTS)
def test_names_never_overlap_each_other_a_symbol_or_the_frame(points):
    labels = [label(x, y, f"WH{k:02d}") for k, (x, y) in enumerate(points)]
    blocked = [Box(0, 0, 30, 10)]
    placed = place_labels(labels, FRAME, blocked=blocked)
    boxes = [p.box for p in placed if p is not None]
    symbols = [Box(x - 1, y - 1, 2, 2) for x, y in points]
    for k, box in enumerate(boxes):
        assert box.left >= 0 and box.right <= 100 and box.bottom >= 0 and box.top <= 80
        assert not any(overlaps(box, other) for other in boxes[:k] + blocked + symbols)


@settings(max_examples=15, deadline=None)
@given(POINTS)
def test_same_points_give_the_same_places(points):
    labels = [label(x, y, f"WH{k:02d}") for k, (x, y) in enumerate(points)]
    assert place_labels(labels, FRAME) == place_labels(labels, FRAME)


def test_a_lone_point_is_named_to_its_upper_right_without_a_leader():
    (placed,) = place_labels([label(50, 40)], FRAME)
    assert placed.box.left > 50 and placed.box.top > 40 and placed.leader is None


def test_a_name_moves_away_from_a_coast():
    coast = shapely.LineString([(53, 0), (53, 80)])
    (placed,) = place_labels([label(50, 40)], FRAME, avoid=coast)
    assert placed.box.right <= 53


def test_a_crowded_point_gets_a_leader():
    ring = [Box(40, 37, 8.5, 6), Box(51.5, 37, 8, 6), Box(40, 41.2, 20, 3), Box(40, 35.8, 20, 3)]
    (placed,) = place_labels([label(50, 40)], FRAME, blocked=ring)
    assert placed.leader is not None


def test_a_name_without_room_is_left_out():
    assert place_labels([label(50, 40)], FRAME, blocked=[FRAME]) == [None]


def test_area_names_take_the_first_free_spot():
    spots = ((20.0, 20.0), (60.0, 60.0))
    area = Label((("桑沟湾", 9.0, "bold"), ("Sanggou Bay", 7.0, "regular")), 20, 20, spots=spots)
    (free,) = place_labels([area], FRAME)
    (moved,) = place_labels([area], FRAME, blocked=[Box(15, 15, 10, 10)])
    assert free.box.left < 20 < free.box.right
    assert moved.box.left < 60 < moved.box.right


def test_size_counts_all_lines():
    one = label_size((("桑沟湾", 9.0, "bold"),))
    two = label_size((("桑沟湾", 9.0, "bold"), ("Sanggou Bay", 7.0, "regular")))
    assert two[1] > one[1] and two[0] >= one[0]

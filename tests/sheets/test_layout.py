import pytest

from bayqa.errors import InputError
from bayqa.sheets.drawing.layout import Box, list_layouts, load_layout
from bayqa.sheets.panels import split_box

PAPER = {"a4": (210, 297), "a3": (297, 420)}


@pytest.mark.parametrize("name", list_layouts())
def test_every_layout_is_iso_paper_and_its_boxes_do_not_overlap(name):
    layout = load_layout(name)
    size, turn = name.split("-")
    wanted = PAPER[size] if turn == "portrait" else PAPER[size][::-1]
    assert layout.page == wanted
    frame = layout.sizes["frame_mm"] + layout.sizes["degree"] * 0.36 + 0.9
    ringed = Box(
        layout.boxes["map"].left - frame,
        layout.boxes["map"].bottom - frame,
        layout.boxes["map"].width + 2 * frame,
        layout.boxes["map"].height + 2 * frame,
    )
    for column in layout.columns:
        assert not _overlap(ringed, column.box)
    assert not _overlap(ringed, layout.boxes["footer"])
    assert not _overlap(ringed, layout.boxes["title"])
    if turn == "portrait":
        assert not _overlap(layout.boxes["stamp"], layout.boxes["title"])
        assert not _overlap(layout.boxes["stamp"], ringed)
    items = [item for column in layout.columns for item in column.items]
    assert sorted(items) == ["inset", "keys", "legend", "notes"]


def test_box_counts_from_the_lower_left_corner():
    box = load_layout("a4-landscape").boxes["map"]
    assert box.top == pytest.approx(210 - 29.5)
    assert box.right == pytest.approx(19 + 203)


def test_layout_passes_through_and_unknown_ones_are_refused(tmp_path):
    layout = load_layout("a3-portrait")
    assert load_layout(layout) is layout
    with pytest.raises(InputError, match="no layout 'a5'.*a4-landscape"):
        load_layout("a5")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title = [13.0", "heading = [13.0", "lacks title in \\[boxes\\]"),
        ("body = 7.2", "", "lacks body in \\[sizes\\]"),
        ("map = [19.0", "map = [119.0", "'map' .* lies off the paper"),
        ('"keys", "notes"', '"keys", "jokes"', "names the item 'jokes'"),
    ],
)
def test_faulty_layout_names_the_fault(tmp_path, old, new, message):
    from importlib.resources import files

    text = files("bayqa.sheets").joinpath("layouts/a4-landscape.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / f"own{abs(hash(old))}.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_layout(path)


@pytest.mark.parametrize("n_parts", [1, 2, 3, 4, 5, 9, 12])
@pytest.mark.parametrize("more", [0, 1])
def test_panels_are_equal_disjoint_and_inside(n_parts, more):
    box = Box(10, 20, 200, 150)
    sizes = load_layout("a4-landscape").sizes
    parts, free = split_box(box, (n_parts, n_parts + more), 1.2, sizes)
    assert len(parts) == n_parts
    assert free is not None or not more
    assert len({(round(a.width, 9), round(a.height, 9)) for a in parts}) == 1
    boxes = parts if free is None else [*parts, free]
    for k, a in enumerate(boxes):
        assert box.left <= a.left and a.right <= box.right + 1e-9
        assert box.bottom - 1e-9 <= a.bottom and a.top <= box.top + 1e-9
        assert not any(_overlap(a, b) for b in boxes[:k])


def _overlap(a, b):
    return a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top


def test_a_layout_tells_its_paper_and_boxes():
    told = repr(load_layout("a4-landscape"))
    assert told.startswith("<Layout a4-landscape: ") and "297 x 210 mm" in told
    assert len(told) < 200

import dataclasses
import re
from types import SimpleNamespace

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from bayqa.errors import InputError
from bayqa.sheets import list_layouts, load_layout, print_atlas
from bayqa.sheets.chapters import _set_contents
from bayqa.sheets.drawing.canvas import open_canvas
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.leaves import book_subject
from bayqa.sheets.outline import Bookmark, add_outline
from bayqa.sheets.share_tables import Row, _paginate, _set_table
from tests.builders import make_assessment
from tests.sheets.boxes import find_faults
from tests.sheets.pdf import ask_poppler


def named(bay_id, zh, en):
    result = make_assessment()
    bays = result.bays.rename(index={"test": bay_id})
    bays["name_zh"], bays["name_en"] = zh, en
    return dataclasses.replace(result, bays=bays, shares=result.shares.assign(bay_id=bay_id))


OPTIONS = {"region_zh": "测试市", "region_en": "Test City", "organisation_zh": "监测中心",
           "organisation_en": "Monitoring Centre"}  # fmt: skip


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    path = tmp_path_factory.mktemp("atlas") / "atlas.pdf"
    bays = (named(f"b{k}", f"甲{'一二'[k]}湾", f"Bay {k + 1}") for k in range(2))
    steps = []
    print_atlas(
        bays,
        path,
        options=OPTIONS,
        campaigns=["2023-summer"],
        annual=True,
        progress=lambda *step: steps.append(step),
    )
    assert [text for _, _, text in steps] == ["甲一湾", "甲二湾"]
    return path


@pytest.mark.parametrize("layout", list_layouts())
def test_contents_and_tables_hold_long_names(layout):
    name = "第7号国家级海洋生态文明建设示范区近岸海域  Lower Saint Lawrence-Chaleur Estuary Bay"
    plan = SimpleNamespace(layout=load_layout(layout), language=("zh", "en"), palette=None,
                           options={})  # fmt: skip
    chapter = SimpleNamespace(sample=make_assessment())
    leaves, links = _set_contents(plan, book_subject(plan, [chapter]),
                                  [(name, k, k % 3 == 0) for k in range(300)])  # fmt: skip
    assert len(leaves) > 1 and len(links) == 300
    canvas = open_canvas(plan.layout)
    rows = [Row((name, "2023 秋季", "12 345.6", *["100.0"] * 6), False)] * 3
    _set_table(canvas, Box(20, 20, 160, 150), [["海湾", "航次", *["Worse than IV"] * 7]], rows)
    for leaf in [*leaves, canvas.figure]:
        assert not find_faults(leaf, plan.layout.page)


def test_book_has_cover_contents_index_maps_tables_and_colophon(atlas):
    info = ask_poppler("pdfinfo", atlas)
    assert re.search(r"Pages:\s+9\b", info)
    assert "841.89 x 595.276" in info
    words = {
        1: "测试市水质图集",
        2: "目录",
        3: "索引图",
        4: "甲一湾海水水质类别分布图（2023年夏季）",
        5: "（2023年全年）",
        6: "Bay 2, summer 2023",
        8: "各类别面积占比",
        9: "编制说明",
    }
    for page, word in words.items():
        text = ask_poppler("pdftotext", "-raw", "-f", page, "-l", page, atlas, "-")
        assert word in text, page


def test_fonts_are_embedded_once(atlas):
    rows = ask_poppler("pdffonts", atlas).splitlines()[2:]
    assert len(rows) == 2
    assert all("CID TrueType" in row and "yes yes yes" in row for row in rows)


def test_bookmarks_links_and_page_labels_are_there(atlas):
    data = atlas.read_bytes()
    title = (b"\xfe\xff" + "甲二湾".encode("utf-16-be")).hex().encode()
    assert title in data and b"/PageMode /UseOutlines" in data
    assert data.count(b"/Subtype /Link") == 8
    assert b"/PageLabels << /Nums [ 0 << /S /r >> 3 << /S /D >> ] >>" in data


@pytest.mark.slow
def test_same_input_gives_the_same_book(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        print_atlas(make_assessment(), tmp_path / name, campaigns=["2023-summer"])
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_bay_that_cannot_be_drawn_is_named_and_the_others_are_printed(tmp_path):
    bad = named("bad", "坏湾 \N{FISH}", "Bad Bay")
    print_atlas([named("good", "好湾", "Good Bay"), bad], tmp_path / "atlas.pdf", language="en",
                campaigns=["2023-summer"])  # fmt: skip
    text = ask_poppler("pdftotext", tmp_path / "atlas.pdf", "-")
    assert "Good Bay" in text
    with pytest.raises(InputError, match="No bay could be drawn.*U\\+1F41F"):
        print_atlas(bad, tmp_path / "none.pdf", campaigns=["2023-summer"])
    assert not (tmp_path / "none.pdf").exists()


def test_a_run_gives_its_results_and_other_things_are_refused(tmp_path):
    class Run:
        def results(self):
            yield make_assessment()

    path = print_atlas(Run(), tmp_path / "run.pdf", campaigns=["2023-summer"])
    assert path.exists()
    with pytest.raises(InputError, match="not from int"):
        print_atlas(7, tmp_path / "none.pdf")


def test_outline_refuses_other_files_and_wrong_orders(atlas, tmp_path):
    text = tmp_path / "text.pdf"
    text.write_text("no PDF")
    with pytest.raises(InputError, match="is not a PDF"):
        add_outline(text, order=[0], bookmarks=[Bookmark("a", 0)])
    with pytest.raises(InputError, match="already has an outline"):
        add_outline(atlas, order=[0], bookmarks=[Bookmark("a", 0)])
    plain = tmp_path / "plain.pdf"
    with PdfPages(plain) as pdf:
        pdf.savefig(Figure())
    with pytest.raises(InputError, match="has 1 pages, but the order names 2"):
        add_outline(plain, order=[0, 1], bookmarks=[Bookmark("a", 0)])


def test_a_bay_stays_on_one_page_of_the_tables_where_it_can():
    blocks = [[(name, k) for k in range(n)] for name, n in (("a", 5), ("b", 4), ("c", 9))]
    pages = _paginate(blocks, 8)
    # c is longer than a page, so it follows b at once.
    assert [len(page) for page in pages] == [5, 8, 5]
    assert [row for page in pages for row in page] == [row for block in blocks for row in block]
    assert {name for name, _ in pages[0]} == {"a"}


def test_every_leaf_bears_the_stamp_of_the_data(atlas):
    for page in (2, 3, 8, 9):
        text = ask_poppler("pdftotext", "-raw", "-f", page, "-l", page, atlas, "-")
        assert "演示数据" in text, page

import io

import numpy as np
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags
from PIL import Image

from bayqa.sheets.drawing.png import write_png
from bayqa.sheets.drawing.typography import font_path


@pytest.mark.parametrize("channels", [3, 4])
def test_picture_returns_as_written(channels):
    pixels = np.random.default_rng(3).integers(0, 256, (17, 29, channels), dtype=np.uint8)
    page = io.BytesIO()
    write_png(pixels, page, dpi=300)
    picture = Image.open(page)
    assert picture.mode == "RGB" and picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert np.array_equal(np.asarray(picture), pixels[:, :, :3])


def test_path_gets_the_same_bytes_as_a_file(tmp_path):
    pixels = np.full((4, 5, 4), 200, np.uint8)
    page = io.BytesIO()
    write_png(pixels, page, dpi=72)
    write_png(pixels, tmp_path / "a.png", dpi=72)
    assert (tmp_path / "a.png").read_bytes() == page.getvalue()


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_core_sets_text_as_the_whole_face_does(weight):
    """Widths with kerning, so that a page does not move when it takes the core."""
    whole, core = (FT2Font(str(font_path(f"{weight}{end}"))) for end in ("", "-core"))
    for text in ("AVATo Water Type V.", "桑沟湾水质（2023年）", '"We," To’s 12.5–30 %', "37°05′N"):
        widths = []
        for face in (whole, core):
            face.set_size(1000, 72)
            face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
            widths.append(face.get_width_height()[0])
        assert widths[0] == widths[1], text

"""Nothing printed may lean on a font of the system."""

from pathlib import Path

import matplotlib
import pytest
from matplotlib import font_manager

from bayqa.sheets import draw_sheet, print_dossier, print_page
from tests.builders import make_assessment
from tests.sheets.browser import Browser
from tests.sheets.pdf import ask_poppler
from tests.sheets.weihai import make_weihai

_CONFIG = '<?xml version="1.0"?><fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>'


@pytest.fixture
def hidden(monkeypatch, tmp_path):
    """Fontconfig knows an empty folder only, matplotlib only what it brings itself."""
    (tmp_path / "none").mkdir()
    config = tmp_path / "fonts.conf"
    config.write_text(_CONFIG.format(tmp_path / "none", tmp_path), encoding="utf-8")
    for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH"):
        monkeypatch.setenv(name, str(config if name.endswith("FILE") else tmp_path))
    monkeypatch.setenv("TYPST_FONT_PATHS", str(tmp_path / "none"))
    own = [f for f in font_manager.fontManager.ttflist if matplotlib.get_data_path() in f.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    monkeypatch.setattr(font_manager.fontManager, "afmlist", [])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *_, **__: [])
    return tmp_path


def _faces(path):
    return {row.split()[0].split("+")[-1] for row in ask_poppler("pdffonts", path).splitlines()[2:]}


def test_sheet_uses_the_packaged_faces_only(hidden):
    figure = draw_sheet(make_weihai(), theme="concentration", parameter="din")
    figure.savefig(hidden / "sheet.pdf")
    figure.savefig(hidden / "sheet.png", dpi=50)
    assert _faces(hidden / "sheet.pdf") == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_dossier_uses_the_packaged_faces_only(hidden):
    path = print_dossier(make_assessment(), hidden / "bay.pdf", language="zh")
    assert all(face.startswith("NotoSansSC") for face in _faces(path))


def test_page_brings_its_own_letters(hidden):
    # Chromium does not start without any font: it gets one that has no Chinese.
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    (hidden / "fonts.conf").write_text(_CONFIG.format(latin, hidden), encoding="utf-8")
    path = print_page([make_assessment()], hidden / "index.html")
    browser = Browser()
    try:
        browser.open(path)
        browser.wait("document.fonts.size && [...document.fonts].every(f => f.status === 'loaded')")
        assert browser.run("document.fonts.check('16px Page', '湾')")
    finally:
        browser.close()

"""Make the packaged fonts: Noto Sans SC, Regular and Bold, cut to the signs that sheets need.

    python tools/make_fonts.py

Takes the static TrueType files of the npm packages named below (through ``npm pack``), keeps the
unified CJK ideographs with extension A (place names use many that GB 2312 lacks), kana, Latin,
Greek, Cyrillic, punctuation and signs, drops layout tables that matplotlib and typst do not use,
and writes `bayqa/sheets/fonts/`. What Noto Sans SC lacks comes from its sisters: the letters of
European languages from Source Sans 3, whose drawings its own Latin is (at 1.117 of the size), and
the Hangul of KS X 1001 from Noto Sans KR. The core of each, in `bayqa/sheets/cores/`, is the same
drawings cut to GB 2312 and the alphabets, which a PDF embeds in a fifth of the time.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0
from matplotlib.ft2font import FT2Font, LoadFlags

__all__ = ["make_cores", "make_fonts"]

PACKAGES = {
    "NotoSansSC": "@expo-google-fonts/noto-sans-sc@0.4.3",
    "NotoSansKR": "@expo-google-fonts/noto-sans-kr@0.4.3",
    "SourceSans3": "@expo-google-fonts/source-sans-3@0.4.1",
}
SCALES = {"SourceSans3": 1.117, "NotoSansKR": 1.0}
TARGET = Path(__file__).resolve().parents[1] / "bayqa" / "sheets" / "fonts"
FACES = {"400Regular": "NotoSansSC-Regular.ttf", "700Bold": "NotoSansSC-Bold.ttf"}
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x02B0, 0x02DD),
    (0x0370, 0x03FF),
    (0x0400, 0x04FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x218F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2300, 0x23FF),
    (0x2460, 0x24FF),
    (0x2500, 0x25FF),
    (0x2600, 0x266F),
    (0x2700, 0x27BF),
    (0x3000, 0x303F),
    (0x3040, 0x312F),
    (0x3131, 0x318E),
    (0x3200, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xFF00, 0xFFEF),
)
# What the core leaves to the whole face: old Greek, box drawing, kana, squares, ideographs, Hangul.
LARGE = (
    (0x1F00, 0x1FFF),
    (0x2500, 0x257F),
    (0x3040, 0x30FF),
    (0x3131, 0x9FFF),
    (0xAC00, 0xD7A3),
)


def make_fonts(target: Path = TARGET) -> list[Path]:
    """Write both faces and the licence; returns their paths."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sources = {family: _unpack(Path(folder), name) for family, name in PACKAGES.items()}
        made = [_make_face(sources, name, target / file) for name, file in FACES.items()]
        licence = target / "OFL.txt"
        texts = dict.fromkeys(
            (source / "LICENSE_FONT").read_text("utf-8").strip() for source in sources.values()
        )
        # The terms are the same; each further family adds its line of copyright.
        first, *others = texts
        heads = [text.splitlines()[0] for text in others]
        licence.write_text("\n".join([*heads, first]) + "\n", encoding="utf-8")
    return [*made, *make_cores(target), licence]


def make_cores(target: Path = TARGET) -> list[Path]:
    """Write the core of both faces beside the folder of the whole ones; returns their paths."""
    made = []
    for name in FACES.values():
        font = TTFont(target / name, recalcTimestamp=False)
        codes = {c for c in font.getBestCmap() if not _is_large(c)} | _gb2312()
        cutter = subset.Subsetter(_options(drop_tables=["GPOS"]))
        cutter.populate(unicodes=codes)
        cutter.subset(font)
        # Pairs as a plain table: subsetting the layout table takes longer than all the rest.
        font["kern"] = _pair_table(target / name, font.getBestCmap())
        _speed_up(font)
        path = target.parent / "cores" / name.replace(".ttf", "-Core.ttf")
        path.parent.mkdir(exist_ok=True)
        font.save(path)
        made.append(path)
    return made


def _speed_up(font: TTFont) -> None:
    """Spare the next cut of the face work: glyph names on record, one table of characters."""
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 2.0, [], {}
    font["cmap"].tables = [table for table in font["cmap"].tables if table.platformID == 3]


def _is_large(code: int) -> bool:
    return any(low <= code <= high for low, high in LARGE)


def _ksx1001() -> set[int]:
    rows = (bytes([high, low]) for high in range(0xB0, 0xC9) for low in range(0xA1, 0xFF))
    return {ord(c) for c in b"".join(rows).decode("euc_kr", errors="ignore")}


def _gb2312() -> set[int]:
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(c) for c in b"".join(rows).decode("gb2312", errors="ignore") if c >= "\u4e00"}


def _pair_table(path: Path, names: dict[int, str]):
    face, pairs = FT2Font(str(path)), {}
    face.set_size(face.units_per_EM, 72)
    letters = [chr(code) for code in range(0x21, 0x7F)]
    wide = {a: _width(face, a) for a in letters}
    for a in letters:
        for b in letters:
            shift = _width(face, a + b) - wide[a] - wide[b]
            if shift:
                pairs[names[ord(a)], names[ord(b)]] = shift
    table, part = newTable("kern"), KernTable_format_0()
    part.coverage, part.apple, part.kernTable = 1, False, pairs
    table.version, table.kernTables = 0, [part]
    return table


def _width(face: FT2Font, text: str) -> int:
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return round(face.get_width_height()[0] / 64)


def _unpack(folder: Path, package: str) -> Path:
    home = folder / package.split("/")[1].split("@")[0]
    home.mkdir()
    subprocess.run(
        ["npm", "pack", package, "--silent"], cwd=home, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(home.glob("*.tgz"))) as archive:
        archive.extractall(home, filter="data")
    return home / "package"


def _make_face(sources: dict[str, Path], name: str, target: Path) -> Path:
    options = _options(
        drop_tables=["GSUB", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG", "MVAR", "HVAR"]
    )
    fonts = {
        family: TTFont(source / name / f"{family}_{name}.ttf", recalcTimestamp=False)
        for family, source in sources.items()
    }
    font = fonts.pop("NotoSansSC")
    wanted = {code for low, high in RANGES for code in range(low, high + 1)}
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    _graft(font, fonts["SourceSans3"], {c for c in wanted if c < 0x2000}, SCALES["SourceSans3"])
    _graft(font, fonts["NotoSansKR"], _ksx1001(), SCALES["NotoSansKR"])
    font.save(target)
    return target


def _graft(font: TTFont, donor: TTFont, codes: set[int], scale: float) -> None:
    """Give `font` the glyphs of a sister for the characters that it lacks."""
    known, offered = font.getBestCmap(), donor.getBestCmap()
    glyphs, order = donor.getGlyphSet(), font.getGlyphOrder()
    for code in sorted(c for c in codes if c in offered and c not in known):
        name = f"uni{code:04X}.graft"
        # Drawn out: the parts of a composed letter have other numbers in another font.
        whole, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[offered[code]].draw(whole)
        whole.replay(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
        glyph = pen.glyph()
        order.append(name)
        font["glyf"].glyphs[name] = glyph
        glyph.recalcBounds(font["glyf"])
        wide = round(glyphs[offered[code]].width * scale)
        font["hmtx"][name] = (wide, getattr(glyph, "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order


def _options(drop_tables: list[str]) -> subset.Options:
    return subset.Options(
        layout_features=["kern"],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=["*"],
        name_languages=["*"],
        recalc_timestamp=False,
        drop_tables=drop_tables,
    )


if __name__ == "__main__":
    make_fonts()

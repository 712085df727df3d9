"""Make the packaged fonts: Noto Sans SC, Regular and Bold, cut to the signs that sheets need.

    python tools/make_fonts.py

Takes the static TrueType files of the npm package named below (through ``npm pack``), keeps the
unified CJK ideographs (place names use many that GB 2312 lacks), Latin, Greek, punctuation and
signs, drops layout tables that matplotlib and typst do not use, and writes `bayqa/sheets/fonts/`.
The core of each, in `bayqa/sheets/cores/`, is the same drawings cut to GB 2312, which a PDF embeds
in a fifth of the time.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0
from matplotlib.ft2font import FT2Font, LoadFlags

__all__ = ["make_cores", "make_fonts"]

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
TARGET = Path(__file__).resolve().parents[1] / "bayqa" / "sheets" / "fonts"
FACES = {"400Regular": "NotoSansSC-Regular.ttf", "700Bold": "NotoSansSC-Bold.ttf"}
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x0192, 0x0192),
    (0x02C6, 0x02DD),
    (0x0370, 0x03FF),
    (0x1E00, 0x1EFF),
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
    (0x3007, 0x3007),
    (0x3100, 0x312F),
    (0x3200, 0x33FF),
    (0x4E00, 0x9FFF),
    (0xFF00, 0xFFEF),
)


def make_fonts(target: Path = TARGET) -> list[Path]:
    """Write both faces and the licence; returns their paths."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = _unpack(Path(folder))
        made = [
            _cut(source / name / f"NotoSansSC_{name}.ttf", target / file)
            for name, file in FACES.items()
        ]
        licence = target / "OFL.txt"
        licence.write_text((source / "LICENSE_FONT").read_text("utf-8"), encoding="utf-8")
    return [*made, *make_cores(target), licence]


def make_cores(target: Path = TARGET) -> list[Path]:
    """Write the core of both faces beside the folder of the whole ones; returns their paths."""
    made = []
    for name in FACES.values():
        font = TTFont(target / name, recalcTimestamp=False)
        codes = {c for c in font.getBestCmap() if not 0x4E00 <= c <= 0x9FFF} | _gb2312()
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


def _unpack(folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _cut(source: Path, target: Path) -> Path:
    options = _options(
        drop_tables=["GSUB", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG", "MVAR", "HVAR"]
    )
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    font.save(target)
    return target


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

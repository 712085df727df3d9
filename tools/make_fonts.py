"""Make the packaged fonts: Noto Sans SC, Regular and Bold, cut to the signs that sheets need.

    python tools/make_fonts.py

Takes the static TrueType files of the npm package named below (through ``npm pack``), keeps the
unified CJK ideographs (place names use many that GB 2312 lacks), Latin, Greek, punctuation and
signs, drops layout tables that matplotlib and typst do not use, and writes `bayqa/sheets/fonts/`.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

__all__ = ["make_fonts"]

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
    return [*made, licence]


def _unpack(folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _cut(source: Path, target: Path) -> Path:
    options = subset.Options(
        layout_features=["kern"],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=["*"],
        name_languages=["*"],
        recalc_timestamp=False,
        drop_tables=["GSUB", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG", "MVAR", "HVAR"],
    )
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    font.save(target)
    return target


if __name__ == "__main__":
    make_fonts()

"""Type on the page: only the packaged fonts, measured in millimetres, never a missing glyph."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

from bayqa.errors import InputError

__all__ = [
    "FAMILY",
    "MM_PER_POINT",
    "READABLE",
    "fit_line",
    "font_path",
    "measure",
    "register_fonts",
    "take_cores",
    "wrap",
    "write",
]

FAMILY = "Noto Sans SC"
MM_PER_POINT = 25.4 / 72
READABLE = 5.0
"""Points; print of CJK below this fills in."""
_FILES = {"regular": "NotoSansSC-Regular.ttf", "bold": "NotoSansSC-Bold.ttf"}
_CORES = {f"{weight}-core": name.replace(".ttf", "-Core.ttf") for weight, name in _FILES.items()}
_NO_LINE_START = set("，。、；：？！）》」』】〕〉％%‰℃°′″·—…～,.;:?!)]}»”’")
_NO_LINE_END = set("（《「『【〔〈([{«“‘")


@cache
def font_path(weight: str = "regular") -> Path:
    """File of the packaged font; weight "regular", "bold", "regular-core" or "bold-core"."""
    # Cores lie in a folder of their own: typst reads all of `fonts` and must not mix them up.
    folder = "fonts" if weight in _FILES else "cores"
    return Path(str(files("bayqa.sheets").joinpath(folder, (_FILES | _CORES)[weight])))


def register_fonts() -> str:
    """Make the packaged fonts known to matplotlib by family name; returns the family name."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for weight in _FILES:
        if str(font_path(weight)) not in known:
            font_manager.fontManager.addfont(str(font_path(weight)))
    return FAMILY


def take_cores(figure: Figure) -> None:
    """Point the texts of a figure at the core faces, if these hold all of its characters.

    The core is the same drawing cut to GB 2312, so nothing on the page moves; embedding it takes
    a fifth of the time. All or nothing: a page never carries a face twice.
    """
    # Not findobj, which would make the ticks of every axes just to look at them.
    texts = [t for ax in figure.axes for t in ax.texts if t.get_text()]
    faces = {path.name: weight for weight, path in ((w, font_path(w)) for w in _FILES)}
    chosen = []
    for text in texts:
        weight = faces.get(Path(str(text.get_fontproperties().get_file())).name)
        if weight is None or not _signs(f"{weight}-core").issuperset(map(ord, text.get_text())):
            return
        chosen.append((text, weight))
    for text, weight in chosen:
        text.get_fontproperties().set_file(str(font_path(f"{weight}-core")))


def measure(text: str, size: float, weight: str = "regular") -> float:
    """Printed width of one line.

    Parameters
    ----------
    text : str
    size : float
        Type size in points.
    weight : {"regular", "bold"}

    Returns
    -------
    float
        Millimetres.
    """
    return _width_em(_compose_signs(text), weight) * size * MM_PER_POINT


def fit_line(text: str, width: float, size: float, weight: str = "regular") -> tuple[str, float]:
    """A line and its type so that it takes no more than a width: smaller type, then cut short.

    Parameters
    ----------
    text : str
    width : float
        Millimetres.
    size : float
        Points, if there is room.
    weight : {"regular", "bold"}

    Returns
    -------
    (str, float)
    """
    size = max(size * min(1.0, width / max(measure(text, size, weight), 1e-9)), min(size, READABLE))
    if measure(text, size, weight) <= width + 0.05:
        return text, size
    kept = next(
        (n for n in range(len(text), 0, -1) if measure(text[:n] + "…", size, weight) <= width), 0
    )
    return text[:kept].rstrip() + "…", size


def wrap(text: str, width: float, size: float, weight: str = "regular") -> list[str]:
    """Lines of `text` that are at most `width` millimetres wide.

    Chinese breaks between any two characters, but no line starts with a closing mark or ends
    with an opening one; Latin words and numbers stay whole unless one alone is too wide.

    Returns
    -------
    list of str
        At least one line.
    """
    return [*_wrapped(_compose_signs(text), width, size, weight)]


def write(ax: Axes, xy: tuple[float, float], text: str, size: float, **style) -> Text | None:
    """Write one line on an axes, on the baseline.

    Parameters
    ----------
    ax : Axes
    xy : tuple of float
        In data coordinates of `ax`.
    text : str
    size : float
        Points.
    **style
        `weight` ("regular", "bold"), `halo` (colour of an outline, which keeps the text itself
        real text), and any property of a matplotlib Text.

    Returns
    -------
    Text or None
        None for an empty text.

    Raises
    ------
    InputError
        If the packaged fonts lack a character.
    """
    if not text:
        return None
    text = _compose_signs(text)
    weight, halo = style.pop("weight", "regular"), style.pop("halo", None)
    _refuse_missing(text, weight)
    style = {"ha": "left", "va": "baseline", "color": "#1B1B1B", "zorder": 20} | style
    prop = FontProperties(fname=str(font_path(weight)), size=size)
    if halo:
        _write_halo(ax, xy, (text, size, weight), halo, style)
    return ax.text(*xy, text, fontproperties=prop, parse_math=False, **style)


def _write_halo(ax: Axes, xy: tuple, what: tuple, color: str, style: dict) -> None:
    # A path effect would turn the text itself into outlines, which no search finds.
    text, size, weight = what
    width = measure(text, size, weight)
    shift = {"left": 0.0, "center": -0.5, "right": -1.0}[style["ha"]] * width / MM_PER_POINT
    turn = Affine2D().translate(shift, 0).rotate_deg(style.get("rotation", 0))
    patch = PathPatch(
        turn.transform_path(_outline(text, size, weight)),
        fc=color,
        ec=color,
        lw=size * 0.26,
        joinstyle="round",
        zorder=style["zorder"] - 0.01,
        clip_on=style.get("clip_on", False),
    )
    points = Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans
    patch.set_transform(points + ScaledTranslation(*xy, ax.transData))
    ax.add_artist(patch)


@lru_cache(maxsize=4000)
def _wrapped(text: str, width: float, size: float, weight: str) -> tuple[str, ...]:
    # The sheets of a bay share nearly all of their notes, and each is tried in several sizes.
    lines, line = [], ""
    for token in _tokens(text, width, size, weight):
        if line and measure((line + token).rstrip(), size, weight) > width:
            line, carried = _split_at_opening(line)
            if carried and measure(carried + token.strip(), size, weight) > width:
                line, carried = line + carried, ""
            lines.append(line.rstrip())
            line = carried + token.lstrip()
        else:
            line += token
    return (*lines, line.rstrip())


@lru_cache(maxsize=4000)
def _outline(text: str, size: float, weight: str) -> TextPath:
    """Outlines of a line; the names on the maps of one bay are the same on each."""
    prop = FontProperties(fname=str(font_path(weight)), size=size)
    return TextPath((0, 0), text, size=size, prop=prop)


@cache
def _face(weight: str) -> FT2Font:
    return FT2Font(str(font_path(weight)))


@cache
def _signs(weight: str) -> frozenset[int]:
    return frozenset(_face(weight).get_charmap())


def _compose_signs(text: str) -> str:
    """Letters with their accents in one sign: some systems write é as e and an accent."""
    return text if text.isascii() else normalize("NFC", text)


@lru_cache(maxsize=20000)
def _width_em(text: str, weight: str) -> float:
    _refuse_missing(text, weight)
    face = _face(weight)
    face.set_size(100, 72)
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64 / 100


def _refuse_missing(text: str, weight: str) -> None:
    missing = [c for c in text if ord(c) not in _signs(weight) and c != "\n"]
    if missing:
        raise InputError(
            f"The character {missing[0]!r} (U+{ord(missing[0]):04X}) in {text!r} is not in the "
            "packaged font Noto Sans SC: write the name with another character."
        )


def _tokens(text: str, width: float, size: float, weight: str) -> list[str]:
    tokens: list[str] = []
    for char in text:
        glue = tokens and (char in _NO_LINE_START or (_is_word(char) and _is_word(tokens[-1][-1])))
        if glue and measure(tokens[-1] + char, size, weight) <= width:
            tokens[-1] += char
        else:
            tokens.append(char)
        if tokens[-1] == " %" and len(tokens) > 1:
            # A number keeps its sign: no line starts with "%".
            tokens[-2:] = ["".join(tokens[-2:])]
    return tokens


def _is_word(char: str) -> bool:
    return not char.isspace() and ord(char) < 0x2E80 and char not in "/|"


def _split_at_opening(line: str) -> tuple[str, str]:
    body = line.rstrip()
    if len(body) > 1 and body[-1] in _NO_LINE_END:
        return body[:-1], body[-1]
    return body, ""

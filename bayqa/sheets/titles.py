"""Title block, stamp, notes and footer of a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.image as images

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.sheets.drawing.canvas import Canvas, draw_box
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.picture import Drawing, Words
from bayqa.sheets.drawing.typography import MM_PER_POINT, measure, write
from bayqa.sheets.subject import Subject
from bayqa.sheets.words import say

__all__ = [
    "draw_footer",
    "draw_stamp",
    "draw_title",
    "list_notes",
    "list_remarks",
    "name_rest",
    "stamp_texts",
]

_MOST_UNNAMED = 12

_NOTES = (
    ("note.data", "data_source"),
    ("note.sampled", "sampled"),
    ("note.standard", "standard"),
    ("note.parameters", "parameters"),
    ("note.unmeasured", "unmeasured"),
    ("note.method", "method"),
    ("note.draws", "draws"),
    ("note.drawing", "drawing"),
    ("note.crs", "crs"),
    ("note.land", "land_source"),
)


def draw_title(canvas: Canvas, titles: Sequence[str], subject: Subject) -> None:
    """Title in the middle, the second language below it; shrunk where it is too long."""
    box, sizes = canvas.layout.boxes["title"], canvas.layout.sizes
    room = box.width - 2 * max(_beside(canvas, subject, box), 0.0)
    y = box.top - sizes["title"] * MM_PER_POINT * 0.92
    if len(titles) == 1:
        y -= sizes["subtitle"] * MM_PER_POINT * 0.7
    for k, title in enumerate(titles):
        size, weight = (sizes["title"], "bold") if k == 0 else (sizes["subtitle"], "regular")
        size *= min(1.0, room / measure(title, size, weight))
        write(canvas.page, (box.left + box.width / 2, y), title, size, weight=weight, ha="center")
        y -= sizes["subtitle"] * MM_PER_POINT * 1.42


def draw_stamp(canvas: Canvas, subject: Subject) -> None:
    """Framed remark on the data, such as that they are a demonstration; and the logo."""
    texts = stamp_texts(subject)
    if texts:
        _draw_framed(canvas, texts, subject.palette.ground["accent"])
    logo = subject.options.get("logo")
    if logo:
        _draw_logo(canvas, Path(str(logo)))


def draw_footer(canvas: Canvas, subject: Subject, contexts: Mapping[str, Mapping]) -> None:
    """Organisation, map review number, and what made the sheet."""
    box, size = canvas.layout.boxes["footer"], canvas.layout.sizes["small"]
    y = box.bottom + size * MM_PER_POINT * 0.3
    first = subject.languages[0]
    organisation = "  ".join(
        dict.fromkeys(say(code, "footer.left", contexts[code]) for code in subject.languages)
    )
    write(canvas.page, (box.left, y), organisation.strip(), size, color="#333333")
    if subject.options.get("review_number"):
        write(
            canvas.page,
            (box.left + box.width / 2, y),
            say(first, "footer.review", contexts[first]),
            size,
            ha="center",
            color="#333333",
        )
    right = say(first, "footer.right", contexts[first]).strip(" ·")
    write(canvas.page, (box.right, y), right, size, ha="right", color="#333333")


def list_notes(subject: Subject, drawing: Drawing, contexts: Mapping[str, Mapping]) -> list[str]:
    """Notes in reading order: source, standard, method, projection; remarks of the theme."""
    notes = []
    for code in subject.languages:
        context = contexts[code]
        notes += [
            say(code, key, context)
            for key, name in _NOTES
            if context.get(name) and name not in drawing.silent and not _is_stamped(name, context)
        ]
        notes += [remark[code] for remark in drawing.remarks]
        notes += list_remarks(subject.result, code)
    return notes


def list_remarks(result: Assessment, language: str) -> list[str]:
    """What readers should know of how the result was judged, a sentence each."""
    table = result.tables.get("remarks")
    texts = [] if table is None else table[f"text_{language}"].unique()
    return [text[:1].upper() + text[1:] for text in texts]


def name_rest(subject: Subject, names: Sequence[str]) -> tuple[Words, ...]:
    """The remark that names had no room on the map; none where all had."""
    if not names:
        return ()
    shown, more = names[:_MOST_UNNAMED], len(names) > _MOST_UNNAMED
    texts = {code: say(code, "word.and").join(shown) for code in subject.languages}
    key = "note.unnamed_more" if more else "note.unnamed"
    context = {"n_names": len(names)}
    return ({code: say(code, key, context | {"names": text}) for code, text in texts.items()},)


def _is_stamped(name: str, context: Mapping) -> bool:
    """A source that says no more than the stamp beside the title is not said twice."""
    return name == "data_source" and context[name] == context["data_note"]


def stamp_texts(subject: Subject) -> list[str]:
    """What the stamp says, such as that the values are a demonstration; empty for none."""
    provenance = subject.result.provenance
    texts = [str(provenance.get(f"data_note_{code}", "")) for code in subject.languages]
    return [text[:1].upper() + text[1:] for text in dict.fromkeys(texts) if text]


def _draw_framed(canvas: Canvas, texts: Sequence[str], color: str) -> None:
    box, size = canvas.layout.boxes["stamp"], canvas.layout.sizes["heading"]
    high = size * MM_PER_POINT
    n_lines = len(texts) if box.height > 1.9 * high else 1
    lines = list(texts) if n_lines > 1 else ["  ".join(texts)]
    wide = max(measure(line, size, "bold") for line in lines)
    size *= min(1.0, (box.width - 3.0) / wide)
    wide = min(wide + 3.4, box.width)
    spare = box.width - wide
    off_centre = abs(box.left + box.width / 2 - canvas.layout.page[0] / 2)
    left = box.left + (spare / 2 if off_centre < 1 else spare)
    tall = n_lines * high * 1.22 + 1.0
    draw_box(
        canvas.page,
        Box(left, box.top - tall, wide, tall),
        ec=color,
        fc="#FFFFFF",
        lw=1.0,
        zorder=13,
    )
    y = box.top - 0.5 - high * 0.98
    for line in lines:
        write(
            canvas.page, (left + wide / 2, y), line, size, weight="bold", ha="center", color=color
        )
        y -= high * 1.22


def _draw_logo(canvas: Canvas, path: Path) -> None:
    if not path.is_file():
        raise InputError(f"The logo {str(path)!r} does not exist: give the path of a PNG file.")
    pixels = images.imread(path)
    box = canvas.layout.boxes["logo"]
    high, wide = pixels.shape[:2]
    scale = min(box.width / wide, box.height / high)
    extent = (box.left, box.left + wide * scale, box.top - high * scale, box.top)
    limits = canvas.page.get_xlim(), canvas.page.get_ylim()
    canvas.page.imshow(pixels, extent=extent, aspect="auto", zorder=12)
    canvas.page.set_xlim(limits[0])
    canvas.page.set_ylim(limits[1])


def _beside(canvas: Canvas, subject: Subject, title: Box) -> float:
    """Width on one side of the title that stamp or logo take."""
    boxes = []
    if stamp_texts(subject):
        boxes.append(canvas.layout.boxes["stamp"])
    if subject.options.get("logo"):
        boxes.append(canvas.layout.boxes["logo"])
    widths = [box.width + 5 for box in boxes if box.bottom < title.top and title.bottom < box.top]
    return max(widths, default=0.0)

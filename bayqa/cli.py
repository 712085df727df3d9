"""The command line: parses words, shows progress, prints one-line errors; computes nothing.

Heavy imports are inside the commands, so that ``bayqa --help`` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bayqa import __version__
from bayqa.errors import BayqaError

__all__ = ["app", "main"]

app = typer.Typer(
    help="From bays, rivers and samples to grids, categories, shares, ratings and printed maps.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RegionPath = Annotated[Path, typer.Argument(help="Region file (TOML).")]
Bays = Annotated[list[str] | None, typer.Option("--bay", help="Only this bay_id; may be repeated.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def main() -> None:
    """Run the command line; one-line errors with exit code 2, the traceback with --debug."""
    try:
        app()
    except BayqaError as error:
        if "--debug" in sys.argv:
            raise
        typer.echo(f"bayqa: {error}", err=True)
        raise SystemExit(2) from None
    except OSError as error:
        # A folder that cannot be written, a full disc: mended by the user, not by us.
        if "--debug" in sys.argv:
            raise
        typer.echo(f"bayqa: {error}; free the place or choose another folder", err=True)
        raise SystemExit(2) from None


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Coastal water quality: land-aware fields, categories, shares, ratings, printed maps."""
    if version:
        typer.echo(f"bayqa {__version__}")
        raise typer.Exit


@app.command()
def run(  # noqa: PLR0913 - a command has as many arguments as it has options
    region: RegionPath,
    bay: Bays = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Worker processes; above 1 they need the extra `batch`.")
    ] = 1,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, tcp://host:port.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Keep bays that are done.")] = False,
    sheets: Annotated[bool, typer.Option(help="Print sheets, atlas, dossiers, page.")] = True,
    debug: Debug = False,
) -> None:
    """Compute every bay of a region and write grids, tables and sheets."""
    from bayqa.region import read_region, run_region

    checked = read_region(region)
    engine = {"jobs": jobs, "scheduler": scheduler, "resume": resume}
    try:
        with _progress() as progress:
            done = run_region(checked, bays=bay, sheets=sheets, progress=progress, **engine)
    except KeyboardInterrupt:
        typer.echo("bayqa: stopped; bays that are done are kept, --resume goes on", err=True)
        raise typer.Exit(130) from None
    _show(done.headline, "Headline")
    for outcome in done.outcomes:
        if outcome.traceback:
            typer.echo(outcome.traceback, err=True)
    for failure in [*done.doubts, *done.failures]:
        typer.echo(f"bayqa: {failure}", err=True)
    typer.echo(f"{done.summary} -> {done.folder}")
    if done.failures:
        raise typer.Exit(1)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="Region file, or any one table or vector file.")],
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what is doubtful.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder for the report, CSV and HTML.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Read everything, change nothing; print what would be used, refused, doubtful."""
    from bayqa.region import check_any, sum_up

    findings, summary, code = check_any(path, strict=strict, report=report)
    _show(sum_up(findings), "Findings, the gravest first")
    typer.echo(summary)
    if report is not None:
        typer.echo(f"every row of it -> {report}")
    raise typer.Exit(code)


@app.command()
def standards(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="A standard, or a path.")] = None,
    debug: Debug = False,
) -> None:
    """List the standards, or show one with its limits and evidence."""
    from bayqa.standards import describe_standard, list_standards, load_standard

    if name is None:
        _show(list_standards(), "Standards")
        return
    standard = load_standard(name)
    for key in ("id", "title_zh", "title_en", "source", "effective", "evidence", "rule"):
        typer.echo(f"{key}: {getattr(standard, key)}")
    _show(describe_standard(standard), standard.id)


@app.command()
def parameters(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="A parameter.")] = None,
    units: Annotated[
        bool, typer.Option("--units", help="List the units that are converted instead.")
    ] = False,
    debug: Debug = False,
) -> None:
    """List the parameters with unit and scale, or show one with its aliases and ranges."""
    from bayqa.parameters import find_parameter, load_parameters
    from bayqa.parameters.units import list_units

    rows = load_parameters()
    if units:
        typer.echo("\n".join(sorted(list_units())))
    elif name is None:
        table = [(p.id, p.name_zh, p.name_en, p.unit, p.scale, p.basis) for p in rows.values()]
        _table(("id", "zh", "en", "unit", "scale", "basis"), table, "Parameters")
    else:
        row = rows.get(find_parameter(name) or "") or _refuse_parameter(name, list(rows))
        for field, value in row._asdict().items():
            typer.echo(f"{field}: {value}")


def _refuse_parameter(name: str, known: list[str]):
    from difflib import get_close_matches

    from bayqa.errors import InputError

    near = get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ";"
    raise InputError(f"{name}: no such parameter{hint} `bayqa parameters` lists them")


@app.command()
def methods(debug: Debug = False) -> None:
    """List the interpolation methods."""
    from bayqa.fields.methods import METHODS

    rows = [(name, (m.__doc__ or "").strip().splitlines()[0]) for name, m in METHODS.items()]
    _table(("id", "what it does"), rows, "Methods")


def _progress():
    from bayqa.region.progress import progress_bar

    return progress_bar()


def _show(frame, title: str) -> None:
    if frame is not None and len(frame):
        rows = [[_word(v) for v in row] for row in frame.itertuples(index=False)]
        _table(tuple(map(str, frame.columns)), rows, title)


def _word(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.4g}"
    return "" if value is None else str(value).replace("<NA>", "")


def _table(head: tuple[str, ...], rows: list, title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, title=title, title_justify="left")
    for row in rows:
        # As text: markup would swallow words in square brackets, such as the section of a file.
        table.add_row(*(Text(str(value)) for value in row))
    # Piped output must not be cut at 80 columns.
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)


if __name__ == "__main__":
    main()

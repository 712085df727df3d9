"""Progress of a run behind the plain callback that the steps call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["progress_bar"]


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Callback (done, total, text) that tells on standard error how far the block is.

    A bar where a person looks on; a line for each finished part where the output goes to a log.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_writer()
        return
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def move(done: int, total: int, text: str) -> None:
            bar.update(task, completed=done, total=total, description=text)

        yield move


def _line_writer() -> Callable[[int, int, str], None]:
    last = [-1]

    def write(done: int, total: int, text: str) -> None:
        if done != last[0]:
            last[0] = done
            sys.stderr.write(f"{done}/{total} {text}\n")

    return write

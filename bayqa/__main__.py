"""``python -m bayqa`` is the command line."""

from bayqa.cli import main

__all__: list[str] = []

main()

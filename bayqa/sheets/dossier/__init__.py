"""The dossier of one bay: 4 to 8 pages for the people who answer for it."""

from __future__ import annotations

from bayqa.sheets.dossier.printing import print_dossier

__all__ = ["print_dossier"]

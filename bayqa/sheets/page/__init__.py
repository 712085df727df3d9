"""The offline page of a region: one HTML file with map, table and details, no network."""

from __future__ import annotations

from bayqa.sheets.page.document import draw_page, print_page

__all__ = ["draw_page", "print_page"]

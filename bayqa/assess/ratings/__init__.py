"""Ratings of sea areas, rivers, wells, sources and lakes."""

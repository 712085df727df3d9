"""Columns: what a heading means, and what a mapping says it means."""

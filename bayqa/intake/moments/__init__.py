"""Dates and times in every calendar."""

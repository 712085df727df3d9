"""Layouts of tables: long, wide, turned, by month; one row for each value comes out."""

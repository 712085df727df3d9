"""Room of bayqa."""

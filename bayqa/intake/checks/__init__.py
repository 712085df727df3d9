"""Quality flags of values, places and repeats."""

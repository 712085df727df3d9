"""The words of the field: texts, units, names and values as people write them."""

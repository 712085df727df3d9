"""Areas and shares of categories, with the intervals that the draws give."""

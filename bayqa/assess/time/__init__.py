"""Years against each other: streaks, changes, trends."""

"""Categories of stations and grids, how sure they are, and where the data do not say."""

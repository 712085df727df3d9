"""Why a bay is what it is: exceedances, limiting parameters, distances, alerts."""

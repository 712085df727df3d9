"""Stationary covariance: neighbours, the fit of one field, draws by embedding."""

"""The Matern field as a sparse system: mesh, factor, selected inverse."""

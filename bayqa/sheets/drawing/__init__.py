"""Drawing on paper: canvas, layout, view, shapes, type and pictures."""

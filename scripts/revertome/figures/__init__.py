"""Pictures: each `draw(table)` makes one figure from its source-data table alone."""

"""Reading tables, series matrices, SOFT files and annotations."""

"""Association: each patient's clinic and blood in one table, and what goes together."""

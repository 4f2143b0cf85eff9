"""The report and the manifest of a run."""

"""revertome: paired-trial transcriptomics as pure functions, tables in and tables out."""

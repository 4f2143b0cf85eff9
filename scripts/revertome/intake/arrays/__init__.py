"""Raw arrays: Affymetrix CEL files and Illumina BeadChips, to log2 expression."""

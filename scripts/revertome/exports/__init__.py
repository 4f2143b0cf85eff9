"""Results in the forms of other programs: GCT, CLS, RNK and a workbook."""

"""Words that mean missing."""

# What counts as missing in every sheet, in any case; said in config/README.md.
MISSING = {
    "", "na", "n/a", "nan", "null", "none", "--", ".", "<na>", "data not available",
    "not applicable", "#n/a", "#na", "#value!", "#div/0!", "#num!", "#ref!", "#name?", "#null!",
}  # fmt: skip

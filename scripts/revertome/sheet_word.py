"""Words of sheets and of study files, in which a number may be written in two ways."""


def sheet_word(value: object) -> str:
    """A value as the sample sheet writes it: 1.0 is 1."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

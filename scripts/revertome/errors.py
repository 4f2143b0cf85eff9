"""The one error that the user can correct."""


class StudyError(ValueError):
    """A study that cannot be run as configured.

    The message names the file, the column or row, what was found, what was
    expected and what to do, in one or two lines; it is shown without a traceback.
    """

"""The errors that the user can correct, and the warning that must not be missed."""


class StudyError(ValueError):
    """A study that cannot be run as configured.

    The message names the file, the column or row, what was found, what was
    expected and what to do, in one or two lines; it is shown without a traceback.
    """


class PassingError(StudyError):
    """A fault from outside the study that may be gone at the next attempt: network, disk."""


class Alarm(UserWarning):
    """A warning that results may be wrong: first in the report and last on the terminal.

    Other warnings say what was assumed or left out and stand at the end of the report.
    """

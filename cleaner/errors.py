"""What goes wrong with a run rather than one document: the message says where, and what to do."""


class UsageError(ValueError):
    """What was asked for cannot be done, and nothing was; the message says why, and what to do."""


class Unreadable(ValueError):
    """A file cannot be read, or no further; the message says why. What was read stands."""


class WrongColumns(Unreadable):
    """A file lacks a column that was asked for, or its text; or has one that is to be added."""


class Stopped(RuntimeError):
    """A run cannot go on, such as on a full disk; what is done is done."""

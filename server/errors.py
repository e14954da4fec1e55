"""What a person who starts Partsgraph can put right: told in one line, without a traceback."""


class OperatorError(Exception):
    """Something about the surroundings is wrong: a setting, a port, a directory, an older database.

    The message says what is wrong and the way out; the command line prints it after "partsgraph: " and exits with 1.
    """


class SettingsError(OperatorError):
    """One or more settings are invalid; `faults` holds one line each, naming the variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults

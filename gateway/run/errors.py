"""The error of a start that a person can correct.

Its message gives the reason and the solution. It is printed without a traceback.
"""


class StartError(Exception):
    pass

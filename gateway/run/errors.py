"""The one error of a start that a person can put right.

Its message says what is wrong and what to do; it is printed alone, without a traceback.
"""


class StartError(Exception):
    pass

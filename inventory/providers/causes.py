"""The exceptions that an exception wraps."""

from collections.abc import Iterator

LONGEST_CHAIN = 20  # exceptions that wrap each other


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """The exception itself and those that it wraps, each once.

    urllib3 and requests keep the wrapped exception in ``reason`` or in the arguments.
    """
    seen: list[BaseException] = []
    waiting = [error]
    while waiting and len(seen) < LONGEST_CHAIN:
        one = waiting.pop()
        yield one
        seen.append(one)
        wrapped = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        waiting += [
            each for each in wrapped if isinstance(each, BaseException) and each not in seen
        ]

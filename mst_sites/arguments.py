"""What the commands take from a command line."""

from argparse import ArgumentTypeError


def text(typed: str) -> str:
    """Take what was typed as text, for `type=` of each argument that is stored or looked for.

    :raises ArgumentTypeError: it holds bytes that are no UTF-8, which Python passes on in disguise.
    """
    try:
        typed.encode()
    except UnicodeEncodeError:
        raise ArgumentTypeError("this is no text in UTF-8.") from None
    return typed

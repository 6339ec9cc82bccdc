"""What kinds of notices an app sends, and what one of them says to one person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: code, Chinese title, and one sentence that tells when it comes.

    ``is_lasting`` kinds reach the inbox whatever is switched off: whoever must know of a failure cannot opt out.
    """

    code: str
    title: str
    note: str
    is_lasting: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient (the key of an account) is told on one occasion; ``url`` is a path of the portal."""

    recipient: int
    title: str
    text: str = ""
    url: str = ""

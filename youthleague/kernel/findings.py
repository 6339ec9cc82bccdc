"""What a rule or a reader has to object to: a code for programs, one sentence for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection; the three fields are those of Django's ``ValidationError``, so that a service can pass them on.

    ``message`` is a whole Chinese sentence with ``%(name)s`` places for ``params``. It never holds an identity number
    or a phone number.
    """

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def about(self, **params: object) -> "Finding":
        """Give the finding with its places filled; whatever is no number is written as text, so that JSON takes it."""
        plain = {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
        return Finding(self.code, self.message, plain)

    @property
    def sentence(self) -> str:
        """The message with its places filled."""
        return self.message % self.params if self.params else self.message

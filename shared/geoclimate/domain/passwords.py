"""What a password must be."""

from dataclasses import dataclass
from typing import Final

SYMBOLS: Final = frozenset("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`=+ ")
"""What counts as a symbol: docs.aws.amazon.com/cognito, "Password requirements". A space counts inside only."""

LONGEST_PASSWORD: Final = 256
"""Characters; what Cognito takes."""


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What the user pool asks of a password.

    Attributes:
        min_length: Fewest characters.
        lowercase: Whether it must have a lower-case letter of the Latin alphabet.
        uppercase: Whether it must have an upper-case letter of the Latin alphabet.
        digits: Whether it must have a digit.
        symbols: Whether it must have one of `SYMBOLS`.
    """

    min_length: int
    lowercase: bool
    uppercase: bool
    digits: bool
    symbols: bool

    def broken_rules(self, password: str) -> tuple[str, ...]:
        """What is missing from a password, a sentence each; nothing where it may be taken."""
        inside = password.strip()
        rules = (
            (len(password) < self.min_length, f"must have at least {self.min_length} characters"),
            (self.lowercase and not _has(password, "a", "z"), "must have a lower-case letter, a to z"),
            (self.uppercase and not _has(password, "A", "Z"), "must have an upper-case letter, A to Z"),
            (self.digits and not _has(password, "0", "9"), "must have a digit"),
            (self.symbols and not SYMBOLS & set(inside), "must have a symbol, such as - or !"),
            (password != inside, "must neither begin nor end with a space"),
        )
        return tuple(rule for broken, rule in rules if broken)


def _has(password: str, first: str, last: str) -> bool:
    return any(first <= character <= last for character in password)

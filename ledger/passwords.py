"""Passwords: hashed with Argon2id, and compared in the same time whether or not there is anything to compare with."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from cases.errors import InvalidInput

MINIMUM_CHARACTERS = 15
"""What NIST SP 800-63B-4 asks of a password that is the only factor."""

MAXIMUM_CHARACTERS = 256
"""Longer ones only make the server work."""

_HASHER = PasswordHasher()
"""With the parameters RFC 9106 recommends where memory is short: 64 MiB, three passes."""

STAND_IN = _HASHER.hash("compared with when there is no such person, so that the answer takes as long")


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InvalidInput for one that is too short or too long. It takes about 50 ms."""
    if not MINIMUM_CHARACTERS <= len(password) <= MAXIMUM_CHARACTERS:
        raise InvalidInput(
            "password",
            f"has {len(password)} characters.",
            f"Give {MINIMUM_CHARACTERS} to {MAXIMUM_CHARACTERS}: a few words that you can remember are good.",
        )
    return _HASHER.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; without a hash it is not, and saying so takes as long."""
    try:
        matches = _HASHER.verify(password_hash or STAND_IN, _normal(password[: MAXIMUM_CHARACTERS + 1]))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def _normal(password: str) -> str:
    """One form of letters that keyboards compose differently."""
    return unicodedata.normalize("NFKC", password)

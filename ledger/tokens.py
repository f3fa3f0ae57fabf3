"""Secrets that a browser holds and the ledger must recognise without holding them."""

import hashlib
import secrets

TOKEN_BYTES = 32
"""256 bits: nobody guesses one."""


def new_token() -> str:
    """A secret for one browser."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What the ledger keeps of it. A plain hash is enough, because the token is random."""
    return hashlib.sha256(token.encode()).hexdigest()

"""The audit sample: which cases that went out by themselves a person looks at afterwards."""

import hashlib

RESOLUTION = 2**64


def in_audit_sample(case_id: str, turn: int, rate: float) -> bool:
    """Draw a case with exactly the given probability, the same answer each time it is asked.

    The hash of the case stands in for chance, so that a replay draws the same and nobody can choose.
    """
    digest = hashlib.sha256(f"{case_id}#{turn}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < rate * RESOLUTION

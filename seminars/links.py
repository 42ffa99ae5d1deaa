"""Secret addresses: derived, not stored, so that the database alone opens nothing."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from flask import current_app


def calendar_token(person_id: int, generation: int) -> str:
    """The secret of a person's calendar feed; the prefix keeps it apart from every other kind of link."""
    message = f"calendar:{person_id}:{generation}".encode()
    digest = hmac.new(current_app.config["LINK_KEY"].encode(), message, hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """What is stored of a token, and looked up."""
    return hashlib.sha256(token.encode()).digest()

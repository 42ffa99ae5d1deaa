"""Personal links: every letter can derive one, the database alone cannot."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app

from surveys.models import Assignment


def token_for(assignment_id: int, generation: int) -> str:
    """The secret in the link of an assignment; raising the generation revokes the links sent before."""
    key = str(current_app.config["LINK_KEY"]).encode()
    digest = hmac.new(key, f"assignment:{assignment_id}:{generation}".encode(), sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def link_hash(token: str) -> bytes:
    """What is stored of a token and looked up."""
    return sha256(token.encode("utf-8", "replace")).digest()


def path_for(assignment: Assignment) -> str:
    """The page of an assignment on this site."""
    return f"/d/{token_for(assignment.id, assignment.generation)}"


def link_for(assignment: Assignment) -> str:
    """The whole address, as letters carry it."""
    return f"{current_app.config['BASE_URL']}{path_for(assignment)}"

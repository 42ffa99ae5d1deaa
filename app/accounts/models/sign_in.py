"""What slows guessing down."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class SignInAttempts(Model):
    """Attempts not yet followed by success, counted by what was tried and from where.

    The key is a hash: what people type into a sign-in form may be a password.
    """

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)

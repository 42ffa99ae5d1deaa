"""What `opora people rescue` does to the database: the way in for whoever has lost it, and has nobody to ask."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.errors import AccountAlreadyActive
from app.accounts.queries import find_account_by_login, lock_person
from app.accounts.services import make_slip, reset_second_factor
from app.cli.output import Refused
from app.db import transaction


@dataclass(frozen=True)
class Rescue:
    """A login, and a one-time code where the password cannot be restored by letter."""

    login: str
    code: str | None


def rescue(login: str, now: datetime) -> Rescue:
    """Take the second factor off and make a new slip; sessions end everywhere."""
    with transaction():
        account = find_account_by_login(login)
        if account is None:
            raise Refused(f"учётной записи «{login}» нет: нужен логин или адрес почты, как на странице входа")
        person = lock_person(account.person_id)
        reset_second_factor(person, actor=None)
        try:
            slip = make_slip(person, now, actor=None, for_new_password=True)
        except AccountAlreadyActive:
            return Rescue(login, None)
        return Rescue(slip.username, slip.code)

"""Letters about accounts, as they are rendered."""

import pytest

from app.accounts import queries, services
from app.clock import utcnow
from app.db import db, transaction
from app.mail import letters
from app.mail.rendering import render
from tests.accounts.conftest import Place
from tests.factories.mail import only_letter

pytestmark = pytest.mark.usefixtures("texts")


def rendered(place_person) -> str:
    letter = only_letter()
    with transaction():
        message = render(letter, letters.kind_of(letter.kind), place_person, now=utcnow())
    return message.get_body(("plain",)).get_content()


def test_an_invitation_carries_a_link_that_opens_and_voids_the_former(place: Place, client):
    with transaction():
        services.invite(place.teacher, utcnow())

    links = [next(w for w in rendered(place.teacher).split() if "/invitation/" in w) for _ in range(2)]

    paths = [link[link.index("/invitation/") :] for link in links]
    assert [client.get(path).status_code for path in paths] == [410, 200]


def test_an_invitation_accepted_meanwhile_is_not_sent(place: Place):
    with transaction():
        account = services.invite(place.teacher, utcnow())
    letter = only_letter()
    assert letters.kind_of("invitation").is_current(letter, utcnow())

    with transaction():
        services.set_password(queries.lock_account(account.id), "река за тихой школой", utcnow())

    db.session.expire_all()
    assert not letters.kind_of("invitation").is_current(letter, utcnow())

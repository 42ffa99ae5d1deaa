"""Bodies that are all there leave in one piece; those that are read as they are sent stay as they are."""

from flask import Response
from werkzeug.test import EnvironBuilder

from app.responses import WholeResponse


def body_of(response, method="GET"):
    return response.get_app_iter(EnvironBuilder(method=method).get_environ())


def test_a_whole_body_is_a_list_and_the_response_is_closed():
    closed = []
    response = WholeResponse(["при", "вет"])
    response.call_on_close(lambda: closed.append(True))
    assert body_of(response) == ["при".encode(), "вет".encode()]
    assert closed == [True]


def test_a_body_read_as_it_is_sent_is_not_read_before():
    read = []
    response = WholeResponse(read.append(part) or part for part in ("a", "b"))
    body = body_of(response)
    assert not isinstance(body, list)
    assert read == []
    assert b"".join(body) == b"ab"


def test_head_has_no_body():
    assert body_of(WholeResponse("page"), "HEAD") == []


def test_every_page_of_the_site_is_whole(app):
    with app.test_request_context():
        assert isinstance(app.make_response(Response("page")), WholeResponse)
    body = app.wsgi_app(EnvironBuilder("/livez").get_environ(), lambda status, headers: None)
    assert isinstance(body, list)

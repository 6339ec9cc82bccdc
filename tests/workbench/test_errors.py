"""Pages that say that something went wrong: Chinese, with a number, without a word about what is inside."""

import errno
import re
import sqlite3

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.utils import InterfaceError, OperationalError, load_backend
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from youthleague.workbench.middleware import DatabaseDownMiddleware
from youthleague.workbench.views import errors

pytestmark = pytest.mark.usefixtures("plain_static_files")
NUMBER = re.compile(r"编号 ([0-9A-F]{12})。")
WORDS = re.compile(r">[^<]*[A-Za-z]{3,}[^<]*<")


@pytest.fixture
def request_of():
    def build(user=None):
        request = RequestFactory().get("/somewhere/")
        request.user = user or AnonymousUser()
        return request

    return build


def lost_database():
    """Open a database where there is none, and give what Django raises."""
    settings_dict = {
        **connection.settings_dict,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "/nowhere/at/all",
        "OPTIONS": {},
    }
    lost = load_backend("django.db.backends.sqlite3").DatabaseWrapper(settings_dict, alias="lost")
    with pytest.raises(OperationalError) as caught:
        lost.ensure_connection()
    return caught.value


def answers(request):
    """Give every error page with the status that it should have."""
    return [
        (400, errors.bad_request(request, ValueError("secret"))),
        (403, errors.permission_denied(request, PermissionDenied("secret"))),
        (403, errors.csrf_failure(request, reason="secret")),
        (404, errors.page_not_found(request, Http404("secret"))),
        (429, errors.too_many(request)),
        (500, errors.server_error(request)),
        (503, errors.database_down(request)),
        (507, errors.storage_full(request)),
    ]


def test_every_page_is_chinese_with_a_number_and_keeps_the_reason_to_itself(request_of):
    for status, response in answers(request_of()):
        page = response.content.decode()
        assert response.status_code == status
        assert NUMBER.search(page), status
        assert "secret" not in page
        assert WORDS.findall(NUMBER.sub("", page.split("</title>")[1])) == [], status


@pytest.mark.django_db
def test_a_signed_in_person_keeps_the_navigation(secretary, signed_in):
    page = signed_in(secretary).get("/nowhere/").content.decode()
    assert "没有找到" in page
    assert "主导航" in page


def test_the_pages_that_may_not_ask_the_database_do_not(request_of):
    for view in (errors.server_error, errors.database_down, errors.storage_full, errors.csrf_failure):
        assert view(request_of()).status_code in {403, 500, 503, 507}


@pytest.mark.django_db
def test_a_form_without_a_token_is_answered_in_chinese(secretary):
    client = Client(enforce_csrf_checks=True)
    client.force_login(secretary, backend="orgs.backends.RoleBackend")
    response = client.post(reverse("sign-out"))
    assert (response.status_code, "页面已过期" in response.content.decode()) == (403, True)


@pytest.mark.django_db
def test_a_lost_database_is_answered_with_503(request_of):
    middleware = DatabaseDownMiddleware(errors.server_error)
    response = middleware.process_exception(request_of(), lost_database())
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "数据库没有回应" in response.content.decode()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_answered_with_507(request_of, number):
    middleware = DatabaseDownMiddleware(errors.server_error)
    assert middleware.process_exception(request_of(), OSError(number, "full")).status_code == 507
    assert middleware.process_exception(request_of(), OSError(errno.EACCES, "not ours")) is None


@pytest.mark.parametrize(("sqlite", "postgresql"), [(13, None), (None, "53100")])
def test_a_full_disk_of_the_database_is_answered_with_507(request_of, sqlite, postgresql):
    error = OperationalError("full")
    error.__cause__ = Exception()
    if sqlite:
        error.__cause__.sqlite_errorcode = sqlite
    error.__cause__.pgcode = postgresql
    response = DatabaseDownMiddleware(errors.server_error).process_exception(request_of(), error)
    assert response.status_code == 507
    assert "没有空间" in response.content.decode()


@pytest.mark.django_db
def test_a_database_lost_in_other_middleware_is_answered_with_503(request_of):
    try:
        raise lost_database()
    except OperationalError:
        assert errors.server_error(request_of()).status_code == 503


def test_other_mistakes_are_left_to_the_500_page(request_of):
    middleware = DatabaseDownMiddleware(errors.server_error)
    assert middleware.process_exception(request_of(), ValueError()) is None
    try:
        int("x")
    except ValueError:
        assert errors.server_error(request_of()).status_code == 500


@pytest.mark.django_db
def test_a_wrong_statement_is_not_a_lost_database():
    plain = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        plain.execute("SELECT * FROM nothing")
    plain.close()
    error = OperationalError()
    error.__cause__ = caught.value
    assert errors.is_database_down(error) is False
    assert errors.is_database_down(None) is False
    assert errors.is_database_down(InterfaceError()) is True


@pytest.mark.parametrize(("code", "down"), [(None, True), ("08006", True), ("57014", True), ("42P01", False)])
def test_postgresql_says_by_its_code_what_is_wrong(code, down):
    error = OperationalError()
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    assert errors.is_database_down(error) is down


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/vote/", "/verify/", "/lists/save/"])
def test_a_form_with_a_nul_in_it_is_refused_whatever_reads_it(signed_in, secretary, address):
    answer = signed_in(secretary).post(address, {"comment": "好\0", "name": "女\0书记", "code": "A\0"})
    assert answer.status_code == 400
    assert "平台没有处理" in answer.content.decode()

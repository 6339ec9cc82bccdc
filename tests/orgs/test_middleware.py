"""Sessions end in time, requests carry their scope, every response its headers."""

import io
import logging
import re
from datetime import date, timedelta

import pytest
import structlog
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from orgs.access import Scope
from orgs.middleware import LoopbackOnlyMiddleware, client_address, is_loopback
from tests.orgs.doors import clock, events, is_in, sign_in
from youthleague.protection.logs import PersonalDataFilter
from youthleague.urls import urlpatterns as portal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def crash(request):
    raise RuntimeError("990101199506150031")


def cached(request):
    return HttpResponse("x", headers={"Cache-Control": "public, max-age=60"})


def lose_database(request):
    raise OperationalError


urlpatterns = [*portal, path("crash/", crash), path("cached/", cached), path("lost/", lose_database)]
handler500 = "youthleague.workbench.views.errors.server_error"


@pytest.fixture
def monday():
    with clock() as now:
        yield now


@pytest.fixture
def visitor(client, secretary, monday):
    sign_in(client, secretary.username)
    return client


def test_half_an_hour_without_a_request_ends_the_session(visitor, secretary, monday):
    for _ in range(3):
        monday.shift(timedelta(minutes=28))
        assert is_in(visitor)
    monday.shift(timedelta(minutes=30))
    key = visitor.cookies["sid"].value
    response = visitor.get("/account/?a=1")
    assert response["Location"] == "/sign-in/?why=idle&next=%2Faccount%2F%3Fa%3D1"
    old = Client()
    old.cookies["sid"] = key
    assert not is_in(old)
    last = events("account.sign-out")[-1]
    assert last == ("account.sign-out", "done", f"orgs.User:{secretary.pk}", {"reason": "idle"})


def test_eight_hours_end_the_session_however_busy(visitor, monday):
    for _ in range(23):
        monday.shift(timedelta(minutes=20))
        assert is_in(visitor)
    monday.shift(timedelta(minutes=20))
    assert visitor.get("/account/")["Location"].startswith("/sign-in/?why=absolute")
    assert not is_in(visitor)


def test_a_form_that_comes_too_late_does_not_lead_back_to_an_act(visitor, monday):
    monday.shift(timedelta(minutes=31))
    assert visitor.post("/account/sessions/end/")["Location"] == "/sign-in/?why=idle"


def test_part_of_a_page_that_comes_too_late_takes_the_page_along(visitor, monday):
    monday.shift(timedelta(minutes=31))
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/search/"}
    assert visitor.get("/search/?q=a", headers=headers)["HX-Redirect"] == "/sign-in/?why=idle&next=%2Fsearch%2F"


def session_writes(context: CaptureQueriesContext) -> int:
    """Count statements that change the session table."""
    statements = [row["sql"] for row in context.captured_queries]
    return sum("django_session" in sql and not sql.startswith("SELECT") for sql in statements)


def test_reading_writes_the_session_once_a_minute(visitor, monday):
    with CaptureQueriesContext(connection) as seconds_later:
        for _ in range(3):
            monday.shift(timedelta(seconds=19))
            visitor.get("/account/")
    with CaptureQueriesContext(connection) as a_minute_later:
        monday.shift(timedelta(seconds=3))
        visitor.get("/account/")
    assert (session_writes(seconds_later), session_writes(a_minute_later)) == (0, 1)


def test_a_session_from_elsewhere_gets_its_clocks(client, secretary, monday):
    client.force_login(secretary)
    assert is_in(client)
    monday.shift(timedelta(minutes=31))
    assert not is_in(client)


def test_requests_carry_the_scope_of_the_day(visitor, district):
    scope = visitor.get("/account/").wsgi_request.scope
    assert isinstance(scope, Scope)
    assert scope.day == date(2026, 11, 23)
    assert scope.covers(district.village_a2.lineage)
    assert not scope.covers(district.village_b1.lineage)


def test_nobody_has_an_empty_scope(client, db):
    assert client.get("/sign-in/").wsgi_request.scope.grants == ()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", ""),
        (1, "9.9.9.9, 2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_our_own_proxies_have_seen(settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **extra)) == address


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("::1", True), ("", True), ("10.0.0.1", False), ("192.168.1.2", False), ("x", False)],
)
def test_this_machine_is_loopback_or_a_socket(address, own):
    assert is_loopback(address) is own


def test_a_demonstration_answers_this_machine_only(settings):
    settings.DEMO = True
    assert Client(REMOTE_ADDR="127.0.0.1").get("/healthz").status_code == 200
    response = Client(REMOTE_ADDR="192.168.1.20").get("/healthz")
    assert (response.status_code, response.content.decode()) == (403, "演示模式只供本机访问。")
    settings.DEMO = False
    with pytest.raises(MiddlewareNotUsed):
        LoopbackOnlyMiddleware(crash)


def test_log_lines_hold_path_and_trusted_address_but_no_query(visitor):
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        visitor.get("/search/?q=林致远", HTTP_X_FORWARDED_FOR="6.6.6.6")
    finished = [line for line in lines if line["event"] == "request_finished"]
    assert [(line["request"], line["ip"]) for line in finished] == [("GET /search/", "127.0.0.1")]
    assert "林致远" not in str(lines)


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def lacking(response: HttpResponse) -> list[str]:
    """Name the headers that a response lacks; downloads have a stricter policy of their own."""
    faults = [name for name, value in HEADERS.items() if response.get(name) != value]
    policy = {part.strip() for part in response.get("Content-Security-Policy", "").split(";")}
    if policy != POLICY and not {"sandbox", "default-src 'none'"} <= policy:
        faults.append("Content-Security-Policy")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy")
    return faults


def finish(response: HttpResponse) -> None:
    """Read a download to its end, which closes the file."""
    if response.streaming:
        list(response)


def addresses(patterns, prefix: str = "/") -> list[str]:
    """Write an address for every path of the URLconf, with 1 in every place."""
    found = []
    for pattern in patterns:
        text = re.sub(r"<[^>]+>", "1", str(pattern.pattern)) if pattern.pattern.converters else str(pattern.pattern)
        here = prefix + re.sub(r"[\^$]|\\Z|\(\?P.*?\)|\(|\)|\?", "", text)
        found += addresses(pattern.url_patterns, here) if hasattr(pattern, "url_patterns") else [here]
    return found


@pytest.mark.parametrize("who", ["nobody", "secretary", "keeper"])
def test_every_address_answers_with_all_headers(client, secretary, keeper, who):
    user = {"nobody": None, "secretary": secretary, "keeper": keeper}[who]
    client.raise_request_exception = False
    bare, statuses = {}, set()
    for address in addresses(portal):
        for method in ("get", "post", "put"):
            if user:
                client.force_login(user)
            response = getattr(client, method)(address)
            statuses.add(response.status_code)
            if lacking(response):
                bare[method, address] = lacking(response)
            if user and "no-store" not in response.get("Cache-Control", ""):
                bare[method, address] = ["Cache-Control"]
            finish(response)
    assert bare == {}
    assert {200, 302, 405} <= statuses


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (400, lambda client: client.get("/", headers={"Host": "evil.example"})),
        (403, lambda _client: Client(enforce_csrf_checks=True).post("/sign-in/")),
        (404, lambda client: client.get("/nichts/")),
        (404, lambda client: client.get("/static/nichts.css")),
        (405, lambda client: client.get("/sign-out/")),
        (301, lambda client: client.get("/sign-in")),
        (500, lambda client: client.get("/crash/")),
        (503, lambda client: client.get("/lost/")),
        (429, lambda client: [sign_in(client, "nemo", "falsch") for _ in range(6)][-1]),
    ],
)
def test_errors_leave_with_all_headers_too(client, db, status, ask):
    client.raise_request_exception = False
    response = ask(client)
    assert response.status_code == status
    assert lacking(response) == []


@pytest.mark.urls(__name__)
def test_a_crash_is_logged_without_what_it_was_about(visitor, monkeypatch):
    visitor.raise_request_exception = False
    [handler] = [one for one in logging.root.handlers if any(isinstance(f, PersonalDataFilter) for f in one.filters)]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    assert visitor.get("/crash/?q=19905731846").status_code == 500
    written = handler.stream.getvalue()
    assert written.count("request_failed") == 1
    assert "RuntimeError" in written
    assert "990101199506150031" not in written
    assert "19905731846" not in written


def test_the_locked_page_leaves_with_all_headers(secretary):
    for _ in range(5):
        response = sign_in(Client(), secretary.username, "falsch")
    assert response.status_code == 429
    assert lacking(response) == []
    assert "no-store" in response["Cache-Control"]


def test_static_files_leave_with_all_headers_and_may_be_kept(settings, tmp_path):
    (tmp_path / "page.css").write_text("p { color: black; }\n", encoding="ascii")
    settings.STATIC_ROOT = tmp_path
    response = Client().get("/static/page.css")
    assert (response.status_code, lacking(response)) == (200, [])
    assert "no-store" not in response["Cache-Control"]
    finish(response)


@pytest.mark.urls(__name__)
def test_no_page_of_ours_is_kept_by_a_cache(visitor):
    assert visitor.get("/cached/")["Cache-Control"] == "no-store, private"


def test_bad_hosts_over_https_leave_with_all_headers(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/", headers={"Host": "evil.example"})
    assert (response.status_code, lacking(response)) == (400, [])


def test_every_form_wants_its_token(keeper):
    guarded = Client(enforce_csrf_checks=True)
    back_office = (reverse("admin:login"), reverse("otp-verify"), "/sign-in/")
    for address in addresses(portal):
        guarded.force_login(keeper)
        response = guarded.post(address)
        assert response.status_code in {302, 403, 404, 405}, address
        if response.status_code == 302:
            # Closed before its forms are read.
            assert response["Location"].startswith(back_office), address


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-out/"])
def test_the_gate_wants_its_token_from_strangers_too(db, address):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address, {"username": "a", "password": "b"}).status_code == 403

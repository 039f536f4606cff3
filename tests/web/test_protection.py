"""What stands around every request: nobody speaks for somebody else, and no answer tells too much."""

import gzip

import pytest
from sqlalchemy import func, select

from collab import clock
from collab.app import create_app, make_context
from collab.blog.models import Post
from collab.config import Settings
from tests.cast import Client, World


@pytest.fixture
def database() -> str:
    """None of this is the database's work."""
    return "sqlite"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"data": {"title": "T", "body": "B"}}, 400),  # no token of the page
        ({"json": {"title": "T", "body": "B"}}, 415),
        ({"data": '{"title": "T"}', "content_type": "text/plain"}, 415),
        ({"data": {"title": "T"}, "headers": {"Origin": "https://evil.example"}}, 400),
        ({"data": {"title": "T"}, "headers": {"Origin": "null"}}, 400),
        ({"data": {"title": "T"}, "headers": {"Sec-Fetch-Site": "cross-site"}}, 400),
        ({"data": {"title": "T"}, "headers": {"Sec-Fetch-Site": "same-site"}}, 400),
    ],
    ids=["no token", "json", "plain text", "foreign origin", "no origin", "cross site", "sister site"],
)
@pytest.mark.parametrize("path", ["/blog/", "/login", "/logout", "/account/"])
def test_a_page_elsewhere_changes_nothing_here(
    world: World, path: str, how: dict[str, object], status: int
) -> None:
    client = world.as_("author")
    if "headers" in how:  # even with the token of the page
        how = {**how, "data": {"title": "T", "csrf_token": client.csrf()}}
    assert client.post(path, **how).status_code == status  # type: ignore[arg-type]
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(Post)) == 0
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_called_by_a_null_byte(world: World) -> None:
    for path in ("/people/%00", "/blog/a%00b", "/w/%00/", "/login/oidc/%00", "/api/v1/posts/%00"):
        assert world.as_("author").get(path).status_code == 404, path


@pytest.mark.parametrize("path", ["/api/v1/posts", "/api/v1/workspaces"])
def test_the_api_takes_no_cookie_for_a_change(world: World, path: str) -> None:
    answer = world.as_("author").post(path, json={"title": "T", "name": "N"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert world.as_("author").get("/api/v1/me").status_code == 200


def test_a_cookie_beside_a_wrong_token_does_not_count(world: World) -> None:
    answer = world.as_("author").get("/api/v1/me", headers={"Authorization": "Bearer collab_wrong"})
    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example"])
@pytest.mark.parametrize("path", ["/", "/login", "/blog/", "/api/v1/posts", "/healthz"])
def test_a_foreign_host_name_gets_nothing(world: World, host: str, path: str) -> None:
    answer = world.app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


def test_addresses_come_from_the_settings_and_not_from_the_request(world: World) -> None:
    world.post("Out", public_from=clock.now())
    feed = world.app.test_client().get("/blog/feed.atom", headers={"X-Forwarded-Host": "evil.example"})
    assert feed.status_code == 200
    assert "evil" not in feed.text
    assert world.context.settings.url in feed.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "/%0d%0aSet-Cookie:a=b", "http:evil.example", "/\n/evil.example", " //evil.example",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(world: World, address: str) -> None:
    signed_in = world.as_("author").get("/login", query_string={"next": address})
    switched = world.as_("author").send("/language", {"locale": "en", "next": address})
    for answer in (signed_in, switched):
        location = answer.headers["Location"]
        assert answer.status_code == 303
        assert location.startswith("/") and not location.startswith(("//", "/\\"))
        assert "\n" not in location
        assert "Set-Cookie:a" not in str(answer.headers).replace("%0d%0aSet-Cookie:a", "")


# Every answer, also the refusals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/nothing", 404),
        ("POST", "/healthz", 400),
        ("GET", "/account/", 303),
        ("GET", "/api/v1/me", 401),
        ("POST", "/login", 400),
        ("GET", "/api/v1/nothing", 404),
    ],
)
def test_headers_protect_every_answer(world: World, method: str, path: str, status: int) -> None:
    answer = world.app.test_client().open(path, method=method)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_a_fault_tells_nothing_of_itself(world: World) -> None:
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    view = world.app.view_functions["health.healthz"]

    def broken() -> str:
        raise ValueError("secret detail")

    broken.door = "anyone"  # type: ignore[attr-defined]
    world.app.view_functions["health.healthz"] = broken
    try:
        answer = world.app.test_client().get("/healthz")
    finally:
        world.app.view_functions["health.healthz"] = view
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_over_https_cookies_stay_on_this_host(world: World) -> None:
    settings = Settings(
        data_dir=world.context.data_dir, secret_key="tests", base_url="https://collab.example", demo=False
    )
    app = create_app(make_context(settings, world.context.read.kw["bind"]))
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    page = client.get("/login", base_url="https://collab.example")
    assert "max-age" in page.headers["Strict-Transport-Security"]
    for cookie in page.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert client.get("/login", base_url="https://127.0.0.1").status_code == 400


def test_error_pages_are_small_on_the_wire(world: World) -> None:
    plain = world.as_("member").get("/nowhere")
    packed = world.as_("member").get("/nowhere", headers={"Accept-Encoding": "gzip"})

    assert packed.status_code == plain.status_code == 404
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<h1>" in gzip.decompress(packed.data)
    assert len(packed.data) < len(plain.data) / 2

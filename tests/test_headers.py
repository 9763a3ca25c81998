"""Security headers on every answer, and limits on what may be sent."""

import pytest

HEADERS = ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
           "Cross-Origin-Opener-Policy", "X-Request-Id"]


def test_headers_stand_on_every_answer(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    paths = ["/", "/healthz", "/nowhere", "/staff", "/account/login", "/cart", "/local-return"]
    for path in paths:
        answer = client.get(path)
        for header in HEADERS:
            assert answer.headers.get(header), f"{path} ({answer.status_code}) lacks {header}"
    assert "unsafe" not in client.get("/").headers["Content-Security-Policy"]


def test_headers_stand_on_a_failure_and_nothing_of_it_is_shown(app, monkeypatch):
    def explode():
        raise RuntimeError("SELECT secret FROM inside")

    explode.access_rule = app.view_functions["public.health.healthz"].access_rule
    monkeypatch.setitem(app.view_functions, "public.health.healthz", explode)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    for header in HEADERS:
        assert answer.headers.get(header)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example"])
def test_a_forged_host_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_large_bodies_many_fields_and_nul_are_refused(client):
    assert client.post("/cart/lines", data={"way": "x" * 600_000}).status_code == 413
    assert client.post("/cart/lines", data={"way": "parcel\x00"}).status_code == 400
    assert client.get("/?q=" + "a" * 5000).status_code == 414


def test_the_language_is_kept_in_the_browser_only(client):
    answer = client.get("/language?lang=en&next=/goods%3Fsort%3Dnew")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/goods?sort=new"
    assert client.get_cookie("lang").value == "en"
    assert client.get("/language?lang=en", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("back", [
    "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/ok\r\nX: y",
])
def test_the_language_form_goes_back_to_own_paths_only(client, back):
    answer = client.get("/language", query_string={"lang": "en", "next": back})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"

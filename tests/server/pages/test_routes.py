"""Tests of the pages: what they show, who may see and change it, and that no name breaks them."""

import re

import pytest

from paretune.server.names import study_key
from server_client import Client

HTML = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
HOSTILE = "<script>alert('x')<-script> & \"quoted\" \u202e"


@pytest.fixture
def browser(service, client, tokens):  # noqa: ARG001 (starts the service)
    """A browser that has logged in with the token of a link."""
    found = Client(service)
    answer = found.get(f"/login?token={tokens['write']}", headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return found


def fill(client, name="nets", n=12):
    client.create(name)
    observations = [
        {"params": {"x": i / n, "k": 1 + i % 9}, "metrics": {"gain": i * (1 + i % 3), "cost": i / n, "cost_se": 0.01}}
        for i in range(n)
    ]
    failed = {"params": {"x": 0.99, "k": 1}, "reason": "crashed", "message": f"it {HOSTILE} failed"}
    client.json("POST", f"/api/studies/{study_key(name)}/trials", {"observations": [*observations, failed]})


def figure(text):
    return re.search('<figure class="card" id="front">.*?</figure>', text, re.DOTALL).group()


def test_link_opens_a_session_and_hides_its_token(service, tokens):
    client = Client(service)
    answer = client.get(f"/login?token={tokens['read']}", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert tokens["read"] not in cookie + answer.headers["location"]
    assert client.get("/").status_code == 200
    assert client.post("/logout", headers=FORM, follow_redirects=False).status_code == 303
    assert client.get("/").status_code == 401


def test_browser_without_a_session_is_asked_for_a_token(service, tokens):
    client = Client(service)
    answer = client.get("/studies/nets", headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Log in" in client.get("/login").text
    assert client.get("/login?token=pt_wrong").status_code == 401
    wrong = client.post("/login", content="token=pt_wrong", headers=FORM)
    assert (wrong.status_code, "unknown, revoked or expired" in wrong.text) == (401, True)
    other_site = {**FORM, "sec-fetch-site": "cross-site"}
    assert client.post("/login", content=f"token={tokens['read']}", headers=other_site).status_code == 403
    assert client.post("/login", content=f"token={tokens['read']}", headers=FORM).status_code == 200


def test_cookie_changes_nothing_for_a_page_of_another_site(browser, client):
    client.create()
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil"}, {}):
        answer = browser.post("/studies/nets/stop", headers=headers, follow_redirects=False)
        assert answer.status_code == 403
        assert browser.delete("/api/tokens/read", headers=headers).status_code == 403
    assert client.json("GET", "/api/studies/nets")["ended"] == ""


def test_study_page_shows_front_failures_and_trials(browser, client):
    fill(client)
    page = browser.get("/studies/nets", headers=HTML).text
    assert "13 trials have finished" in page
    assert page.count('class="efficient') >= 1
    assert page.count('class="failed"') == 1
    assert "crashed" in page
    assert "limit" in page
    live = browser.get("/studies/nets/live").text
    assert figure(live) == figure(page)


def test_analysis_adds_sentence_region_and_growth(browser, client):
    fill(client)
    assert browser.get("/studies/nets/analysis").status_code == 204
    page = browser.get("/studies/nets/live").text
    assert "Of 13 trials" in page
    assert 'class="region"' in page
    assert 'id="chart-growth"' in page
    assert "efficient with probability" in page
    client.json("POST", "/api/studies/nets/ask")
    client.tell(13, reason="crashed")
    assert "are those after 13 trials" in browser.get("/studies/nets/live").text


def test_random_search_of_the_same_space_is_shown_beside_a_study(browser, client):
    fill(client)
    client.create("random", searcher="random")
    for _ in range(4):
        trial = client.ask("random")
        client.tell(trial["number"], "random", metrics={"gain": 3, "cost": trial["params"]["x"] * 0.9})
    browser.get("/studies/nets/analysis")
    assert 'class="random-band"' in browser.get("/studies/nets/live").text


def test_running_trials_and_curves_are_shown(browser, client):
    client.create()
    client.ask()
    for step in (1, 2):
        body = {"step": step, "metrics": {"gain": 0.1 * step}}
        client.json("POST", "/api/studies/nets/trials/0/report", body)
    page = browser.get("/studies/nets/live").text
    assert "No trial has finished yet." in page
    assert "step 1: gain 0.1" in page
    assert 'id="chart-curves"' in page


def test_study_is_changed_by_forms(browser, client):
    client.create()

    def post(action, content=""):
        return browser.post(f"/studies/nets/{action}", content=content, headers=FORM, follow_redirects=False)

    assert post("stop").headers["location"] == "/studies/nets"
    assert client.json("GET", "/api/studies/nets")["ended"] == "paretune stop"
    post("go-on")
    assert post("change", "n_trials=9&limit-0=0.5&limit-1=0.25").status_code == 303
    info = client.json("GET", "/api/studies/nets")
    assert (info["ended"], info["n_trials"]) == ("", 9)
    assert (info["objectives"]["gain"]["at_least"], info["objectives"]["cost"]["at_most"]) == (0.5, 0.25)
    assert post("queue", 'params={"x":0.5,"k":3}').status_code == 303
    assert client.ask()["params"] == {"x": 0.5, "k": 3}


@pytest.mark.parametrize(
    ("action", "content", "message"),
    [
        ("change", "n_trials=many&limit-1=0.9", "whole number of at least 1"),
        ("change", "n_trials=&limit-1=", "can be moved, but not removed"),
        ("change", "n_trials=&limit-1=a", "must be a number"),
        ("queue", "params=[1]", "is a JSON object"),
        ("queue", 'params={"x":7,"k":3}', "x must be between 0 and 1"),
    ],
)
def test_wrong_form_is_explained_on_the_page(browser, client, action, content, message):
    client.create()
    answer = browser.post(f"/studies/nets/{action}", content=content, headers=FORM)
    assert (answer.status_code, message in answer.text) == (400, True)


def test_reader_sees_no_forms_and_changes_nothing(service, client, tokens):
    client.create()
    reader = Client(service)
    reader.get(f"/login?token={tokens['read']}")
    assert "Put it in the queue" not in reader.get("/studies/nets").text
    assert reader.post("/studies/nets/stop", headers=FORM).status_code == 403


def test_hostile_names_and_messages_are_only_text(browser, client):
    fill(client, HOSTILE)
    key = study_key(HOSTILE)
    browser.get(f"/studies/{key}/analysis")
    pages = ["/", f"/studies/{key}", f"/studies/{key}/live", f"/studies/{key}/report.html"]
    for path in pages:
        text = browser.get(path, headers=HTML).text
        assert "<script>alert" not in text, path
        assert "&lt;script&gt;alert" in text, path


def test_report_is_a_sandboxed_download(browser, client):
    fill(client)
    answer = browser.get("/studies/nets/report.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="nets-report.html"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert "<h1>nets</h1>" in answer.text


def test_two_to_eight_studies_are_compared(browser, client):
    fill(client)
    fill(client, "other")
    page = browser.get("/compare?study=nets&study=other", headers=HTML).text
    assert "nets against other" in page
    assert "probability of a larger hypervolume" in page
    alone = browser.get("/compare?study=nets", headers=HTML)
    assert (alone.status_code, "choose two to 8 studies" in alone.text) == (400, True)


def test_pages_without_trials_are_shown(browser, client, database):
    import optuna

    client.create()
    optuna.create_study(storage=f"sqlite:///{database}", study_name="foreign", directions=["minimize"])
    assert "No trial has finished yet." in browser.get("/studies/nets").text
    assert browser.get("/studies/nets/analysis").status_code == 204
    assert "has no trial yet" in browser.get("/studies/foreign").text
    assert browser.get("/studies/none", headers=HTML).status_code == 404


def test_pages_have_no_inline_script_or_style(browser, client):
    fill(client)
    for path in ("/", "/studies/nets", "/api", "/login"):
        text = browser.get(path, headers=HTML).text
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", text), path
        scripts = re.findall(r"<script[^>]*>", text)
        assert all("src=" in script or "application/json" in script for script in scripts), path


def test_api_page_describes_every_operation(browser, service):
    page = browser.get("/api", headers=HTML).text
    for path, operations in service.routes_app.openapi()["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page


def test_static_files_are_open_and_only_these(service):
    client = Client(service)
    assert client.get("/static/style.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/page.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg")
    for name in ("nothing.css", "..%2froutes.py", "%2e%2e/rendering.py"):
        assert client.get(f"/static/{name}").status_code == 404


def test_prefix_of_addresses_is_kept(make_service, tokens):
    with Client(make_service(base_path="/tune"), tokens["write"]) as client:
        answer = client.get(f"/tune/login?token={tokens['write']}", follow_redirects=False)
        assert (answer.headers["location"], "Path=/tune" in answer.headers["set-cookie"]) == ("/tune/", True)
        assert 'href="/tune/static/style.css"' in client.get("/tune/", headers=HTML).text
        assert client.get("/tune/api/studies").status_code == 200

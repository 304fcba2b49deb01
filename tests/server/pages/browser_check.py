# /// script
# requires-python = ">=3.11"
# dependencies = ["playwright==1.65.2", "axe-playwright-python==0.1.8"]
# ///
"""Look at the pages of a service with Chromium: widths, light and dark, axe, and the content security policy.

Arguments: the path of Chromium, and the link of the service. Without arguments it only makes its environment. It prints
what is wrong as a JSON list.
"""

import json
import sys
from urllib.request import Request, urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = {420: "light", 1100: "dark", 1920: "light"}
PATHS = ("/", "/new?workload=analytic", "/studies/nets", "/api")
STUDY = {
    "name": "nets",
    "searcher": "random",
    "space": {"rate": {"type": "float", "low": 0, "high": 1}, "width": {"type": "int", "low": 1, "high": 64}},
    "objectives": {"gain": {"goal": "maximize"}, "cost": {"goal": "minimize", "at_most": 0.9, "unit": "s"}},
}


def fill(base, token):
    """Make a study with trials, a failed one, and one that runs and reports."""

    def send(path, body):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = Request(f"{base}/api/studies{path}", json.dumps(body).encode(), headers)  # noqa: S310 (of the link)
        return urlopen(request, timeout=120).read()  # noqa: S310 (likewise)

    send("", STUDY)
    trials = [
        {"params": {"rate": i / 12, "width": 1 + 5 * i}, "metrics": {"gain": i * (1 + i % 3), "cost": i / 12}}
        for i in range(12)
    ]
    failed = {"params": {"rate": 0.99, "width": 2}, "reason": "crashed", "message": "it failed"}
    send("/nets/trials", {"observations": [*trials, failed]})
    send("/nets/ask", {})
    for step in (1, 2, 3):
        send("/nets/trials/13/report", {"step": step, "metrics": {"gain": step}})


def look(page, base, path, width):
    """What is wrong with a page."""
    page.goto(base + path)
    wrong = []
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("is wider than the window")
    found = Axe().run(page).response["violations"] if width < max(WIDTHS) else []
    wrong += [f"axe {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
    return [f"{path} at {width}: {each}" for each in wrong]


def use(page, base):
    """What does not work: a trial is chosen by its link, and its configuration is shown and copied."""
    page.goto(f"{base}/studies/nets")
    page.locator('a[data-trial="11"]').first.click()
    page.locator("#chosen dl .pair").first.wait_for()
    shown = page.locator("#chosen").inner_text()
    page.get_by_role("button", name="Copy as JSON").click()
    page.get_by_role("button", name="Copied").wait_for()
    return [] if "width" in shown and "56" in shown else [f"the chosen trial shows {shown[:200]}"]


def watch(page, wrong):
    """Note errors of scripts, and what the content security policy has refused."""
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None)


def main(chromium, link):
    base, _, token = link.partition("/login?token=")
    fill(base, token)
    wrong = []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, scheme in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.route("**/analysis", lambda route: route.abort())  # models, which take seconds
            watch(page, wrong)
            page.goto(link)
            for path in PATHS:
                wrong += look(page, base, path, width)
            wrong += use(page, base)
            context.close()
        browser.close()
    sys.stdout.write(json.dumps(wrong) + "\n")


if __name__ == "__main__" and len(sys.argv) > 1:
    main(*sys.argv[1:])

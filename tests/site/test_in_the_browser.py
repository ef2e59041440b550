"""The site in a real browser: nothing is fetched from elsewhere, and everybody can read it and find their way."""

from __future__ import annotations

import pytest

from tests.browser.notebook import eventually
from tests.budgets import ANSWER
from tests.chapters.paths import ROOT
from tests.site.pages import Page

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
AXE = ROOT / "docs" / "site" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SAMPLE = ["index.html", "chapters/08_correlation.html", "reference/costvolume.html", "glossary.html"]
SAMPLE += ["search.html?q=aperture", "commands/flowlab.html", "results.html"]


@pytest.fixture
def visit(browser, served):
    """Opens a page; gives it, and the list of all that was asked of other hosts, or failed, or was an error."""
    contexts = []

    def opened(path, *, viewport=DESK, theme="light", base=served):
        context = browser.new_context(viewport=viewport, color_scheme=theme)
        contexts.append(context)
        page, troubles = context.new_page(), []
        page.set_default_timeout(1000 * ANSWER)
        own = (base, "data:", "blob:")

        def failed(request):
            if request.failure != "net::ERR_ABORTED":  # what a page still asked for when the test went on to the next
                troubles.append(f"failed: {request.url} {request.failure}")

        def refuse(route):
            troubles.append(f"external: {route.request.url}")
            route.abort()

        context.route(lambda url: not url.startswith(own), refuse)
        page.on("console", lambda message: message.type == "error" and troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
        page.on("requestfailed", failed)
        page.goto(f"{base}/{path}")
        return page, troubles

    yield opened
    for context in contexts:
        context.close()


def test_no_page_asks_for_anything_elsewhere_or_is_wider_than_a_phone(visit, served, pages):
    page, troubles = visit("index.html", viewport=PHONE)
    wide = []
    for path in pages:
        page.goto(f"{served}/{path}")
        if "mathjax.js" in pages[path].path.read_text(encoding="utf-8"):
            page.wait_for_selector("mjx-container svg")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append(f"{path}: {width} px")
    assert len(pages) > 20
    assert troubles == []
    assert wide == []


def judged(page):
    """What axe-core finds wrong with a page, a line each."""
    page.add_script_tag(path=str(AXE))
    call = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
    found = page.evaluate(call, RULES)["violations"]
    lines = [f"{rule['id']} ({rule['impact']}): {node['html'][:160]}" for rule in found for node in rule["nodes"]]
    return lines, {rule["id"] for rule in found}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", SAMPLE)
def test_everybody_can_read_it(path, theme, visit):
    page, troubles = visit(path, theme=theme)
    if "search" in path:
        page.wait_for_selector("#search-results li")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(", "))) < 3 * 64) == (theme == "dark")
    assert judged(page)[0] == []
    assert troubles == []


def test_axe_finds_what_is_planted(visit):
    page, _ = visit("index.html")
    page.evaluate("""() => document.querySelector("article").insertAdjacentHTML("beforeend",
        "<p style='color:#aaa;background:#fff'>pale</p><img src='_static/mark.svg'><h5>deep</h5><a href='#'></a>")""")
    assert judged(page)[1] >= {"color-contrast", "image-alt", "heading-order", "link-name"}


def test_the_keyboard_reaches_search_and_the_chapters(visit):
    page, _ = visit("index.html")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.getAttribute('href')"))
    assert "q" in reached
    assert "chapters/00_start_here.html" in reached
    while "01_what_is_flow" not in str(reached[-1]):
        page.keyboard.press("Shift+Tab")  # back in the list of chapters
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
        assert len(reached) < 30, reached
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/01_what_is_flow.html")


def results(page):
    """Where the search's results lead, a line each."""
    return "\n".join(page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)"))


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [("aperture problem", "03_lucas"), ("光流", "glossary"), ("SpatialCorrelationSampler", "reference/costvolume")],
)
def test_search_finds(words, leads_to, visit):
    page, troubles = visit("index.html")
    page.locator("input[name=q]").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?*")
    eventually(page, lambda: leads_to in results(page), f"{words} is found in {leads_to}")
    assert troubles == []


def test_a_folder_on_the_disk_can_be_read_and_searched_without_a_server(visit, site):
    page, troubles = visit("chapters/03_lucas_kanade.html", base=site.as_uri())
    page.wait_for_selector("mjx-container svg")
    assert troubles == []
    page.goto(f"{site.as_uri()}/search.html?q=aperture")
    eventually(page, lambda: "03_lucas_kanade" in results(page), "it is found")


def test_formulas_can_be_heard(visit, site):
    path = "chapters/08_correlation.html"
    page, _ = visit(path)
    page.wait_for_selector("mjx-container svg")
    page.evaluate("MathJax.startup.promise.then(() => true)")
    written = sum("math" in (given.get("class") or "").split() for _, given in Page(site / path).tags)
    assert page.locator("mjx-container > svg").count() == written > 20
    assert page.locator("mjx-container > mjx-assistive-mml math").count() == written

"""A notebook in JupyterLab, opened, run and watched as a reader would."""

from __future__ import annotations

import time

from playwright.sync_api import ConsoleMessage, Locator, Page

from tests.browser.server import Server
from tests.budgets import ANSWER, HANG

OPEN_MS = 1000 * HANG
IDLE = "#jp-main-statusbar >> text=/\\| Idle/"
FOLDED = "folded"  # a cell whose source is folded shows no number
PROMPTS = """folded => [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
    const prompt = cell.querySelector('.jp-InputPrompt')?.textContent.trim() ?? '';
    return cell.querySelector('.jp-InputPlaceholder') ? folded : prompt})"""


class Watcher:
    """Everything on a page that a reader should never cause: errors, failed and foreign requests."""

    def __init__(self, page: Page, own: str) -> None:
        self.troubles: list[str] = []
        self._own = (own, own.replace("http://", "ws://"), "data:", "blob:", "about:")
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"uncaught: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url} {request.failure}"))
        page.on("websocket", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text[:300]}")

    def _request(self, request: object) -> None:
        if not request.url.startswith(self._own):
            self.troubles.append(f"external: {request.url}")


class Notebook:
    """One notebook, open in a tab of its own."""

    def __init__(self, page: Page, server: Server, name: str) -> None:
        self.page, self.watcher = page, Watcher(page, server.url)
        page.goto(f"{server.url}/lab/tree/{name}.ipynb?reset&token={server.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=OPEN_MS)
        page.wait_for_selector(IDLE, timeout=OPEN_MS)  # before it, Run All meets a "Select Kernel" dialog

    def run_all(self, *, code_cells: int, timeout: float) -> None:
        """Run every cell from the menu; wait until each has its number, but for the folded ones."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
        deadline = time.monotonic() + timeout
        wanted = {f"[{count}]:" for count in range(1, code_cells + 1)}
        last = f"[{code_cells}]:"
        while True:
            prompts = self.page.evaluate(PROMPTS, FOLDED)
            numbered = len(wanted & set(prompts)) + prompts.count(FOLDED)
            if last in prompts and numbered == code_cells and "[*]:" not in prompts:
                break
            if time.monotonic() > deadline:
                raise AssertionError(f"after {timeout:.0f} s the prompts are {prompts}; {self.errors()}")
            self.page.wait_for_timeout(100)
        assert not self.errors(), self.errors()

    def errors(self) -> list[str]:
        """The errors that stand under cells."""
        shown = self.page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]')
        return [text[:2000] for text in shown.all_inner_texts()]

    def all(self, selector: str) -> list[Locator]:
        """The elements inside the notebook's outputs that match."""
        return self.page.locator(f".jp-OutputArea {selector}").all()


def eventually(page: Page, question, what: str, *, seconds: float = ANSWER):
    """Ask until the answer is truthy and return it; fail by saying what did not come true."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
        page.wait_for_timeout(50)
    return answer

"""Hold the texts of chapters against the contract, without running them.

    python -m tests.chapters.lint            # all
    python -m tests.chapters.lint 03 04      # some

What needs saved outputs (the quiz's options, widgets, numbers in prose) is asked by tests/chapters/test_contract.py.
"""

from __future__ import annotations

import sys

from flowlab_course.build import chapter_number, read_text
from tests.chapters.lint import lint
from tests.chapters.paths import CHAPTERS

NEED_OUTPUTS = {"order", "quiz", "widgets", "number"}

texts = [
    t for t in sorted((CHAPTERS / "text").glob("*.py")) if chapter_number(t) in (sys.argv[1:] or chapter_number(t))
]
problems = [
    problem
    for text in texts
    for problem in lint(text.stem, read_text(text))
    if problem.rule not in NEED_OUTPUTS and not problem.message.startswith("the saved")
]
print("\n".join(map(str, problems)) or f"{len(texts)} texts keep the contract")
sys.exit(bool(problems))

"""The front page: docs/index.md, with the chapters, a figure and the doors to the rest filled in."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from docs.site import chapters

# What the reader asks before a chapter, and can answer after it.
QUESTIONS = {
    "00": "What moved between these two photographs, and by how much?",
    "01": "How do you write down where every pixel goes, and how do you look at it?",
    "02": "If you know the flow, can you get the second picture back from it? And how wrong is a flow that is wrong?",
    "03": "Can brightness alone say where a pixel went?",
    "04": "What does a place without texture do: ask its neighbours?",
    "05": "Nobody can measure the flow of a photograph. Where do a million right answers come from?",
    "06": "How do you show a network one pair hundreds of times, and never the same way twice?",
    "07": "Can a network that was told nothing about motion learn to see it?",
    "08": "What if the network could compare, rather than having to learn how?",
    "09": "What does a GPU do while it correlates, thread by thread?",
    "10": "Is a comparison worth building into a network?",
    "11": "What happens in those hours, and what do you do when it goes wrong?",
    "12": "Is it any good, and against what?",
    "13": "What can you do with it tomorrow, on your own pictures?",
    "14": "What did the field do next?",
}
FIGURE = ("00", "its flow in colours with arrows")  # the chapter, and words of the alt text
PICTURE = re.compile(r'<img src="data:image/(\w+);base64,([^"]+)" alt="([^"]*)"')
EXPLORER = """{.chapter-card}
**In your browser, nothing to install:** <a href="explorer/index.html">the displacement explorer and a FlowNet</a>, on
pictures of your own. They are worked on where you sit, and go nowhere."""
DOORS = """{.doors}
- [Take the course](<chapters/00_start_here.ipynb>)
  From two photographs to a FlowNet that you trained, in {count} notebooks.
- [Use it in your project](<install>)
  {recipes}"""
# The pages of the second door, in their order; one that is not there is left out.
PROJECT = {
    "install": "what to type, what it needs, and what is optional",
    "Recipes by task <recipes>": "from a task to the lines that do it",
    "training": "your pairs, your network, and weights to begin with",
    "not-learning": "how to see that a training stands still, why it does, and what ends it",
    "commands/flowlab": "every command with its options, defaults, examples and exit codes",
    "results": "the error and time of each method, on each data set",
    "reference/index": "every public name of the library, with its arguments",
}
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MINUTES = re.compile(r"\*\*Time\*\*: about (\d+) minutes")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS += ("eleven", "twelve", "thirteen", "fourteen", "fifteen")


def page(template: str, found: dict[str, Path], others: list[str], recipes: str, *, explorer: bool) -> str:
    """Return the front page as MyST Markdown.

    Args:
        template: docs/index.md, with the places to fill in braces.
        found: The chapters that stand, by their number.
        others: The names of the other pages.
        recipes: docs/recipes.md, whose headings are the tasks of the second door.
        explorer: Whether the site holds the browser page.

    Raises:
        ValueError: If a chapter has no question, or the figure is not where it was.
    """
    project = {name: says for name, says in PROJECT.items() if target(name) in others}
    beside = [name for name in others if name not in map(target, PROJECT)]
    filled = {
        "{doors}": DOORS.replace("{recipes}", tasks(recipes)),
        "{count}": NUMBERS[len(found)] if len(found) < len(NUMBERS) else str(len(found)),
        "{figure}": figure(found),
        "{explorer}": EXPLORER if explorer else "",
        "{chapters}": "\n".join(["{.chapters}", *map(line, found.values())]),
        "{project}": "\n".join(["{.chapters}", *map(entry, project, project.values())]),
        "{beside}": "\n".join(f"- [](<{name}>)" for name in beside),
    }
    for place, text in filled.items():
        template = template.replace(place, text)
    course = [f"chapters/{path.stem}" for path in found.values()]
    tables = {"The course": course, "Use it in your project": list(project), "Beside them": beside}
    return template + "".join(map(table, tables, tables.values()))


def target(entry: str) -> str:
    """Return the page of an entry of a table of contents, such as "Title <page>" or "page"."""
    return entry.rpartition("<")[2].rstrip(">")


def entry(name: str, says: str) -> str:
    """Return the line of a page of the second door."""
    title = name.partition(" <")[0] if "<" in name else ""
    return f"- [{title}](<{target(name)}>) [{says}]{{.question}}"


def tasks(recipes: str) -> str:
    r"""Return a link to each recipe.

    Example:
        >>> tasks("# Recipes\n## Flow of a video\n## Evaluate a method")
        '[Flow of a video](recipes.md#flow-of-a-video) · [Evaluate a method](recipes.md#evaluate-a-method)'
    """
    names = HEADING.findall(recipes)
    return " · ".join(f"[{name}](recipes.md#{name.lower().replace(' ', '-')})" for name in names)


def line(path: Path) -> str:
    """Return a chapter's line: its title, its question, its minutes."""
    notebook, number = nbformat.read(path, as_version=4), path.name[:2]
    if number not in QUESTIONS:
        raise ValueError(f"chapter {number} has no question for the front page; write one into QUESTIONS of {__file__}")
    minutes = next((found[1] for cell in notebook.cells if (found := MINUTES.search(cell.source))), None)
    time = f"[{minutes} min]{{.minutes}} " if minutes else ""
    return f"- [{chapters.title(notebook, path)}](chapters/{path.name}) {time}[{QUESTIONS[number]}]{{.question}}"


def figure(found: dict[str, Path]) -> str:
    """Return the figure of the front page, out of its chapter."""
    number, words = FIGURE
    outputs = [o for cell in nbformat.read(found[number], as_version=4).cells for o in cell.get("outputs", [])]
    for kind, data, alt in (match for o in outputs for match in PICTURE.findall(chapters.html_of(o))):
        if words in alt:
            return (
                f'<figure class="flowlab-figure"><img src="data:image/{kind};base64,{data}" alt="{alt}"/>'
                "<figcaption>A photograph, where each of its pixels goes until the next one, and the key to the "
                "colours. You make this picture in the first five minutes.</figcaption></figure>"
            )
    raise ValueError(f"chapter {number} has no figure with {words!r} in its alt text; choose another in {__file__}")


def table(caption: str, names: list[str]) -> str:
    """Return a table of contents for the sidebar."""
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""])

"""Sphinx's settings. __main__.py adds the paths of what it gathered."""

import re
from pathlib import Path

from docs.site import glossary, reference

ROOT = Path(__file__).resolve().parents[2]

project = "flowlab"
author = "The flowlab authors"
project_copyright = "the flowlab authors, MIT licence"
release = version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)[1]
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
]
exclude_patterns = ["notebooks"]  # for the reader to download; what is shown is in chapters/
default_role = "code"  # docstrings write `name`
add_function_parentheses = False
add_module_names = False
maximum_signature_line_length = 88
autodoc_member_order = "bysource"
autosummary_generate = False  # reference.py writes a page a room, and not a page a name
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Source"]
napoleon_use_rtype = False
napoleon_use_ivar = True

# What stands in chapters/ is what is shown: nothing runs.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # it would be fetched from elsewhere, and there is no kernel to move a widget
myst_enable_extensions = ["dollarmath", "attrs_block", "attrs_inline"]
myst_heading_anchors = 3

mathjax_path = "vendor/mathjax.js"
mathjax3_config = {
    "options": {"enableMenu": False, "enableAssistiveMml": True},  # the menu would fetch what is not here
    "svg": {"fontCache": "local"},
}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_title = "flowlab"
templates_path = ["templates"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_favicon = "static/mark.svg"
html_use_index = False  # the search finds names, and what is said of them
html_copy_source = False
html_show_sourcelink = False
html_permalinks_icon = "#"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b5cad",
        "color-brand-content": "#0b5cad",
        "color-brand-visited": "#6b3fa0",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc0ff",
        "color-brand-content": "#7cc0ff",
        "color-brand-visited": "#c9a8f5",
    },
}


def setup(app):
    """Write signatures as the source has them, with its short names of shapes; say which terms are Chinese."""
    app.connect("autodoc-process-signature", reference.signature_as_written)
    app.connect("autodoc-skip-member", reference.skip)
    app.connect("doctree-read", reference.lead_where_it_says)
    app.connect("doctree-read", glossary.say_the_language)

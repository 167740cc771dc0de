"""Sphinx settings of the manual. Build it with ``sphinx-build -W docs docs/_build``."""

from importlib.metadata import version as version_of

project = "forgegen"
author = "forgegen contributors"
project_copyright = author
release = version = version_of("forgegen")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_llms_txt",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = "forgegen"
html_baseurl = "https://forgegen.github.io/forgegen/"

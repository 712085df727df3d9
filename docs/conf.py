"""Sphinx settings; `make docs` builds the pages into docs/_build/html."""

from bayqa import __version__

project = "bayqa"
author = "The bayqa developers"
release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "pydata_sphinx_theme"
myst_heading_anchors = 3
nb_execution_mode = "off"
exclude_patterns = ["_build"]

"""Sphinx's settings for the site, and what it does beside them."""

from typing import Any

from sphinx.pycode import ModuleAnalyzer
from website.npm import package

import session_lib

project = "Sessions"
html_title = "Sessions: give an agent a memory"
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]

# Notebooks and texts
nb_execution_mode = "off"
nb_code_prompt_show = nb_code_prompt_hide = "The solution, run and checked"
myst_heading_anchors = 4

# The reference. A `name` becomes a link where it is documented, and looks like code elsewhere. What
# claims to be a public name has to be one.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!session_lib\.\w+$).*")]

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "auto"}  # light or dark, as the system is
html_theme_options = {
    "footer_content_items": [],
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the search is above the contents
    "show_toc_level": 2,
    "use_download_button": False,  # the notebook alone is of no use: the kit has it
    "use_fullscreen_button": False,
}
html_static_path = [
    "static",
    "../drawings.js",
    str(package("mermaid") / "dist" / "mermaid.min.js"),  # drawings.js loads it
]
html_css_files = ["pages.css"]
html_js_files = ["drawings.js"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False


def setup(app: Any) -> None:
    """Have a say where Sphinx asks for it."""
    app.connect("autodoc-process-docstring", words_on_a_value)
    app.connect("missing-reference", public_name)
    app.connect("html-page-context", name_folds)


def words_on_a_value(
    app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]
) -> None:
    """Describe a value by the text below it, in the module where it is. It has no docstring."""
    if what == "data":
        short = name.rpartition(".")[2]
        module = ModuleAnalyzer.for_module(f"session_lib.{session_lib._MODULES[short]}")
        lines[:] = module.find_attr_docs()["", short]


def public_name(app: Any, environment: Any, node: Any, words: Any) -> Any:
    """Return a link to ``session_lib.Name`` for what Python calls ``session_lib.module.Name``."""
    name = node.get("reftarget", "").rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in session_lib.__all__:
        return None
    domain = environment.get_domain("py")
    return domain.resolve_xref(
        environment, node["refdoc"], app.builder, "obj", f"session_lib.{name}", node, words
    )


def name_folds(app: Any, page: str, template: str, context: Any, doctree: Any) -> None:
    """Let a folded solution be called what is seen, and not "Toggle hidden content"."""
    if "body" in context:
        label = ' aria-label="Toggle hidden content"'
        context["body"] = context["body"].replace(f"<summary{label}>", "<summary>")

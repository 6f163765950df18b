"""What is wrong with what JupyterLab shows of ours: sizes, colours, and what axe-core finds."""

from typing import TYPE_CHECKING

from website.npm import package

from tests.helpers.jupyterlab import PANEL

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SIZES = """(panel) => {
  const faults = [];
  const say = (fault, element) => faults.push(`${fault}: ${element.outerHTML.slice(0, 300)}`);
  const all = (selector) => document.querySelectorAll(`${panel} :is(${selector})`);
  for (const element of all(".jp-OutputArea-output, .jp-MarkdownOutput, table, img, summary, " +
                            ".session-transcript > [role], .session-live-view > section")) {
    const { width, height } = element.getBoundingClientRect();
    if (width < 10 || height < 10) say("has no size", element);
  }
  for (const element of all("img")) {
    if (!element.complete || !element.naturalWidth) say("is not drawn", element);
    else if (element.getBoundingClientRect().height < 50) say("is too small", element);
    if (!element.closest("figure")?.textContent.trim() && !element.alt) say("has no name", element);
  }
  for (const element of all(".jp-OutputArea-output, .jp-MarkdownOutput, table")) {
    if (element.scrollWidth > element.clientWidth + 1) say("is cut", element);
  }
  for (const element of all("details")) {
    if (element.open || element.querySelector("pre").checkVisibility()) say("is open", element);
  }
  for (const element of all(".jp-mod-error, .jp-RenderedMermaid.jp-mod-warning")) {
    say("is an error", element);
  }
  return faults;
}"""

# Ours is what is in the outputs and in the texts; the rest is JupyterLab's.
_AXE = """async (panel) => {
  const include = [`${panel} .jp-OutputArea-output`, `${panel} .jp-MarkdownOutput`]
    .filter(ours => document.querySelector(ours));
  const { violations } = await axe.run({ include }, { resultTypes: ["violations"] });
  return violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => [fault.id, ...fault.nodes.map(node => node.html + " " + node.failureSummary)]);
}"""

_CUT_TEXT = """(panel) => [...document.querySelectorAll(`${panel} .jp-MarkdownOutput`)]
  .filter(text => text.scrollWidth > text.clientWidth + 1)
  .map(text => text.textContent.slice(0, 200))"""


def misshapen(page: "Page") -> list[str]:
    """Return what has no size, is cut, is not drawn, or is not folded in the open notebook."""
    faults: list[str] = page.evaluate(_SIZES, PANEL)
    return faults


def cut_texts(page: "Page") -> list[str]:
    """Return the texts that do not fit into the width that they have."""
    texts: list[str] = page.evaluate(_CUT_TEXT, PANEL)
    return texts


def serious_faults(page: "Page") -> list[list[str]]:
    """Return what axe-core finds serious in the texts and the outputs of the open notebook."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=str(package("axe-core") / "axe.min.js"))
    faults: list[list[str]] = page.evaluate(_AXE, PANEL)
    return faults

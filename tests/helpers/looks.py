"""What is wrong with what JupyterLab shows of ours: sizes, colours, and what axe-core finds."""

from pathlib import Path
from typing import TYPE_CHECKING

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
    // JupyterLab (4.6) gives a plot no name. The sentence above it says what it shows.
    const isNamed = element.alt || element.closest("figure")?.textContent.trim();
    if (!isNamed && !element.closest(".jp-RenderedImage")) say("has no name", element);
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

# Ours is what is in the outputs and in the texts; the rest is JupyterLab's, as is a plot's name.
_AXE = """async (panel) => {
  const include = [".jp-OutputArea-output:not(.jp-RenderedImage)", ".jp-MarkdownOutput"]
    .map(ours => `${panel} ${ours}`)
    .filter(ours => document.querySelector(ours));
  const { violations } = await axe.run({ include }, { resultTypes: ["violations"] });
  return violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => [fault.id, ...fault.nodes.map(node => node.html + " " + node.failureSummary)]);
}"""

_CUT_TEXT = """(panel) => {
  const cut = (element) => element.scrollWidth > element.clientWidth + 1;
  const all = (selector) => [...document.querySelectorAll(`${panel} :is(${selector})`)];
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  return [
    ...all("p, li, h1, h2, h3, h4, summary, .session-transcript > [role]").filter(cut),
    ...all(".jp-MarkdownOutput, .jp-OutputArea-output").filter(one => cut(one) && !scrolls(one)),
  ].map(element => element.textContent.slice(0, 300));
}"""

# A drawing is a picture in the page. Here it is put into the page, where its colours are known.
_FAINT = r"""(panel) => {
  const parts = (colour) => {
    const numbers = (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return [...numbers, 1].slice(0, 4);
  };
  const over = (front, back) =>
    front.slice(0, 3).map((value, index) => value * front[3] + back[index] * (1 - front[3]));
  const luminance = (colour) => colour
    .map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const notebook = document.querySelector(`${panel} .jp-Notebook`);
  const [red, green, blue, opacity] = parts(getComputedStyle(notebook).backgroundColor);
  if (opacity !== 1) return ["the page has no colour"];
  const page = [red, green, blue];
  const faults = [];
  for (const image of document.querySelectorAll(`${panel} .jp-RenderedMermaid img`)) {
    const source = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
    const drawing = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
    const frame = document.createElement("div");
    frame.style.cssText = "position: absolute; top: 0; left: 0; width: 800px";
    frame.append(document.importNode(drawing, true));
    document.body.append(frame);
    const painted = [];
    for (const element of frame.querySelectorAll("svg *")) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const inMarker = element.closest("marker");
      const isUsed = inMarker && [...frame.querySelectorAll("[marker-end], [marker-start]")]
        .some(line => line.outerHTML.includes(`#${inMarker.id})`));
      if (element.closest("style") || !(box.width || box.height || isUsed)) continue;
      const say = (what, ratio) =>
        faults.push(`${image.alt}: ${what} ${element.textContent.trim()} ${ratio.toFixed(1)}`);
      if (element.matches("rect, path, line, circle, ellipse, polygon")) {
        const fill = style.fill === "none" ? [0, 0, 0, 0] : parts(style.fill);
        const stroke = style.stroke === "none" ? [0, 0, 0, 0] : parts(style.stroke);
        const seen = Math.max(...[fill, stroke].map(part => contrast(over(part, page), page)));
        const isDrawn = (fill[3] || stroke[3]) && !element.closest(".edgeLabel, .labelBkg");
        if (isDrawn && seen < 3) say(`${element.tagName}.${element.getAttribute("class")}`, seen);
        if (fill[3] && !inMarker) painted.push([box, fill]);
      } else if (element.namespaceURI.endsWith("xhtml")) {
        const back = parts(style.backgroundColor);
        if (back[3]) painted.push([box, back]);
      }
      const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
      if (words && !element.matches("title, desc")) {
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const back = painted
          .filter(([one]) => one.left <= x && x <= one.right && one.top <= y && y <= one.bottom)
          .reduce((below, [, colour]) => over(colour, below), page);
        const svg = element.namespaceURI.endsWith("svg");
        const ratio = contrast(over(parts(svg ? style.fill : style.color), back), back);
        if (ratio < 3) say("text", ratio);
      }
    }
    frame.remove();
  }
  return faults;
}"""


def misshapen(page: "Page") -> list[str]:
    """Return what has no size, is cut, is not drawn, or is not folded in the open notebook."""
    faults: list[str] = page.evaluate(_SIZES, PANEL)
    return faults


def cut_texts(page: "Page") -> list[str]:
    """Return the texts that do not fit into the width that they have."""
    texts: list[str] = page.evaluate(_CUT_TEXT, PANEL)
    return texts


def serious_faults(page: "Page", axe: Path) -> list[list[str]]:
    """Return what axe-core finds serious in the texts and the outputs of the open notebook."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=axe)
    faults: list[list[str]] = page.evaluate(_AXE, PANEL)
    return faults


def faint_drawings(page: "Page") -> list[str]:
    """Return what is hard to see in the drawings: the lines and the texts below 3:1."""
    faults: list[str] = page.evaluate(_FAINT, PANEL)
    return faults

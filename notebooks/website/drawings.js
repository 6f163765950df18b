// Draws what stands in <pre class="mermaid">, in the colours of the page, and anew when they change.
// mermaid.min.js lies beside this file. It is loaded only where there is something to draw.

(() => {
  const mermaidBeside = new URL("mermaid.min.js", document.currentScript.src).href;

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function draw(drawings) {
    const dark = document.documentElement.dataset.theme === "dark";
    mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "default" });
    for (const [index, { figure, source }] of drawings.entries()) {
      // Drawn apart from its place, which may be hidden and then has no size.
      figure.innerHTML = (await mermaid.render(`drawing-${index}`, source)).svg;
    }
  }

  document.addEventListener("DOMContentLoaded", async () => {
    const texts = [...document.querySelectorAll("pre.mermaid")];
    if (texts.length === 0) return;
    await load(mermaidBeside);
    const drawings = texts.map((text) => {
      const figure = document.createElement("figure");
      figure.className = "drawing";
      text.replaceWith(figure);
      return { figure, source: text.textContent };
    });
    await draw(drawings);
    new MutationObserver(() => draw(drawings)).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  });
})();

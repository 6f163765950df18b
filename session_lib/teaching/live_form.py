"""What JupyterLab shows of a `LiveView`: its columns, and a form to type into."""

import anywidget
import traitlets

STYLE = """<style>
.session-live-view {display: grid; gap: 8px;
 grid-template-columns: repeat(auto-fit, minmax(15em, 1fr))}
.session-live-view > section {border: 1px solid var(--jp-border-color2, rgba(128, 128, 128, .4));
 border-radius: 6px; padding: 6px}
.session-live-view > section > div {display: flex; flex-direction: column-reverse;
 max-height: 24em; overflow-y: auto}
.session-live-view.unused > :nth-child(2), .session-live-view.unused > :nth-child(2) [role] > div {
 border: 1px dashed var(--jp-ui-font-color2, rgba(128, 128, 128, .8)); background: none}
</style>"""
"""How the columns look. Each shows its end, as a chat does, and can be scrolled back."""


class LiveForm(anywidget.AnyWidget):
    """What JupyterLab shows: the columns, a field for a message and the switch."""

    html = traitlets.Unicode().tag(sync=True)
    use_session = traitlets.Bool(True).tag(sync=True)

    # What is typed goes to Python in one piece, together with the switch.
    _esm = """
export default {
  render({ model, el }) {
    el.innerHTML = `<div></div><form class="session-live-form">
      <input type="text" aria-label="Your message" autocomplete="off"><button>Send</button>
      <label><input type="checkbox"> The agent has a session</label></form>`;
    const [columns, form] = el.children;
    const [text, , label] = form.children;
    const box = label.firstElementChild;
    let patience;
    const draw = () => {
      clearTimeout(patience);
      text.placeholder = "Type a message, and press Enter";
      columns.innerHTML = model.get("html");
      box.checked = model.get("use_session");
    };
    model.on("change:html", draw);
    model.on("change:use_session", draw);
    draw();
    box.addEventListener("change", () => model.send({ use_session: box.checked }));
    // In a cell, JupyterLab (4.6) keeps a browser from submitting a form on Enter.
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    const giveUp = () => {
      text.placeholder = "The kernel was restarted: run the cell again";
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      clearTimeout(patience);
      try {
        model.send({ message: text.value, use_session: box.checked });
        patience = setTimeout(giveUp, 5000); // a message is drawn at once, if somebody gets it
      } catch {
        giveUp();
      }
      text.value = "";
      text.focus();
    });
  },
};
"""
    _css = """
.session-live-form {display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 8px}
.session-live-form > input {flex: 1 1 15em}
.session-live-form input, .session-live-form button {font: inherit; padding: 4px 8px;
 color: var(--jp-ui-font-color1); background: var(--jp-layout-color1);
 border: 1px solid var(--jp-ui-font-color2, currentcolor); border-radius: 4px}
.session-live-form input::placeholder {color: var(--jp-ui-font-color2, currentcolor); opacity: 1}
"""

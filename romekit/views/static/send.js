// The Send button. A click says how often each control has been changed on this page: the newest value of one may still
// be held back here (send_button.py says why), and what is sent is to be what was seen.

const REFERENCE = "IPY_MODEL_";

function render({ model, el }) {
  const button = make("button", "jupyter-widgets jupyter-button widget-button mod-primary");
  button.type = "button";
  const gone = make("div", "rk-gone");
  gone.setAttribute("role", "alert");
  el.append(button, gone);

  function show() {
    button.textContent = model.get("description");
    button.title = model.get("tooltip");
    button.disabled = model.get("disabled");
  }

  async function editsOf(reference) {
    const id = reference.slice(REFERENCE.length);
    try {
      const control = await model.widget_manager.get_model(id);
      return [id, control.get("edits")];
    } catch {
      return [id, 0]; // it has just been replaced: the kernel knows
    }
  }

  button.addEventListener("click", async () => {
    const edits = await Promise.all(model.get("controls").map(editsOf));
    tell(model, { edits: Object.fromEntries(edits) }, (words) => {
      gone.textContent = words;
    });
  });
  const shown = ["change:description", "change:tooltip", "change:disabled"];
  for (const event of shown) model.on(event, show);
  show();
  return () => {
    for (const event of shown) model.off(event, show);
  };
}

export default { render };

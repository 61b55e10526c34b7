// A place to paste a curl command. What is pasted is sent once and is no part of the widget's state: it may hold a token.

function render({ model, el }) {
  const id = newId();
  const box = make("details", "rk-paste");
  box.dataset.lmSuppressShortcuts = "true";
  const label = make("label", "rk-legend", "A curl command that sends a command to a device");
  label.htmlFor = id;
  const text = make("textarea", "rk-input rk-code");
  text.id = id;
  text.rows = 4;
  text.spellcheck = false;
  text.autocomplete = "off";
  text.setAttribute("aria-describedby", `${id}-help`);
  const help = make("div", "rk-help", "The fields are filled from it. Nothing is sent, and a token in it is not kept.");
  help.id = `${id}-help`;
  const button = make("button", "rk-button", "Fill in the form");
  button.type = "button";
  const said = make("div", "rk-said");
  said.setAttribute("role", "status");
  box.append(make("summary", "", "Fill in from a curl command"), label, text, help, button, said);
  el.append(box);

  function showSaid() {
    said.textContent = model.get("message");
    said.classList.toggle("rk-wrong-words", model.get("refused"));
  }

  function refuse(words) {
    said.textContent = words;
    said.classList.add("rk-wrong-words");
  }

  function answered(message) {
    text.value = message.text ?? "";
  }

  button.addEventListener("click", () => tell(model, { curl: text.value }, refuse));
  model.on("change:message", showSaid);
  model.on("change:refused", showSaid);
  model.on("msg:custom", answered);
  showSaid();
  return () => {
    model.off("change:message", showSaid);
    model.off("change:refused", showSaid);
    model.off("msg:custom", answered);
  };
}

export default { render };

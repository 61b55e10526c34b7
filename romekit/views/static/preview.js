// The request of a form in several languages: a choice of them, the text, and a button that copies it.

function render({ model, el }) {
  const name = newId();
  const box = make("div", "rk-shown");
  box.dataset.lmSuppressShortcuts = "true";
  const ways = make("fieldset", "rk-ways");
  const text = make("pre", "rk-request rk-code");
  text.tabIndex = 0; // so that a keyboard can scroll and select it
  text.dataset.lmSuppressShortcuts = "true";
  text.setAttribute("role", "group");
  const [button, said] = copyButton(text, "rk-button", "Copy the request");
  const note = make("div", "rk-help");
  const line = make("div", "rk-line");
  const terminal = make("button", "rk-button", "Copy for a terminal");
  terminal.type = "button";
  terminal.title = "Copy the command together with a line that takes an access token; it works once";
  line.append(button, terminal, said);
  box.append(ways, text, line, note);
  el.append(box);

  function showText() {
    const chosen = model.get("chosen");
    const [, words, why] = model.get("snippets").find((each) => each[0] === chosen) ?? ["", "", ""];
    const problem = model.get("problem");
    text.textContent = problem || words;
    text.setAttribute("aria-label", problem ? "No request yet" : `The request as ${chosen}`);
    button.disabled = Boolean(problem);
    note.textContent = problem ? "" : chosen === "curl" ? `${why} ${model.get("note")}`.trim() : why;
    terminal.hidden = chosen !== "curl" || !model.get("terminal");
    terminal.disabled = Boolean(problem);
    said.textContent = "";
  }

  function choice([word]) {
    const label = make("label", "rk-way");
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.value = word;
    input.checked = word === model.get("chosen");
    input.addEventListener("change", () => {
      model.set("chosen", word);
      model.save_changes();
    });
    label.append(input, make("span", "", word));
    return label;
  }

  function showChoice() {
    for (const input of ways.querySelectorAll("input")) input.checked = input.value === model.get("chosen");
    showText();
  }

  async function showLine({ line: taken, trouble }) {
    if (trouble || terminal.hidden) {
      said.textContent = trouble ?? "";
      return;
    }
    showText();
    text.textContent = `${taken}\n${text.textContent}`;
    const done = await copy(text);
    said.textContent = done === "Copied" ? "Copied. Paste it into a terminal of this machine; the token can be taken once." : done;
  }

  terminal.addEventListener("click", () => {
    tell(model, { token: true }, (words) => {
      said.textContent = words;
    });
  });

  ways.append(make("legend", "rk-legend", "Show as"), ...model.get("snippets").map(choice));
  model.on("change:snippets", showText);
  model.on("change:problem", showText);
  model.on("change:chosen", showChoice);
  model.on("msg:custom", showLine);
  showText();
  return () => {
    model.off("change:snippets", showText);
    model.off("change:problem", showText);
    model.off("change:chosen", showChoice);
    model.off("msg:custom", showLine);
  };
}

export default { render };

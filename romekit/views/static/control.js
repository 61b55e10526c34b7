// One control of a form: a label, the control itself, a help text and a place for what is wrong, all tied together.

const TYPING_PAUSE = 700; // milliseconds

const KINDS = {
  line: () => textInput("text"),
  number: () => textInput("number"),
  lines: () => make("textarea", "rk-input rk-code"),
  choice: () => make("select", "rk-input"),
  check: () => textInput("checkbox"),
};

function textInput(type) {
  const input = make("input", type === "checkbox" ? "rk-check" : "rk-input");
  input.type = type;
  return input;
}

function render({ model, el }) {
  const kind = model.get("kind");
  const input = KINDS[kind]();
  const id = newId();
  input.id = id;
  input.spellcheck = false;
  input.autocomplete = "off";

  const label = make("label", "rk-label", model.get("description"));
  label.htmlFor = id;
  const help = make("div", "rk-help", model.get("help"));
  help.id = `${id}-help`;
  const note = make("div", "rk-note");
  note.id = `${id}-note`;
  note.setAttribute("role", "status");
  const wrong = make("div", "rk-wrong");
  wrong.id = `${id}-wrong`;
  wrong.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", `${help.id} ${note.id} ${wrong.id}`);

  const row = make("div", `rk-row rk-row-${kind}`);
  row.dataset.lmSuppressShortcuts = "true"; // keys are for the control here, not for the cell around it
  const holder = make("div", "rk-holder");
  const frame = make("div", kind === "choice" ? "rk-frame rk-select" : "rk-frame");
  frame.append(input);
  holder.append(frame, help, note, wrong);
  row.append(label, holder);
  el.append(row);

  function read() {
    if (kind === "check") return input.checked;
    if (kind === "choice") return model.get("options")[input.selectedIndex]?.[1] ?? null;
    if (input.validity.badInput) return "?"; // a browser does not tell what it could not read as a number
    return input.value;
  }

  function showValue() {
    const value = model.get("value");
    if (kind === "check") input.checked = Boolean(value);
    else if (kind === "choice") input.selectedIndex = model.get("options").findIndex((each) => each[1] === value);
    else if (value !== read()) input.value = value ?? "";
  }

  function showOptions() {
    if (kind === "choice") {
      input.replaceChildren(...model.get("options").map(([text]) => make("option", "", text)));
      showValue();
    }
  }

  function showSuggestions() {
    const words = model.get("suggestions");
    if (kind !== "line" || !words.length) return;
    const list = make("datalist");
    list.id = `${id}-list`;
    list.append(...words.map((word) => Object.assign(make("option"), { value: word })));
    frame.append(list);
    input.setAttribute("list", list.id);
  }

  function showRules() {
    const rules = model.get("rules");
    for (const name of ["min", "max", "step", "rows"]) if (name in rules) input.setAttribute(name, rules[name]);
    input.required = Boolean(rules.required);
    input.disabled = model.get("disabled");
  }

  let pending; // a new problem waits until whoever types pauses; a button that they press meanwhile is not to move away

  function showProblemInTime() {
    clearTimeout(pending);
    const isNew = model.get("problem")[0] && !wrong.textContent;
    if (isNew && kind !== "choice" && kind !== "check") pending = setTimeout(showWords, TYPING_PAUSE);
    else showWords();
  }

  function showWords() {
    clearTimeout(pending);
    const [said, hint] = model.get("problem");
    note.textContent = model.get("note");
    wrong.replaceChildren();
    if (said) wrong.append(make("b", "", said), ` ${hint}`);
    row.classList.toggle("rk-is-wrong", Boolean(said));
    input.setAttribute("aria-invalid", said ? "true" : "false");
  }

  input.addEventListener(kind === "choice" || kind === "check" ? "change" : "input", () => {
    model.set("value", read());
    model.set("edits", model.get("edits") + 1);
    model.save_changes();
  });
  const follow = {
    "change:value": showValue,
    "change:options": showOptions,
    "change:disabled": showRules,
    "change:problem": showProblemInTime,
    "change:note": showWords,
  };
  for (const [event, show] of Object.entries(follow)) model.on(event, show);
  showSuggestions();
  showRules();
  showOptions();
  showValue();
  showWords();
  return () => {
    clearTimeout(pending);
    for (const [event, show] of Object.entries(follow)) model.off(event, show);
  };
}

export default { render };

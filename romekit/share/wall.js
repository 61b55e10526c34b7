// The device wall as a page draws it: `romekit serve` and the notebook's widget both put this before their own few lines.
//
// createWall() makes an empty wall and show() brings it up to date: only cards that have changed are touched, and in them
// only what has, so that focus and scrolling stay where they are. Words from data are set as text, never as HTML.
// PRESENCE comes before it, from world/presence_words.py: for each presence a sign, a word, and what its button does.

const ROAD = { requesting: 1, retry: 1, sentToTarget: 2, executing: 3, custom: 3, cancel: 2, cancelling: 3 };
const ENDS = { completed: "✓", commandDropped: "↓", canceled: "■", expired: "×", error: "!" };
const SPOKEN_AT_ONCE = 3; // sentences; a screen reader is not to talk for a minute

// JupyterLab's shortcuts look at what has the focus first, and at what is around it after that: so each thing that can
// have it says itself that its keys are its own. Else an arrow in a list would move on to the next cell.
const HAS_KEYS = new Set(["a", "button", "input", "select", "summary", "textarea"]);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (HAS_KEYS.has(tag)) node.dataset.lmSuppressShortcuts = "true";
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function hidden(tag, className, text) {
  const node = make(tag, className, text);
  node.setAttribute("aria-hidden", "true"); // a picture of what is said in words beside it
  return node;
}

function heading(level, className, text) {
  const node = make("div", className, text);
  node.setAttribute("role", "heading");
  node.setAttribute("aria-level", String(level));
  return node;
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function redraw(node, value, draw) {
  const key = JSON.stringify(value);
  if (node.shown === key) return;
  node.dataset.fresh = String(node.shown !== undefined); // what is there from the beginning does not slide in
  node.shown = key;
  node.replaceChildren(...draw(value));
}

function clockWords(at, utc) {
  const time = new Date(at * 1000);
  return utc ? `${time.toISOString().slice(11, 19)} UTC` : time.toLocaleTimeString();
}

// ── what is on a screen ─────────────────────────────────────────────────────────────────────────────────────────────

const SCREENS = {
  page(screen) {
    const bar = make("div", "rk-bar");
    bar.append(hidden("span", "rk-dots", "‹ ›"), make("span", "rk-address", screen.text));
    const page = make("div", "rk-page");
    page.append(hidden("div", "rk-mark", screen.title.slice(0, 1).toUpperCase()), make("div", "rk-host", screen.title));
    return [bar, page];
  },
  toast(screen) {
    const toast = make("div", "rk-toast");
    toast.append(make("div", "rk-toast-title", screen.title), make("div", "", screen.text));
    return [toast];
  },
  answer(screen) {
    return [make("div", "rk-answer-title", screen.title), make("code", "rk-answer", screen.text)];
  },
  asleep: (screen) => [hidden("div", "rk-sign", "☾"), make("div", "rk-state", "Asleep"), make("div", "", screen.text)],
  offline: (screen) => [hidden("div", "rk-power"), make("div", "rk-state", "Offline"), make("div", "", screen.text)],
  "nothing yet": () => [make("div", "rk-state", "Nothing yet")],
};

function screenWords(screen) {
  switch (screen.kind) {
    case "page":
      return `shows ${screen.text}`;
    case "toast":
      return `shows a toast: ${screen.title} ${screen.text}`;
    case "answer":
      return `answered ${screen.text}`;
    default:
      return `is ${screen.kind}`;
  }
}

// ── what is on the way ──────────────────────────────────────────────────────────────────────────────────────────────

function road(status) {
  const line = hidden("span", "rk-road");
  line.dataset.step = ROAD[status] ?? 1;
  line.append(make("span", "rk-cloud", "☁"), make("span", "rk-letter", "✉"), make("span", "rk-goal", "▣"));
  return line;
}

function newRow() {
  const row = make("li", "rk-command");
  const [what, status] = [make("span", "rk-order"), make("span", "rk-status")];
  row.append(what, road("requesting"), status);
  row.update = (command) => {
    write(what, `#${command.number} ${command.order}`);
    what.title = what.textContent;
    write(status, command.status);
    row.children[1].dataset.step = ROAD[command.status] ?? 1; // the letter moves on along the road
  };
  return row;
}

function showCommands(list, card) {
  const rows = new Map([...list.children].map((row) => [row.dataset.command, row]));
  const wanted = card.commands.map((command) => {
    const row = rows.get(command.id) ?? newRow();
    row.dataset.command = command.id;
    row.update(command);
    return row;
  });
  const more = card.waiting - card.commands.length;
  if (more > 0) wanted.push(make("li", "rk-more", `and ${more} more`));
  if (wanted.length !== list.children.length || wanted.some((row, at) => row !== list.children[at])) {
    list.replaceChildren(...wanted);
  }
}

function showLast(line, card) {
  if (!card.last) return [make("span", "", "No command has ended here yet")];
  const { number, order, status, error } = card.last;
  line.title = `#${number} ${order}: ${status}${error ? `, ${error}` : ""}`;
  const end = make("b", status === "completed" ? "rk-well" : "rk-badly");
  const parts = `${ENDS[status] ?? "✗"} ${status}`.split(/(?=[A-Z])/); // where a narrow tile may break the word
  end.append(...parts.flatMap((part, at) => (at ? [make("wbr"), part] : [part])));
  return [end, make("span", "", ` #${number} ${order}`)];
}

function sinceWords(card, utc) {
  const done = card.deeds === 1 ? "1 thing done" : `${card.deeds} things done`;
  const said = [card.screen.at == null ? "" : `since ${clockWords(card.screen.at, utc)}`, card.deeds ? done : ""];
  return said.filter(Boolean).join(", ");
}

// ── a card ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function presenceButtons(card, press) {
  const group = make("div", "rk-switch");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `${card.name} is`);
  for (const [presence, [, word, tooltip]] of Object.entries(PRESENCE)) {
    const button = make("button", "rk-button", word);
    button.type = "button";
    button.title = `${tooltip}: ${card.name}`;
    button.dataset.presence = presence;
    button.addEventListener("click", () => press({ device: card.device, presence }));
    group.append(button);
  }
  return group;
}

function newApp(device, press) {
  const row = make("li", "rk-app");
  const name = make("span", "rk-app-name");
  const button = make("button", "rk-button");
  button.type = "button";
  button.addEventListener("click", () => {
    press({ device, app: row.dataset.app, installed: row.dataset.installed !== "true" });
  });
  row.append(name);
  if (press) row.append(button);
  row.update = (app) => {
    row.dataset.app = app.package;
    row.dataset.installed = String(app.installed);
    write(name, app.name);
    name.title = app.package;
    write(button, app.installed ? "Uninstall" : "Install");
    button.setAttribute("aria-label", `${button.textContent} ${app.name}`);
  };
  return row;
}

function newCard(card, { level, utc, buttons, press }) {
  const node = make("li", "rk-device");
  node.dataset.shape = card.kind.toLowerCase(); // the style sheet draws those it knows, the rest are a plain box
  const name = heading(level, "rk-name");
  const kind = make("div", "rk-kind");
  const badge = make("span", "rk-presence");
  const head = make("div", "rk-head");
  head.append(name, badge);
  const stage = make("div", "rk-stage");
  const shape = make("div", "rk-shape");
  const screen = make("div", "rk-screen");
  shape.append(screen);
  stage.append(shape);
  const since = make("div", "rk-since");
  const way = make("ul", "rk-way");
  way.setAttribute("aria-label", "On the way");
  const last = make("div", "rk-last");
  const group = buttons.includes("presence") ? presenceButtons(card, press) : null;
  const appPress = buttons.includes("apps") ? press : null;
  const apps = make("details", "rk-apps");
  const count = make("summary");
  const list = make("ul", "rk-app-list");
  apps.append(count, list);
  node.append(head, kind, stage, since, way, last, ...(group ? [group] : []), apps);

  node.update = (now) => {
    const [sign, word] = PRESENCE[now.presence];
    node.dataset.presence = now.presence;
    write(name, now.name);
    write(kind, `${now.kind}, ${now.platform}. Listed ${now.listed ?? "as nothing"}`);
    kind.title = `The device list says ${now.listed ?? "nothing"} of it. ${now.personality}: ${now.story}`;
    write(badge, `${sign} ${word}`);
    screen.dataset.kind = now.screen.kind;
    redraw(screen, now.screen, SCREENS[now.screen.kind]);
    write(since, sinceWords(now, utc));
    showCommands(way, now);
    redraw(last, now.last, () => showLast(last, now));
    for (const button of group?.children ?? []) {
      button.setAttribute("aria-pressed", String(button.dataset.presence === now.presence));
    }
    const installed = now.apps.filter((app) => app.installed).length;
    write(count, `Apps: ${installed} of ${now.apps.length}`);
    while (list.children.length < now.apps.length) list.append(newApp(now.device, appPress));
    while (list.children.length > now.apps.length) list.lastChild.remove();
    const byPackage = [...now.apps].sort((one, other) => (one.package < other.package ? -1 : 1));
    byPackage.forEach((app, at) => list.children[at].update(app));
  };
  return node;
}

// ── what a screen reader is told ────────────────────────────────────────────────────────────────────────────────────

function changeWords(before, now) {
  const said = [];
  if (before.presence !== now.presence) said.push(`is ${PRESENCE[now.presence][1].toLowerCase()}`);
  else if (JSON.stringify(before.screen) !== JSON.stringify(now.screen)) said.push(screenWords(now.screen));
  if (now.last && now.last.id !== before.last?.id && now.last.status !== "completed") {
    said.push(`number ${now.last.number} ended as ${now.last.status}`);
  }
  const known = before.commands.map((command) => command.id);
  const fresh = now.commands.filter((command) => !known.includes(command.id));
  if (fresh.length && now.waiting > before.waiting) said.push(`gets ${fresh[0].order}`);
  return said.length ? `${now.name} ${said.join(", ")}.` : "";
}

function summary(cards) {
  const counted = Object.entries(PRESENCE).map(([presence, [, word]]) => {
    return `${cards.filter((card) => card.presence === presence).length} ${word.toLowerCase()}`;
  });
  return `${cards.length} ${cards.length === 1 ? "device" : "devices"}: ${counted.join(", ")}`;
}

// A wall. `buttons` says which there are; `press` is called with what one asks for, and may answer with a promise: a
// refusal is shown in words. `passes` are seconds of simulated time that a button lets go by, through `pass`. `utc` writes times in UTC.
export function createWall({ title, level = 2, buttons = [], press = null, passes = [], pass = null, utc = false }) {
  const el = make("section", "rk-wall");
  el.dataset.lmSuppressShortcuts = "true"; // Enter presses a button here, it does not enter a cell of a notebook
  const head = make("div", "rk-wall-head");
  const name = heading(level, "rk-wall-title");
  const sum = make("div", "rk-wall-sum");
  const time = make("div", "rk-wall-time");
  head.append(name, sum, time);
  for (const seconds of passes) {
    const button = make("button", "rk-button rk-pass", `Let ${seconds} s pass`);
    button.type = "button";
    button.title = "Simulated time moves only when somebody waits";
    button.addEventListener("click", () => pass(seconds));
    head.append(button);
  }
  const wrong = make("p", "rk-wrong");
  wrong.setAttribute("role", "alert");
  wrong.hidden = true;
  const list = make("ul", "rk-cards");
  const live = make("div", "rk-live");
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  el.append(head, wrong, list, live);
  const known = new Map();

  function rename(words) {
    write(name, words);
    el.setAttribute("aria-label", words);
  }

  function trouble(words) {
    write(wrong, words);
    wrong.hidden = !words;
  }

  async function pressed(asked) {
    trouble("");
    try {
      await press(asked);
    } catch (problem) {
      trouble(problem.message);
    }
  }

  function cardOf(card) {
    const told = JSON.stringify(card);
    let seen = known.get(card.device);
    if (!seen) {
      seen = { node: newCard(card, { level: level + 1, utc, buttons, press: pressed }), told: "", card: null };
      known.set(card.device, seen);
    }
    if (seen.told === told) return "";
    const words = seen.card ? changeWords(seen.card, card) : "";
    seen.node.update(card);
    Object.assign(seen, { told, card });
    return words;
  }

  function show(cards, at = null) {
    const said = cards.map(cardOf).filter(Boolean);
    const wanted = new Set(cards.map((card) => card.device));
    for (const [device, seen] of known) {
      if (wanted.has(device)) continue;
      seen.node.remove();
      known.delete(device);
    }
    cards.forEach((card, place) => {
      const { node } = known.get(card.device);
      if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
    });
    write(sum, summary(cards));
    write(time, at == null ? "" : clockWords(at, utc));
    if (said.length) {
      const more = said.length - SPOKEN_AT_ONCE;
      write(live, said.slice(0, SPOKEN_AT_ONCE).join(" ") + (more > 0 ? ` And ${more} more changes.` : ""));
    }
  }

  rename(title);
  return { el, show, rename, trouble };
}

// The truth line. Words from Python are only ever set as text, never as HTML.

const LANES = [
  ["real", "really"],
  ["requests", "asked"],
  ["believed", "believed"],
];
const MARKS = { reported: "●", unchanged: "○", silent: "·", unreadable: "✂", refused: "✗", lost: "✗", old: "·" };
const POSTED = "▼"; // by the service, unasked
// Marks that most lines do not have, and the outcomes of an exchange for which they stand.
const RARE = [
  [`${MARKS.silent} told no status, or an older one`, ["silent", "old"]],
  [`${MARKS.unreadable} an answer that breaks off`, ["unreadable"]],
];
const SVG = "http://www.w3.org/2000/svg";

function button(className, text, press) {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", press);
  return node;
}

function shorten(text) {
  return text.replace(/[^/\s?=&]{25,}/g, (word) => `${word.slice(0, 8)}…${word.slice(-4)}`);
}

function seconds(value) {
  return `${value.toFixed(2)} s`;
}

// ── one command ────────────────────────────────────────────────────────────

function placesOf(command) {
  const span = command.end - command.begin || 1;
  return (at) => ((at - command.begin) / span) * 100;
}

function interval(state, command, lane, index) {
  const one = command[lane][index];
  const style = state.styles[one.status] ?? { fill: "#fff", ink: "#1f1f1f", pattern: "", block: "?" };
  const place = placesOf(command);
  const name = one.final ? `${style.block} ${one.status}` : one.status;
  const node = button("rk-truth-interval", "", () => state.choose({ id: command.id, lane, index }));
  node.append(make("span", "rk-truth-word", name));
  node.setAttribute("aria-label", one.says);
  node.title = one.says;
  node.style.left = `${place(one.begin)}%`;
  if (one.final) {
    node.classList.add("rk-truth-final");
    node.style.setProperty("--rk-mark", style.fill);
  } else {
    node.style.width = `max(9px, ${place(one.end) - place(one.begin)}%)`;
    node.style.backgroundColor = style.fill;
    node.style.color = style.ink;
    node.dataset.pattern = style.pattern;
    if (one.wrong) {
      const stale = make("span", "rk-truth-stale");
      stale.style.width = `${Math.min(100, (100 * one.wrong) / (one.end - one.begin || 1))}%`;
      node.append(stale);
    }
  }
  return node;
}

function tick(state, command, index) {
  const request = command.requests[index];
  const node = button("rk-truth-mark", request.posted && request.outcome === "reported" ? POSTED : MARKS[request.outcome], () => state.choose({ id: command.id, lane: "requests", index }));
  node.dataset.outcome = request.outcome;
  node.setAttribute("aria-label", request.says);
  node.title = request.says;
  node.style.left = `${placesOf(command)(request.at)}%`;
  const close = (command.end - command.begin) / 200; // two answers at nearly the same moment stand side by side
  const before = command.requests.slice(0, index).filter((each) => request.at - each.at <= close).length;
  node.style.marginLeft = `${before * 11 - 8}px`;
  return node;
}

function lags(command, lane) {
  // From when it was true to when the client was told: the slope is the delay.
  const place = placesOf(command);
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "rk-truth-lags");
  drawing.setAttribute("aria-hidden", "true");
  lane.append(drawing);
  let free = -Infinity;
  for (const one of command.real) {
    if (one.received == null) continue;
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("x1", `${place(one.begin)}%`);
    line.setAttribute("x2", `${place(one.received)}%`);
    line.setAttribute("y1", "0");
    line.setAttribute("y2", "100%");
    drawing.append(line);
    const lag = one.received - one.begin;
    const left = place(one.begin) + (place(one.received) - place(one.begin)) / 2;
    if (lag > 0 && left > free) {
      const said = make("span", "rk-truth-lag", `+${seconds(lag)}`);
      said.setAttribute("aria-hidden", "true");
      said.style.left = `${left}%`;
      lane.append(said);
      free = left + 9;
    }
  }
}

function axis(command) {
  const line = make("div", "rk-truth-axis");
  const time = make("div", "rk-truth-time");
  line.setAttribute("aria-hidden", "true");
  const place = placesOf(command);
  const span = command.end - command.begin || 1;
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((size) => span / size <= 6) ?? span;
  for (let at = Math.ceil(command.begin / step) * step; at <= command.end + step / 100; at += step) {
    const mark = make("span", "rk-truth-tick", `${Number(at.toFixed(2))}`);
    mark.style.left = `${place(at)}%`;
    time.append(mark);
  }
  line.append(time, make("span", "rk-truth-unit", "seconds"));
  return line;
}

function draw(state, command) {
  const box = make("div", "rk-truth-command");
  box.dataset.command = command.id;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${command.name} ${command.title}`);
  const head = make("div", "rk-truth-title");
  head.append(make("b", "", command.name), ` ${command.title}`);
  box.append(head);
  for (const [lane, label] of LANES) {
    const line = make("div", `rk-truth-line-${lane} rk-truth-row`);
    const track = make("div", "rk-truth-track");
    const time = make("div", "rk-truth-time"); // the rest of the track is for the name of the final status
    track.append(time);
    line.append(make("span", "rk-truth-label", label), track);
    if (lane === "requests") lags(command, time);
    command[lane].forEach((_, index) => {
      const node = lane === "requests" ? tick(state, command, index) : interval(state, command, lane, index);
      node.dataset.key = `${command.id} ${lane} ${index}`;
      node.tabIndex = -1;
      time.append(node);
    });
    const last = command[lane].at(-1);
    if (last?.open) {
      const still = make("span", "rk-truth-still", "… still");
      still.style.left = `${placesOf(command)(last.end)}%`;
      time.append(still);
    }
    box.append(line);
  }
  box.append(axis(command));
  return box;
}

// ── what was chosen ────────────────────────────────────────────────────────

function part(title, ...content) {
  const section = make("div", "rk-truth-part");
  section.append(make("div", "rk-truth-part-title", title), ...content);
  return section;
}

function paragraphs(words) {
  return words.map((each) => make("p", "", each));
}

function headers(title, pairs, whole) {
  const box = make("details", "rk-truth-headers");
  box.append(make("summary", "", `${pairs.length} ${title}`));
  const list = make("dl", "");
  for (const [name, value] of pairs) list.append(make("dt", "", name), make("dd", "", whole ? value : shorten(value)));
  box.append(list);
  return box;
}

function body(text, label) {
  const node = make("pre", "rk-truth-body", text);
  node.tabIndex = 0; // it may scroll, so it can be reached
  node.dataset.lmSuppressShortcuts = "true";
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", label);
  return node;
}

function exchange(found, whole) {
  const box = make("div", "rk-truth-exchange");
  const address = whole ? found.path : shorten(found.path);
  box.append(make("div", "rk-truth-request", `${found.method} ${address}`));
  box.append(headers("headers sent", found.request_headers, whole));
  if (found.request_body) box.append(body(found.request_body, "Body sent"));
  box.append(make("div", "rk-truth-answer", `← ${found.status}`));
  box.append(headers("headers received", found.headers, whole));
  box.append(found.body ? body(whole ? found.body : shorten(found.body), "Body received") : make("p", "", "No body."));
  return box;
}

function wire(state, command, words) {
  const chosen = state.chosen;
  const request = command.requests[chosen.request];
  const lines = words ? [make("p", "", words)] : [];
  if (!request) return part("On the wire", ...lines);
  const count = command.requests.length;
  const move = make("div", "rk-truth-move");
  const step = (by, text, name) => {
    const node = button("rk-truth-button", text, () => state.step(by));
    node.dataset.name = name;
    // A button that is switched off would lose the focus of whoever just pressed it.
    node.setAttribute("aria-disabled", String(!command.requests[chosen.request + by]));
    return node;
  };
  const whole = button("rk-truth-button", state.whole ? "Shorten ids" : "Show ids whole", () => state.toggle());
  whole.dataset.name = "whole";
  const place = make("span", "", `Exchange ${chosen.request + 1} of ${count}, at ${request.when}`);
  move.append(step(-1, "‹ Previous", "previous"), step(1, "Next ›", "next"), place, whole);
  const found = state.exchanges.get(request.number);
  if (!found) state.want(request.number);
  const waiting = state.gone || "It is on its way here; while a cell runs the kernel may have no time to send it.";
  const shown = found ? exchange(found, state.whole) : make("p", "", waiting);
  const note = request.note === words ? [] : [make("p", "rk-truth-note", request.note)];
  return part("On the wire", ...lines, move, ...note, shown);
}

function details(state, command) {
  const { lane, index } = state.chosen;
  const one = command[lane][index];
  const title = lane === "requests" ? `${one.posted ? "posted" : "asked"} at ${one.when}` : `${one.status}, ${lane === "real" ? "really" : "believed"}`;
  const head = make("div", "rk-truth-panel-head");
  const close = button("rk-truth-button", "Close", () => state.choose(null));
  close.dataset.name = "close";
  head.append(make("b", "", `${command.name} ${title}`), close);
  if (lane === "requests") return [head, wire(state, command, "")];
  const since = one.final ? `from ${seconds(one.begin)} on` : `from ${seconds(one.begin)} to ${seconds(one.end)}`;
  const who = make("span", "rk-truth-who", lane === "real" ? `caused by: ${one.who}` : "belief of the client");
  const id = make("p", "rk-truth-id", `Command ${state.whole ? command.id : shorten(command.id)}`);
  return [
    head,
    part("Why", make("p", "", one.why), make("p", "rk-truth-note", `${since}${one.open ? " and still" : ""}; `)),
    part(lane === "real" ? "On the device" : "What really was", ...paragraphs(one.device)),
    wire(state, command, one.wire),
    id,
  ].map((node, place) => {
    if (place === 1) node.lastChild.append(who);
    return node;
  });
}

// ── the widget ─────────────────────────────────────────────────────────────

function view(model, exchanges, asked, el) {
  const root = make("section", "rk-truth");
  root.setAttribute("aria-label", "What really happened, and what the client believed");
  root.dataset.lmSuppressShortcuts = "true"; // arrows and Enter belong to the intervals here, not to the notebook
  const hint = make("div", "rk-truth-hint", "Choose an interval to see why. Arrow keys move, Enter opens, Esc closes.");
  const key = make("div", "rk-truth-hint rk-truth-key");
  for (const words of ["● told a status", "▼ told without being asked", "○ told nothing new", "✗ not told", "+0.31 s: so late"]) key.append(make("span", "", words));
  const rare = RARE.map(([words, outcomes]) => [make("span", "", words), outcomes]);
  key.append(...rare.map(([node]) => node));
  const stale = make("span", "", " believed, but no longer true");
  stale.prepend(make("span", "rk-truth-stripes"));
  key.append(stale);
  const older = make("div", "rk-truth-hint");
  const list = make("div", "rk-truth-list");
  const panel = make("div", "rk-truth-panel");
  panel.setAttribute("role", "region");
  panel.setAttribute("aria-label", "What is behind it");
  const live = make("div", "rk-truth-hidden");
  live.setAttribute("role", "status");
  const inside = make("div", "rk-truth-inside");
  inside.append(list, panel);
  const notice = make("div", "rk-truth-notice");
  notice.setAttribute("role", "status");
  root.append(notice, hint, key, older, inside, live);
  el.append(root);

  const drawn = new Map(); // command id -> what it was drawn from, and the node
  let current = ""; // the key of the button that Tab leads to

  const state = {
    styles: {},
    chosen: null,
    whole: false,
    gone: "",
    exchanges,
    want(number) {
      if (asked.has(number)) return;
      const isTold = tell(model, { want: [number] }, (words) => {
        state.gone = words;
      });
      if (isTold) asked.add(number);
    },
    choose(what) {
      const before = keyOf(state.chosen);
      const command = what && find(what.id);
      state.chosen = what && { ...what, request: what.lane === "requests" ? what.index : command[what.lane][what.index].request };
      if (what) current = keyOf(what);
      live.textContent = what ? `Details of ${command[what.lane][what.index].says}` : "Details closed";
      mark();
      showPanel();
      if (what) panel.scrollIntoView({ block: "nearest" });
      else if (before) buttonAt(before)?.focus();
    },
    step(by) {
      const command = find(state.chosen.id);
      if (!command.requests[state.chosen.request + by]) return;
      state.chosen.request += by;
      live.textContent = command.requests[state.chosen.request].says;
      showPanel();
    },
    toggle() {
      state.whole = !state.whole;
      showPanel();
    },
  };

  const keyOf = (what) => (what ? `${what.id} ${what.lane} ${what.index}` : "");
  const find = (id) => model.get("commands").find((each) => each.id === id);
  const buttonAt = (key) => [...list.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);

  function mark() {
    const chosen = keyOf(state.chosen);
    const all = [...list.querySelectorAll("[data-key]")];
    if (!all.some((node) => node.dataset.key === current)) current = all[0]?.dataset.key ?? "";
    for (const node of all) {
      node.tabIndex = node.dataset.key === current ? 0 : -1;
      node.setAttribute("aria-pressed", String(node.dataset.key === chosen));
    }
  }

  let panelFrom = "";

  function showPanel() {
    const command = state.chosen && find(state.chosen.id);
    const shows = command?.[state.chosen.lane][state.chosen.index];
    root.dataset.open = String(Boolean(shows));
    const request = shows && command.requests[state.chosen.request];
    const has = Boolean(request && exchanges.get(request.number));
    const from = JSON.stringify([state.chosen, state.whole, shows, command?.requests.length, has]);
    if (from === panelFrom) return;
    panelFrom = from;
    const focused = panel.contains(document.activeElement) ? document.activeElement.dataset.name : "";
    const open = [...panel.querySelectorAll("details")].map((node) => node.open);
    const top = panel.scrollTop;
    panel.replaceChildren(...(shows ? details(state, command) : []));
    [...panel.querySelectorAll("details")].forEach((node, index) => (node.open = open[index] ?? false));
    panel.scrollTop = top;
    if (focused) panel.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  function showCommands() {
    state.styles = model.get("styles");
    const commands = model.get("commands");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const isIdle = !focused && !state.chosen;
    const nodes = commands.map((command) => {
      const from = JSON.stringify(command);
      const known = drawn.get(command.id);
      if (known?.from === from) return known.node;
      const node = draw(state, command);
      drawn.set(command.id, { from, node });
      return node;
    });
    nodes.forEach((node, index) => {
      if (list.children[index] === node) return;
      const stale = list.children[index];
      if (stale && stale.dataset.command === node.dataset.command) stale.replaceWith(node);
      else list.insertBefore(node, stale ?? null);
    });
    while (list.children.length > nodes.length) list.lastChild.remove();
    if (!nodes.length) list.replaceChildren(make("p", "rk-truth-empty", "No command has been sent yet."));
    const met = new Set(commands.flatMap((command) => command.requests.map((request) => request.outcome)));
    for (const [node, outcomes] of rare) node.hidden = !outcomes.some((each) => met.has(each));
    const count = model.get("older");
    older.textContent = count ? `${count} older commands are in the table only.` : "";
    mark();
    if (focused) buttonAt(focused)?.focus({ preventScroll: true });
    if (isIdle) list.scrollTop = list.scrollHeight; // the newest is last
    showPanel();
  }

  function move(event) {
    const here = event.target.closest?.("[data-key]");
    if (event.key === "Escape" && state.chosen) {
      state.choose(null);
    } else if (here && list.contains(here)) {
      const there = NEXT[event.key]?.(here);
      if (there === undefined) return;
      if (there) {
        current = there.dataset.key;
        mark();
        there.focus();
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  const lanes = () => [...list.querySelectorAll(".rk-truth-track")].filter((each) => each.querySelector("[data-key]"));
  const laneOf = (node) => node.closest(".rk-truth-track");
  const beside = (by) => (node) => {
    const all = [...laneOf(node).querySelectorAll("[data-key]")];
    return all[all.indexOf(node) + by] ?? null;
  };
  const other = (by) => (node) => {
    const all = lanes();
    const lane = all[all.indexOf(laneOf(node)) + by];
    if (!lane) return null;
    const at = (one) => Math.abs(parseFloat(one.style.left) - parseFloat(node.style.left));
    return [...lane.querySelectorAll("[data-key]")].reduce((best, one) => (at(one) < at(best) ? one : best));
  };
  const NEXT = {
    ArrowRight: beside(1),
    ArrowLeft: beside(-1),
    ArrowDown: other(1),
    ArrowUp: other(-1),
    Home: (node) => laneOf(node).querySelector("[data-key]"),
    End: (node) => [...laneOf(node).querySelectorAll("[data-key]")].at(-1),
  };

  root.addEventListener("keydown", move);
  const showNotice = () => (notice.textContent = model.get("notice"));
  model.on("change:commands", showCommands);
  model.on("change:notice", showNotice);
  showNotice();
  model.on("msg:custom", showPanel);
  showCommands();
  return () => {
    model.off("change:commands", showCommands);
    model.off("change:notice", showNotice);
    model.off("msg:custom", showPanel);
  };
}

export default () => {
  const exchanges = new Map(); // what came so far, for all views of this widget
  const asked = new Set();
  return {
    initialize({ model }) {
      model.on("msg:custom", (content) => {
        for (const [number, found] of Object.entries(content.exchanges ?? {})) exchanges.set(Number(number), found);
      });
    },
    render({ model, el }) {
      return view(model, exchanges, asked, el);
    },
  };
};

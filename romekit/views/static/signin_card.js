// The sign-in card. Words from Python are only ever set as text, never as HTML.

const SPOKEN_EVERY = 15; // seconds between two sentences to a screen reader
const ELSEWHERE = "The sign-in page is on the machine where this notebook's kernel runs, which your browser cannot reach.";
const IN_A_TAB = "This notebook runs in your browser tab, and a tab cannot serve a sign-in page.";

function asClock(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

// Whether a host is the machine itself, as seen from whoever says it.
function isLoopback(host) {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || host.startsWith("127.");
}

// A link to the kernel's own machine is of no use to a browser on another one, as on a hub or on Binder.
function isOutOfReach(model) {
  if (model.get("kernel") !== "here") return true;
  if (!/^https?:$/.test(window.location.protocol) || !URL.canParse(model.get("link"))) return false;
  return isLoopback(new URL(model.get("link")).hostname) && !isLoopback(window.location.hostname);
}

// The notebook server as this page sees it: its proxy may pass the sign-in page on.
function notebookServer() {
  const config = document.getElementById("jupyter-config-data");
  return config ? new URL(JSON.parse(config.textContent).baseUrl ?? "/", window.location.href).href : "";
}

// Whether a link below the notebook server leads to the page.
async function isThere(link) {
  try {
    return new URL(link).origin === window.location.origin && (await fetch(link, { credentials: "same-origin" })).ok;
  } catch {
    return false;
  }
}

function linkOf(address, far) {
  if (far) return make("span", "rk-card-link", address);
  const link = make("a", "rk-card-link", address);
  if (/^https?:/i.test(address)) link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.append(make("span", "rk-card-hidden", " (opens in a new tab)"));
  return link;
}

function step(number, label, ...content) {
  const item = make("li", "rk-card-step");
  const marker = make("span", "rk-card-number", String(number));
  marker.setAttribute("aria-hidden", "true");
  const body = make("div", "rk-card-body");
  body.append(make("div", "rk-card-label", label), ...content);
  item.append(marker, body);
  return item;
}

function codeLine(code) {
  const line = make("div", "rk-card-line");
  const shown = make("code", "rk-card-code", code);
  const [button, said] = copyButton(shown, "rk-card-button rk-card-copy", "Copy the code");
  line.append(shown, button, said);
  return line;
}

function button(model, name, tooltip, say) {
  const node = make("button", `rk-card-button rk-card-${name.replace("_", "-")}`, model.get(name));
  node.type = "button";
  node.title = tooltip;
  node.addEventListener("click", () => {
    node.disabled = true;
    tell(model, { press: name }, say);
  });
  return node;
}

function buttons(model, say) {
  const line = make("div", "rk-card-line");
  if (model.get("approve")) line.append(button(model, "approve", "Sign in without leaving the notebook", say));
  if (model.get("cancel")) line.append(button(model, "cancel", "Stop waiting", say));
  if (model.get("new_code")) line.append(button(model, "new_code", "Start again with a new code", say));
  return line;
}

function render({ model, el }) {
  const card = make("section", "rk-card");
  card.setAttribute("aria-label", "Sign in");
  card.tabIndex = -1;
  card.dataset.lmSuppressShortcuts = "true"; // Enter presses a button here, it does not enter the cell
  const head = make("div", "rk-card-head");
  head.append(make("span", "rk-card-title", "Sign in"));
  if (model.get("badge")) head.append(make("span", "rk-card-badge", model.get("badge")));
  const inside = make("div");
  const live = make("div", "rk-card-hidden"); // it stays while all else changes, so that its words are spoken
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  const tick = make("span", "rk-card-waiting");
  tick.setAttribute("aria-hidden", "true");
  const gone = make("p", "rk-card-gone");
  gone.setAttribute("role", "alert");
  card.append(head, inside, gone, live);
  el.append(card);

  let asked = performance.now();
  let spoken = -Infinity;
  let over = false;
  let open = ""; // the link that was found to be there

  function left() {
    return model.get("seconds_left") - (performance.now() - asked) / 1000;
  }

  function showTime() {
    if (model.get("stage") !== "waiting") return;
    const words = `Waiting… ${asClock(left())} left`;
    tick.textContent = words;
    if (performance.now() - spoken >= SPOKEN_EVERY * 1000) {
      spoken = performance.now();
      live.textContent = words;
    }
    if (left() <= 0 && !over) {
      over = true;
      tell(model, { ran_out: true }, sayGone);
    }
  }

  function sayGone(words) {
    clearInterval(timer); // nobody waits any more
    tick.textContent = "";
    gone.textContent = words;
  }

  function steps(far) {
    const list = make("ol", "rk-card-steps");
    list.append(
      step(1, "Open this page", linkOf(model.get("link"), far)),
      step(2, "Type this code there", codeLine(model.get("code"))),
      step(3, "Allow the access, then come back", tick),
    );
    return list;
  }

  function showWaiting() {
    const far = open !== model.get("link") && isOutOfReach(model);
    if (far && model.get("proxied") && notebookServer()) tell(model, { server: notebookServer() }, () => {});
    if (far) {
      const instead = model.get("approve") ? "Approve here instead; it does the same." : "Open it on that machine.";
      const words = make("p", "rk-card-far", `${model.get("kernel") === "tab" ? IN_A_TAB : ELSEWHERE} ${instead}`);
      const rest = model.get("approve") ? [tick] : [steps(far)]; // what cannot be done is not shown as a step
      inside.replaceChildren(words, buttons(model, sayGone), ...rest);
    } else {
      inside.replaceChildren(steps(far), buttons(model, sayGone));
    }
    card.classList.toggle("rk-card-is-far", far);
    spoken = -Infinity;
    over = false;
    asked = performance.now();
    showTime();
  }

  function showStage() {
    const stage = model.get("stage");
    const hadFocus = inside.contains(document.activeElement);
    card.dataset.stage = stage;
    if (stage === "waiting") {
      showWaiting();
    } else {
      const mark = { signed_in: "✓ ", cancelled: "" }[stage] ?? "✗ ";
      const end = make("div", "rk-card-end", mark + model.get("message"));
      end.setAttribute("aria-hidden", "true"); // the live line says it
      inside.replaceChildren(end, buttons(model, sayGone));
      live.textContent = model.get("message");
    }
    if (hadFocus) (inside.querySelector("button, a") ?? card).focus(); // the button that was pressed is gone
  }

  function showMoreTime() {
    asked = performance.now();
    showTime();
  }

  async function tryLink() {
    const link = model.get("link");
    if (model.get("proxied") && isOutOfReach(model) && (await isThere(link)) && link === model.get("link")) {
      open = link;
      showStage();
    }
  }

  model.on("change:link", tryLink);
  model.on("change:stage", showStage);
  model.on("change:message", showStage);
  model.on("change:seconds_left", showMoreTime);
  const timer = setInterval(showTime, 1000);
  showStage();
  return () => {
    clearInterval(timer);
    model.off("change:link", tryLink);
    model.off("change:stage", showStage);
    model.off("change:message", showStage);
    model.off("change:seconds_left", showMoreTime);
  };
}

export default { render };

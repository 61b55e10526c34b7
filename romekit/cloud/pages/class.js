// The teacher's page: asks for the class again and again, each time held until something has changed for anybody, and
// redraws only the students that have. Buttons are forms; here they are sent without leaving the page. Words from data
// are set as text, never as HTML. It stands behind seen.js and PRESENCE (world/presence_words.py) in one script.

const list = document.getElementById("students");
const up = list.dataset.up;
const tools = document.getElementById("tools");
const whom = document.getElementById("whom");
const said = document.getElementById("said");
const wrong = document.getElementById("wrong");
const [GLANCE, PAUSE, LONGEST_PAUSE] = [0.1, 0.5, 5]; // seconds: between two looks, after a failure, at most
const known = new Map(); // account -> { tag, node, body }
let csrf = list.dataset.csrf;
let version = "";
let ahead = 0; // how far the server's clock is before this one's, in seconds

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function trouble(words) {
  write(wrong, words);
  wrong.hidden = !words;
}

function agoWords(seen) {
  if (!seen) return "○ not signed in yet";
  const seconds = Date.now() / 1000 + ahead - seen;
  if (seconds < 90) return "● active";
  if (seconds < 5400) return `○ ${Math.round(seconds / 60)} min ago`;
  return `○ ${Math.round(seconds / 3600)} h ago`;
}

function deviceWords(device) {
  if (device.waiting) {
    const more = device.waiting > 1 ? ` and ${device.waiting - 1} more` : "";
    return `→ ${device.moving}${more}`;
  }
  if (device.last) return `${device.last === "completed" ? "✓" : "✗"} ${device.last}: ${device.order}`;
  return device.screen;
}

function newStudent(body) {
  const node = make("li", "student");
  node.dataset.account = body.account;
  const top = make("div", "top");
  const [name, link, here] = [make("h3"), make("a", "", body.name), make("span", "here quiet")];
  link.href = `${up}wall?${new URLSearchParams({ upn: body.account })}`;
  link.title = `Every device of ${body.name}, large`;
  name.append(link);
  top.append(name, here);
  const [about, faults, devices] = [make("p", "quiet"), make("p", "faults"), make("ul", "devices")];
  devices.setAttribute("aria-label", `${body.name}'s devices`);
  const [more, question] = [make("details"), make("form")];
  const remove = make("button", "", `Remove ${body.name}`);
  question.append(remove);
  question.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ do: "remove", student: body.account });
  });
  more.append(make("summary", "", `Remove ${body.name}…`), make("p", "", "Their account ends. What they did is kept."), question);
  node.append(top, about, faults, devices, more);

  node.age = (now) => write(here, agoWords(now.seen));
  node.update = (now, before) => {
    write(about, `${now.account}, ${now.sent} sent`);
    write(faults, now.broken ? `! ${now.broken}` : now.faults.length ? `! Goes wrong: ${now.faults.join(", ")}` : "");
    faults.hidden = !now.broken && !now.faults.length;
    node.age(now);
    now.devices.forEach((device, at) => {
      let row = devices.children[at];
      if (!row) {
        row = make("li", "device");
        const sign = make("span");
        sign.setAttribute("role", "img");
        row.append(sign, make("span"), make("span", "quiet"));
        devices.append(row);
      }
      const [sign, word] = PRESENCE[device.presence];
      row.dataset.presence = device.presence;
      write(row.children[0], sign);
      row.children[0].setAttribute("aria-label", word.toLowerCase());
      write(row.children[1], device.name);
      write(row.children[2], deviceWords(device));
      row.children[2].title = row.children[2].textContent;
      const old = before?.devices[at];
      row.dataset.changed = old && JSON.stringify(old) !== JSON.stringify(device) ? "yes" : "no";
    });
    while (devices.children.length > now.devices.length) devices.lastChild.remove();
  };
  return node;
}

function showStudents(told) {
  for (const body of told.students) {
    const seen = known.get(body.account) ?? { node: newStudent(body), body: null };
    seen.node.update(body, seen.body);
    known.set(body.account, { ...seen, body });
  }
  told.order.forEach((account, at) => {
    known.get(account).tag = told.tags[at];
  });
  for (const [account, seen] of known) {
    if (told.order.includes(account)) continue;
    seen.node.remove();
    known.delete(account);
  }
  for (const node of [...list.children]) if (!known.has(node.dataset.account) || !node.update) node.remove();
  told.order.forEach((account, at) => {
    const { node } = known.get(account);
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
  const wanted = ["", ...told.order];
  if ([...whom.options].map((option) => option.value).join() !== wanted.join()) {
    const chosen = whom.value;
    whom.replaceChildren(...wanted.map((each) => new Option(each ? known.get(each).body.name : "everybody", each)));
    whom.value = wanted.includes(chosen) ? chosen : "";
  }
  write(document.getElementById("count"), String(told.order.length));
  document.getElementById("empty").hidden = told.order.length > 0;
}

function showClass(room) {
  version = room.version;
  ahead = room.now - Date.now() / 1000;
  write(document.getElementById("code"), room.code);
  write(document.getElementById("joining"), room.isOpen ? "Joining is open." : "Joining is closed.");
  write(document.getElementById("time"), room.isFrozen ? "❚❚ The devices' time stands still." : "▶ The devices' time runs.");
  tools.dataset.frozen = room.isFrozen ? "yes" : "no";
  tools.dataset.open = room.isOpen ? "yes" : "no";
}

async function wordsOf(answer) {
  try {
    return (await answer.json()).error.message;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

async function send(fields) {
  trouble("");
  let answer;
  try {
    answer = await fetch(`${up}class/do`, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf, ...fields }),
    });
  } catch {
    trouble("The server does not answer, so nothing was done.");
    return;
  }
  if (answer.ok) write(said, (await answer.json()).said);
  else trouble(await wordsOf(answer));
}

for (const form of document.querySelectorAll("#tools form")) {
  form.addEventListener("submit", (event) => {
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    if (fields.do === "leave") return; // that one does leave the page
    event.preventDefault();
    const partner = { freeze: ".when-frozen", "go on": ".when-runs", close: ".when-closed", open: ".when-open" }[fields.do];
    send(fields).then(() => partner && focusOn(partner));
  });
}

// A button that is gone as soon as it was pressed hands the focus to the one that has come in its place.
function focusOn(partner) {
  const button = tools.querySelector(`${partner} button`);
  const waiting = new MutationObserver(() => {
    if (button.offsetParent === null) return;
    waiting.disconnect();
    if (document.activeElement === document.body || document.activeElement?.offsetParent === null) button.focus();
  });
  if (button.offsetParent !== null) button.focus();
  else waiting.observe(tools, { attributes: true });
}

async function ask() {
  const tags = [...list.children].map((node) => known.get(node.dataset.account)?.tag ?? "").join(".");
  const query = new URLSearchParams({ known: version ? tags : "", version });
  const answer = await fetch(`${up}class/now?${query}`, { cache: "no-store", signal: held.signal });
  if (answer.status === 403) {
    window.location.reload(); // the cookie has run out: the server asks for the secret
    return;
  }
  if (!answer.ok) throw new Error(await wordsOf(answer));
  const told = await answer.json();
  csrf = told.csrf;
  showClass(told.class);
  showStudents(told);
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

async function watch() {
  let failures = 0;
  for (;;) {
    await whenSeen();
    try {
      await ask();
      if (failures) trouble("");
      failures = 0;
      await pause(GLANCE);
    } catch (problem) {
      if (isHiding(problem)) continue;
      failures += 1;
      const why = problem instanceof TypeError ? "The server does not answer." : problem.message;
      trouble(`${why} What you see may be old. Trying again…`);
      await pause(Math.min(PAUSE * 2 ** (failures - 1), LONGEST_PAUSE));
    }
  }
}

setInterval(() => known.forEach(({ node, body }) => node.age(body)), 15_000);
watch();

// The page of `romekit serve`: asks for the wall again and again, each time held until it has changed, and says so in
// words when nobody answers. It stands behind share/wall.js and seen.js in one script.

const root = document.getElementById("wall");
const upn = root.dataset.upn;
const isVirtual = "virtual" in root.dataset;
const [HELD, PAUSE, LONGEST_PAUSE] = [20, 0.5, 5]; // seconds
let csrf = root.dataset.csrf;

async function wordsOf(answer) {
  try {
    return (await answer.json()).error.message;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

async function press(asked) {
  let answer;
  try {
    answer = await fetch("wall/do", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf, upn, ...asked }),
    });
  } catch {
    throw new Error("The server does not answer, so nothing was done.");
  }
  if (!answer.ok) throw new Error(await wordsOf(answer));
}

const wall = createWall({
  title: root.dataset.title,
  level: 1,
  utc: isVirtual,
  buttons: ["presence", "apps"],
  press,
});

function pause(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

async function ask(etag, mayBeHeld) {
  const headers = etag ? { "If-None-Match": etag } : {};
  if (etag && mayBeHeld) headers.Prefer = `wait=${HELD}`;
  const answer = await fetch(`wall/now?${new URLSearchParams({ upn })}`, {
    headers,
    cache: "no-store",
    signal: held.signal,
  });
  if (answer.status === 304) return etag;
  if (!answer.ok) throw new Error(await wordsOf(answer));
  const told = await answer.json();
  csrf = told.csrf;
  wall.show(told.value);
  const says = document.getElementById("says");
  if (says.textContent !== told.says) says.textContent = told.says;
  says.hidden = !told.says;
  if (!wall.el.isConnected) root.replaceChildren(wall.el);
  return answer.headers.get("ETag");
}

async function watch() {
  let etag = "";
  let failures = 0;
  for (;;) {
    await whenSeen();
    const begun = performance.now();
    try {
      const known = etag;
      etag = await ask(etag, !failures); // whether the server is back is to be known at once
      if (failures) wall.trouble("");
      failures = 0;
      if (known === etag && performance.now() - begun < PAUSE * 1000) await pause(PAUSE); // it was not held
    } catch (problem) {
      if (isHiding(problem)) continue;
      failures += 1;
      if (!wall.el.isConnected) root.prepend(wall.el);
      const why = problem instanceof TypeError ? "The server does not answer." : problem.message;
      wall.trouble(`${why} What you see may be old. Trying again…`);
      await pause(Math.min(PAUSE * 2 ** (failures - 1), LONGEST_PAUSE));
    }
  }
}

watch();

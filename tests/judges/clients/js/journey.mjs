// The journey that every JavaScript client plays once it has a token. `ask` is the client's own way to send a request
// and gives {status, headers, body} for any answer; this file knows nothing of who is on the other side.

const PING = { Type: "ping", CreationDate: "11/22/2026 10:00:00", TargetId: "judge" };
const pause = seconds => new Promise(done => setTimeout(done, 1000 * seconds));

export const say = what => console.log(JSON.stringify(what));

export async function journey(ask) {
  const seen = {};
  const listed = await ask("GET", "/me/devices");
  seen.devices = listed.body.value.map(device => device.displayName ?? device.name);
  const device = listed.body.value[0].id;
  seen.pages = await pages(ask);
  seen.launch = await command(ask, device, { type: "LaunchUri", payload: { uri: "https://bing.com" } });
  seen.call = await command(ask, device, {
    type: "AppService",
    appServiceName: "com.microsoft.test.cdppingpongservice",
    packageFamilyName: "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    payload: PING,
  });
  seen.notFound = refusal(await ask("GET", `/me/devices/${device}/commands/nothing`));
  seen.throttled = await throttled(ask, device);
  return seen;
}

async function pages(ask) {
  const sizes = [];
  for (let next = "/me/devices?$top=2"; next; ) {
    const { body } = await ask("GET", next);
    sizes.push(body.value.length);
    next = body["@odata.nextLink"];
  }
  return sizes;
}

async function command(ask, device, body) {
  const sent = await ask("POST", `/me/devices/${device}/commands`, body);
  const place = `/me/devices/${device}/commands/${sent.body.id}`;
  const statuses = [sent.body.status];
  while (statuses.at(-1) !== "completed" && statuses.length < 200) {
    await pause(0.2);
    statuses.push((await ask("GET", place)).body.status);
  }
  const payload = await ask("GET", `${place}/responsepayload`);
  return { sent: sent.status, end: statuses.at(-1), payload: payload.status, answer: payload.body?.Type ?? payload.body?.payload?.Type };
}

async function throttled(ask, device) {
  const launch = { type: "LaunchUri", payload: { uri: "https://bing.com" } };
  for (let n = 0; n < 20; n++) {
    const answer = await ask("POST", `/me/devices/${device}/commands`, launch);
    if (answer.status === 429) return { ...refusal(answer), retryAfter: answer.headers["retry-after"] };
  }
  return "never";
}

export function refusal(answer) {
  return { status: answer.status, code: answer.body?.error?.code };
}

// The same for a client that has nothing but fetch: all that is asked goes below `graph`.
export function fetching(graph, token) {
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers["Content-Type"] = "application/json";
    const address = path.includes("://") ? path : graph + path;
    const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text ? JSON.parse(text) : null };
  };
}

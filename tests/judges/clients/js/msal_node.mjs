// @azure/msal-node and @microsoft/microsoft-graph-client, unmodified: node msal_node.mjs ADDRESS
// The only thing they are told is where the cloud is: an authority that is no Microsoft host, and a Graph host likewise.
import { PublicClientApplication } from "@azure/msal-node";
import { Client, RetryHandlerOptions } from "@microsoft/microsoft-graph-client";
import { journey, refusal, say } from "./journey.mjs";

const address = process.argv[2];
const { host, hostname } = new URL(address);
const scopes = ["https://graph.microsoft.com/Device.Read", "https://graph.microsoft.com/Device.Command", "https://graph.microsoft.com/User.Read"];
const app = new PublicClientApplication({
  auth: { clientId: "0d0e7e57-0000-4000-8000-0000000005a1", authority: `${address}/consumers`, knownAuthorities: [host] },
});

const result = await app.acquireTokenByDeviceCode({
  scopes,
  deviceCodeCallback: ({ verificationUri, userCode }) => say({ verification_uri: verificationUri, user_code: userCode }),
});
const silent = await app.acquireTokenSilent({ account: result.account, scopes, forceRefresh: true });

const graph = Client.init({
  authProvider: done => done(null, silent.accessToken),
  baseUrl: `${address}/`,
  defaultVersion: "beta",
  customHosts: new Set([hostname]),
});

async function ask(method, path, body) {
  const once = new RetryHandlerOptions(0, 0); // otherwise it waits by itself, and nobody sees the 429
  const request = graph.api(path).middlewareOptions([once]).responseType("raw");
  try {
    const answer = method === "GET" ? await request.get() : await request.post(body);
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text ? JSON.parse(text) : null };
  } catch (problem) {
    return { status: problem.statusCode, headers: Object.fromEntries(problem.headers ?? []), body: { error: { code: problem.code } } };
  }
}

const me = await graph.api("/me").get();
const stranger = Client.init({ authProvider: done => done(null, "no token"), baseUrl: `${address}/`, defaultVersion: "beta", customHosts: new Set([hostname]) });
const refused = await stranger.api("/me/devices").get().catch(problem => ({ status: problem.statusCode, body: { error: { code: problem.code } } }));
say({
  account: result.account.username,
  issuer: result.idTokenClaims.iss,
  renewed: silent.accessToken !== result.accessToken && !silent.fromCache,
  me: me.userPrincipalName,
  unauthorized: refusal(refused),
  ...(await journey(ask)),
});

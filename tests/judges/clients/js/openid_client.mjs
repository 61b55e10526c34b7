// openid-client, as strict as it comes: node openid_client.mjs ADDRESS
// Discovery, device code, ID token checked against the published keys, userinfo, refresh; then the journey with fetch.
import * as client from "openid-client";
import { fetching, journey, refusal, say } from "./journey.mjs";

const address = process.argv[2];
const plain = address.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : {};
const issuer = new URL(`${address}/consumers/v2.0`);
const config = await client.discovery(issuer, "an-openid-client", undefined, client.None(), plain);
const scope = "openid offline_access https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command";

const flow = await client.initiateDeviceAuthorization(config, { scope });
say({ verification_uri: flow.verification_uri, user_code: flow.user_code });
const tokens = await client.pollDeviceAuthorizationGrant(config, flow);
const claims = tokens.claims();
const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);

const refused = await fetching(`${address}/beta`, "no token")("GET", "/me/devices");
say({
  issuer: claims.iss,
  discovered: config.serverMetadata().issuer,
  account: claims.preferred_username,
  userinfo: person.sub === claims.sub,
  renewed: renewed.access_token !== tokens.access_token,
  unauthorized: { ...refusal(refused), challenge: refused.headers["www-authenticate"] },
  ...(await journey(fetching(`${address}/beta`, renewed.access_token))),
});

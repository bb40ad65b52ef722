// A small OpenID Connect provider for tests: discovery, keys, authorization code with PKCE (S256) and refresh tokens that are used once.
//
//   node provider.mjs '{"clientId": "dashboard", "audience": "qmp-gateway", "users": {"olga": {"groups": ["ops"]}}, "seconds": 300, "refreshes": true}'
//
// It prints {"authority": "http://127.0.0.1:PORT"} and serves until it is killed. `users` are the users and the claims of their tokens beside `sub`,
// `seconds` is how long an access token is valid, and without `refreshes` there are no refresh tokens. Its page of /authorize has a button for each user.
// POST /forget makes all refresh tokens invalid, as when an administrator ends a session.
import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

const options = { port: 0, clientId: "dashboard", audience: "qmp-gateway", users: {}, seconds: 300, refreshes: true, ...JSON.parse(process.argv[2] ?? "{}") };
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const kid = randomBytes(8).toString("hex");
const codes = new Map();
const refreshTokens = new Map();
let authority = "";

const server = createServer((request, response) => {
  const url = new URL(request.url, authority);
  let body = "";
  request.on("data", (chunk) => { body += chunk; });
  request.on("end", () => {
    try {
      answer(request, url, new URLSearchParams(body), response);
    } catch (failure) {
      send(response, 500, { error: "server_error", error_description: String(failure) });
    }
  });
});

server.listen(options.port, "127.0.0.1", () => {
  authority = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ authority }));
});

function answer(request, url, form, response) {
  if (request.method === "OPTIONS") {
    return send(response, 204);
  }

  switch (`${request.method} ${url.pathname}`) {
    case "GET /.well-known/openid-configuration":
      return send(response, 200, {
        issuer: authority,
        authorization_endpoint: `${authority}/authorize`,
        token_endpoint: `${authority}/token`,
        revocation_endpoint: `${authority}/revoke`,
        jwks_uri: `${authority}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        code_challenge_methods_supported: ["S256"],
      });
    case "GET /keys":
      return send(response, 200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" }] });
    case "GET /authorize":
      return authorize(url.searchParams, response);
    case "POST /token":
      return form.get("grant_type") === "refresh_token" ? refresh(form, response) : redeem(form, response);
    case "POST /revoke":
      refreshTokens.delete(form.get("token"));
      return send(response, 200, {});
    case "POST /forget":
      refreshTokens.clear();
      return send(response, 200, {});
    default:
      return send(response, 404, { error: "not_found" });
  }
}

// Asks who the user is, then sends the browser back with a code.
function authorize(query, response) {
  const fault = query.get("client_id") !== options.clientId ? "unknown client"
    : query.get("response_type") !== "code" ? "response_type must be code"
      : query.get("code_challenge_method") !== "S256" || !query.get("code_challenge") ? "PKCE with S256 is required"
        : !URL.canParse(query.get("redirect_uri") ?? "") ? "redirect_uri is missing" : undefined;
  if (fault !== undefined) {
    return send(response, 400, { error: "invalid_request", error_description: fault });
  }

  const back = new URL(query.get("redirect_uri"));
  back.searchParams.set("state", query.get("state") ?? "");
  const user = query.get("user");
  if (user === null) {
    const choices = [...Object.keys(options.users), ""].map((name) => {
      const next = new URLSearchParams([...query, ["user", name]]);
      return `<p><a href="?${next.toString().replaceAll("&", "&amp;")}">${name === "" ? "Refuse" : `Sign in as ${name}`}</a></p>`;
    });
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    return response.end(`<!doctype html><html lang="en"><title>Test provider</title><h1>Test provider</h1>${choices.join("")}`);
  }

  if (options.users[user] === undefined) {
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("error_description", "The user refused");
  } else {
    const code = randomBytes(16).toString("hex");
    codes.set(code, { user, challenge: query.get("code_challenge"), redirect: query.get("redirect_uri"), nonce: query.get("nonce") });
    back.searchParams.set("code", code);
  }

  response.writeHead(302, { Location: back.href });
  response.end();
}

function redeem(form, response) {
  const code = codes.get(form.get("code"));
  codes.delete(form.get("code"));
  const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
  if (form.get("client_id") !== options.clientId || code === undefined || code.redirect !== form.get("redirect_uri") || code.challenge !== challenge) {
    return send(response, 400, { error: "invalid_grant", error_description: "The code, its verifier or its address is wrong" });
  }

  give(response, code.user, { ...(code.nonce !== null && { nonce: code.nonce }) });
}

function refresh(form, response) {
  const user = refreshTokens.get(form.get("refresh_token"));
  refreshTokens.delete(form.get("refresh_token"));
  if (user === undefined) {
    return send(response, 400, { error: "invalid_grant", error_description: "The session was ended" });
  }

  give(response, user, {});
}

function give(response, user, idClaims) {
  const issued = Math.floor(Date.now() / 1000);
  const claims = { iss: authority, sub: user, iat: issued, exp: issued + options.seconds };
  const refreshToken = randomBytes(16).toString("hex");
  if (options.refreshes) {
    refreshTokens.set(refreshToken, user);
  }

  send(response, 200, {
    token_type: "Bearer",
    expires_in: options.seconds,
    access_token: signed({ ...claims, aud: options.audience, ...options.users[user] }),
    id_token: signed({ ...claims, aud: options.clientId, ...idClaims }),
    ...(options.refreshes && { refresh_token: refreshToken }),
  });
}

function signed(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(claims)}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}

function send(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

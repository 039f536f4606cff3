// Passkeys (WebAuthn): forms with data-passkey="<address of the options>" ask the device and send
// what it answers, in their field "credential". Where the browser cannot, they stay hidden.
import { request } from "./request.js";

const forms = document.querySelectorAll("form[data-passkey]");
const known = typeof PublicKeyCredential === "function" && Boolean(navigator.credentials);
let waiting; // a quiet question under the e-mail field, taken back when a button is pressed

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list = []) => list.map((key) => ({ ...key, id: bytes(key.id) }));

function read(options) {
  const key = { ...options, challenge: bytes(options.challenge) };
  if (options.user) key.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) key.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) key.allowCredentials = named(options.allowCredentials);
  return key;
}

function write(credential) {
  const { response } = credential;
  const told = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) told[name] = text(response[name]);
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: {},
  });
}

async function options(form) {
  const token = form.elements.csrf_token.value;
  const answer = await request(form.dataset.passkey, { method: "POST", body: new URLSearchParams({ csrf_token: token }) });
  if (answer.status === 401) location.reload(); // it must be shown again who asks
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return read(await answer.json());
}

function send(form, credential) {
  form.elements.credential.value = write(credential);
  form.submit();
}

async function ask(form) {
  waiting?.abort();
  const trouble = form.querySelector("[data-passkey-error]");
  trouble.hidden = true;
  try {
    const publicKey = await options(form);
    const make = "passkeyNew" in form.dataset;
    send(form, await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })));
  } catch (error) {
    const words = { NotAllowedError: trouble.dataset.tNone, AbortError: trouble.dataset.tNone, InvalidStateError: trouble.dataset.tKnown };
    trouble.textContent = words[error.name] ?? trouble.dataset.tFailed;
    trouble.hidden = false;
  }
}

// The browser offers passkeys where the e-mail is typed; whoever ignores it notices nothing.
async function askQuietly(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    send(form, await navigator.credentials.get({ publicKey: await options(form), mediation: "conditional", signal: waiting.signal }));
  } catch { /* taken back, or nothing chosen: the form is there */ }
}

if (known) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    if ("passkeyQuietly" in form.dataset) askQuietly(form);
  }
} else {
  for (const element of document.querySelectorAll("[data-passkey-never]")) element.hidden = false;
}

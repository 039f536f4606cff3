// Files into a folder: chosen or dropped anywhere on the page, whole folders with their tree. They go up one after the
// other in parts, by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload), and go on by themselves after a
// lost connection, also when the page was closed meanwhile and the same file is chosen again.
import { csrf } from "./forms.js";

const PART = 8 << 20;
const LONGEST_PAUSE = 30;
const form = document.querySelector("[data-shelf]");
const list = form?.querySelector("[data-list]");
const queue = []; // { file, path }
let running = false;

const pause = (seconds) => new Promise((resolve) => {
  const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
  const timer = setTimeout(done, seconds * 1000);
  addEventListener("online", done);
});

const text = (name, values) => Object.entries(values).reduce((said, [key, value]) => said.replace(`{${key}}`, () => value), form.dataset[name]);
const inBase64 = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(value)));

function ask(url, method, headers = {}, body = undefined, signal = undefined) {
  const all = { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrf(), Accept: "application/json", ...headers };
  return fetch(url, { method, headers: all, body, signal, credentials: "same-origin", redirect: "manual" });
}

class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// The answer, if it is one that counts. What may be different later (the line, the server) is tried again.
async function settled(response) {
  if (response.ok || response.status === 409) return response;
  if (response.status >= 500 && response.status !== 507) throw new TypeError("later");
  if (response.status === 423 && response.headers.get("content-type")?.includes("json")) {
    const problem = await response.clone().json();
    if (problem.title === "upload_busy") throw new TypeError("later");
  }
  throw new Refused(response.status, response.headers.get("content-type")?.includes("json") ? (await response.json()).detail : "");
}

function keyOf({ file, path }) {
  return `collab:upload:${form.dataset.shelf}:${form.dataset.folder}:${path}/${file.name}:${file.size}:${file.lastModified}`;
}

const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const remember = (key, url) => { try { url ? localStorage.setItem(key, url) : localStorage.removeItem(key); } catch { /* none */ } };

async function begin(each, signal) {
  const told = { filename: each.file.name, path: each.path, folder: form.dataset.folder, note: form.elements.note?.value ?? "", guests: form.elements.guests?.checked ? "1" : "" };
  const pairs = Object.entries(told).filter(([, value]) => value).map(([name, value]) => `${name} ${inBase64(value)}`);
  const headers = { "Upload-Length": String(each.file.size), "Upload-Metadata": pairs.join(",") };
  const response = await settled(await ask(form.dataset.shelf, "POST", headers, undefined, signal));
  return response.headers.get("Location");
}

// Where to send it to, and how much of it is there already.
async function whereItIs(each, key, signal) {
  const known = remembered(key);
  if (known) {
    const response = await ask(known, "HEAD", {}, undefined, signal);
    if (response.ok) return [known, Number(response.headers.get("Upload-Offset"))];
    if (response.status >= 500) throw new TypeError("later");
  }
  const url = await begin(each, signal);
  remember(key, url);
  return [url, 0];
}

async function sendAll(each, card) {
  const key = keyOf(each);
  const { signal } = card;
  for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      let [url, at] = await whereItIs(each, key, signal);
      do {
        card.say("tGoing", { percent: each.file.size ? Math.floor((at / each.file.size) * 100) : 0 }, at / each.file.size);
        const headers = { "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
        const response = await settled(await ask(url, "PATCH", headers, each.file.slice(at, at + PART), signal));
        if (response.status === 409) throw new TypeError("later"); // the offset is asked for again
        at = Number(response.headers.get("Upload-Offset"));
        wait = 1;
      } while (at < each.file.size);
      remember(key, "");
      return;
    } catch (error) {
      if (error instanceof Refused || error.name === "AbortError") {
        if (error.status !== 401) remember(key, ""); // who signs in again goes on where it stopped
        throw error;
      }
      card.say("tWaiting", {});
      await pause(wait);
      if (signal.aborted) throw new DOMException("", "AbortError");
    }
  }
}

function makeCard({ file, path }) {
  const name = path ? `${path}/${file.name}` : file.name;
  const stop = new AbortController();
  const item = document.createElement("li");
  const words = document.createElement("span");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, className: "progress" });
  bar.setAttribute("aria-label", name);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: form.dataset.tStop });
  button.addEventListener("click", () => stop.abort());
  item.append(words, bar, button);
  list.append(item);
  return {
    signal: stop.signal,
    say(what, values, part) {
      words.textContent = text(what, { name, ...values });
      if (part !== undefined) bar.value = part;
    },
    end(what, more = "") {
      words.textContent = `${text(what, { name })} ${more}`.trim();
      bar.remove();
      button.remove();
    },
    drop: () => item.remove(),
  };
}

async function work() {
  if (running) return;
  running = true;
  let done = 0;
  while (queue.length) {
    const { each, card } = queue.shift();
    try {
      if (!card.signal.aborted) await sendAll(each, card);
      if (card.signal.aborted) card.drop();
      else { card.end("tDone"); done += 1; }
    } catch (error) {
      if (error.name === "AbortError") card.drop();
      else card.end("tFailed", error.message);
    }
  }
  running = false;
  if (done) offerToShow();
}

function offerToShow() {
  list.querySelector("[data-show]")?.remove();
  const item = document.createElement("li");
  item.dataset.show = "";
  item.append(Object.assign(document.createElement("a"), { href: location.pathname, className: "button button-primary", textContent: form.dataset.tShow }));
  list.append(item);
}

function take(chosen) {
  for (const each of chosen) {
    const card = makeCard(each);
    card.say("tGoing", { percent: 0 }, 0);
    queue.push({ each, card });
  }
  list.scrollIntoView({ block: "nearest" });
  work();
}

const pathOf = (file) => (file.webkitRelativePath || "").split("/").slice(0, -1).join("/");

// What was dropped, with the folders that it lies in.
async function dropped(items) {
  // All at once: after the first wait the items are empty. What has no entry (such as a picture from another page) is a file.
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const found = [];
  const walk = async (entry, path) => {
    if (entry instanceof File) found.push({ file: entry, path });
    else if (entry.isFile) {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (file) found.push({ file, path });
    } else for (const reader = entry.createReader();;) { // a reader answers a hundred at a time
      const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (!some.length) return;
      for (const lower of some) await walk(lower, path ? `${path}/${entry.name}` : entry.name);
    }
  };
  for (const entry of entries) await walk(entry, "");
  return found;
}

// Before anything is sent: which of these will be new versions.
async function tellVersions(input) {
  list.querySelectorAll("[data-version]").forEach((line) => line.remove());
  const question = new URLSearchParams([...input.files].slice(0, 100).map((file) => ["name", file.name]));
  if (form.dataset.folder) question.set("folder", form.dataset.folder);
  const response = await fetch(`${form.dataset.shelf.replace(/uploads$/, "names")}?${question}`, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  for (const [name, number] of Object.entries(await response.json())) {
    const line = Object.assign(document.createElement("li"), { textContent: text("tVersion", { name, number }), className: "quiet" });
    line.dataset.version = "";
    list.append(line);
  }
}

function start() {
  const plain = form.querySelector("#f-files"), tree = form.querySelector("#f-tree");
  if ("webkitdirectory" in tree) tree.closest("[data-tree]").hidden = false;
  form.querySelector("[data-with-script]").hidden = false;
  plain.required = false;
  plain.addEventListener("change", () => tellVersions(plain));
  form.addEventListener("submit", (event) => {
    const chosen = [...plain.files].map((file) => ({ file, path: "" })).concat([...tree.files].map((file) => ({ file, path: pathOf(file) })));
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!chosen.length) { plain.required = true; plain.reportValidity(); plain.required = false; return; }
    list.querySelectorAll("[data-version]").forEach((line) => line.remove());
    plain.value = tree.value = "";
    take(chosen);
  }, true);
  const over = (is) => form.classList.toggle("is-over", is);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  addEventListener("drop", async (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(false);
    take(await dropped(event.dataTransfer.items));
  });
  addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
}

if (form) start();

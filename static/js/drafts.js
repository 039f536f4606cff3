// Autosave. Every change is first copied into this browser, then sent to the server; the copy
// goes when the server has the same words. Protocol: composer.js.
import { request } from "./request.js";
import { forget, found, keep, received, resumed, submitted, words as shown } from "./unsent.js";

const PAUSE = 2000;   // after the last change
const LONGEST = 15000; // while somebody types without a pause
const RETRY = 20000;
const LANG = document.documentElement.lang; // English times are those of Europe, as in collab/dates.py
const KEEPALIVE_LIMIT = 60_000; // the Fetch standard allows 64 KiB in flight

export function startDrafts({ root, textarea, form, words }) {
  const status = root.querySelector(".composer-status");
  const version = form.elements.version;
  const title = form.querySelector('[name="title"]');
  words.draftKey ||= location.pathname; // stays when the page gets another address
  const state = { sent: JSON.stringify(received(root)), timer: 0, firstChange: 0, sending: null, stopped: false, others: false };

  function fingerprint() {
    return JSON.stringify(shown(root).slice(0, 2));
  }

  function say(text, warning = false) {
    status.textContent = text;
    status.classList.toggle("is-warning", warning);
  }

  function kept() {
    form.dispatchEvent(new CustomEvent("collab:kept", { bubbles: true }));
  }

  function restore() {
    const copy = found(root);
    const before = shown(root);
    if (JSON.stringify(before) === JSON.stringify(copy) || (!copy && fingerprint() !== state.sent)) {
      if (keep(root)) kept(); // typed before this module was there
      return schedule();
    }
    if (!copy || JSON.stringify(copy.slice(0, 2)) === state.sent) return forget(root);
    fill(copy);
    root.classList.add("is-used");
    root.closest("details")?.setAttribute("open", "");
    say(`${words.tRestored} `);
    const discard = document.createElement("button");
    discard.type = "button";
    discard.textContent = words.tDiscard;
    discard.addEventListener("click", () => {
      fill(before);
      forget(root);
      say("");
      textarea.focus();
    });
    status.append(discard);
    schedule();
  }

  function fill([newTitle, newText, newVersion]) {
    if (title) title.value = newTitle;
    textarea.value = newText;
    if (version && newVersion) version.value = newVersion;
  }

  function schedule(pause = PAUSE) {
    if (!words.autosaveUrl || state.stopped) return;
    clearTimeout(state.timer);
    state.firstChange ||= Date.now();
    const left = Math.max(0, state.firstChange + LONGEST - Date.now());
    state.timer = setTimeout(save, Math.min(pause, left || pause));
  }

  // force: also when nothing changed, so that a new thing gets its addresses.
  function save({ leaving = false, force = false } = {}) {
    clearTimeout(state.timer);
    if (!words.autosaveUrl || state.stopped) return Promise.resolve();
    if (state.sending) return state.sending;
    const now = fingerprint();
    if (now === state.sent && !state.others && !force) return Promise.resolve();
    state.sending = post(now, leaving).finally(() => {
      state.sending = null;
      if (fingerprint() !== state.sent) schedule(state.sent === now ? PAUSE : RETRY);
    });
    return state.sending;
  }

  async function post(now, leaving) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    body.delete("idempotency_key"); // that one is for the form itself; each saving is new
    state.firstChange = 0;
    if (!leaving) say(words.tSaving);
    try {
      const keepalive = leaving && body.toString().length < KEEPALIVE_LIMIT;
      await settle(await request(words.autosaveUrl, { method: "POST", body, keepalive }), now);
    } catch {
      say(words.tKept, true);
    }
  }

  async function settle(answer, now) {
    if (answer.ok) {
      const facts = answer.status === 204 ? {} : await answer.json();
      state.sent = now;
      adopt(facts);
      state.others = false;
      if (fingerprint() === now) {
        forget(root);
        kept();
      }
      const time = new Date(facts.saved_at ?? Date.now());
      const clock = time.toLocaleTimeString(LANG === "en" ? "en-GB" : LANG, { hour: "2-digit", minute: "2-digit" });
      say(words.tSaved.replace("{time}", clock));
    } else if (answer.status === 409) {
      say(words.tConflict, true);
      state.stopped = true;
    } else if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
      say(words.tSignin, true);
    } else {
      say(words.tKept, true);
    }
  }

  // A thing that did not exist before the first save now has addresses.
  function adopt(facts) {
    if (facts.version !== undefined && version) version.value = facts.version;
    if (facts.draft_key) { // from now on the copy belongs to the thing, where the next visit looks
      forget(root);
      words.draftKey = facts.draft_key;
      keep(root);
    }
    if (facts.action) form.action = facts.action;
    for (const [name, field] of [["autosave_url", "autosaveUrl"], ["upload_url", "uploadUrl"], ["preview_url", "previewUrl"]])
      if (facts[name]) root.dataset[field] = facts[name];
    if (facts.url) history.replaceState(history.state, "", facts.url);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    resumed();
    if (event.target !== textarea && event.target !== title) state.others = true;
    if (keep(root) && !state.others) kept();
    schedule();
  });
  form.addEventListener("submit", () => {
    clearTimeout(state.timer);
    keep(root);
    submitted(root);
    state.stopped = !form.hasAttribute("data-hx-post");
  });
  document.addEventListener("visibilitychange", () => document.hidden && save({ leaving: true }));
  addEventListener("pagehide", () => save({ leaving: true }));
  addEventListener("online", () => schedule(0));
  if (form.hasAttribute("data-unsaved")) { // what the page shows is saved nowhere yet
    state.sent = "";
    keep(root);
    schedule(0);
  } else restore();
  return { saveNow: () => save({ force: true }) };
}

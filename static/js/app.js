// Entry of every page. Each part does nothing when its markup is missing, and every page
// works without any of them.
import "./theme.js";
import "./forms.js";
import "./menus.js";
import "./toasts.js";
import "./keys.js";
import { prepareComments } from "./comments.js";
import { upgradeTimes } from "./time.js";

// The composer is loaded when a person is about to write, and at once where writing is the page.
const composers = new Map();
let loading;

async function openComposer(element) {
  if (composers.has(element)) return;
  composers.set(element, true);
  loading ??= import("./composer.js");
  (await loading).start(element);
}

// What is too wide scrolls by itself, so the keyboard must get there (WCAG 2.1.1).
function reachScrollers(root) {
  for (const element of root.querySelectorAll(".prose :is(pre, table)"))
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
}

function prepare(root) {
  upgradeTimes(root);
  reachScrollers(root);
  prepareComments(root);
  root.querySelector("[data-focus]")?.focus();
  prepareComposers(root);
}

function prepareComposers(root) {
  for (const element of root.querySelectorAll("[data-composer]")) {
    const compact = element.classList.contains("composer-compact");
    if (!compact || hasKeptText(element)) openComposer(element);
    else element.addEventListener("focusin", () => openComposer(element), { once: true });
  }
}

function hasKeptText(element) {
  try {
    return Boolean(localStorage.getItem(`collab:draft:${element.dataset.draftKey || location.pathname}`));
  } catch {
    return false; // storage is switched off
  }
}

// What was sent has arrived unless the answer is an error, a form with errors or the sign-in page.
// Then its copy in this browser goes; otherwise it stays, and no later page takes it for arrived.
function sent(arrived) {
  try {
    const key = sessionStorage.getItem("collab:submitted");
    if (!key) return;
    sessionStorage.removeItem("collab:submitted");
    if (arrived) localStorage.removeItem(key);
  } catch { /* storage is switched off: nothing was kept */ }
}

sent(document.body.matches(".signed-in") && !document.querySelector(".error-page, .error-summary, .composer.has-error"));
prepare(document);
document.addEventListener("collab:added", (event) => prepareComposers(event.target));
document.addEventListener("htmx:after:request", (event) => sent(event.detail.ctx.response.status < 400));
document.addEventListener("htmx:error", () => sent(false));
document.addEventListener("htmx:after:swap", () => prepare(document));

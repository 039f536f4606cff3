// Entry of every page. Each part does nothing when its markup is missing, and every page
// works without any of them.
import "./theme.js";
import "./forms.js";
import "./menus.js";
import "./toasts.js";
import "./keys.js";
import { prepareComments } from "./comments.js";
import { upgradeTimes } from "./time.js";
import { found, keepEarly, sent, submittedEarly } from "./unsent.js";

// The composer is loaded when a person is about to write, and at once where writing is the page.
const composers = new Set();
let loading;

async function openComposer(element) {
  if (composers.has(element)) return;
  composers.add(element);
  loading ??= import("./composer.js").catch(() => null);
  const composer = await loading;
  if (composer) return composer.start(element);
  loading = undefined; // the line is down: asked for again with the next key
  composers.delete(element);
}

// What is too wide scrolls by itself, so the keyboard must get there (WCAG 2.1.1).
function reachScrollers(root) {
  for (const element of root.querySelectorAll(".prose :is(pre, table)"))
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
}

// On a phone the tabs are a row to push along: where one is must be in sight.
function showTheTab(root) {
  for (const tabs of root.querySelectorAll(".tabs")) {
    const [here, all] = [tabs.querySelector("[aria-current]")?.getBoundingClientRect(), tabs.getBoundingClientRect()];
    if (here) tabs.scrollBy(here.left + here.width / 2 - all.left - all.width / 2, 0);
  }
}

// Boards are for few pages, so their part comes only there.
async function prepareBoard(root) {
  if (root.querySelector("[data-board]")) (await import("./board.js")).prepareBoards(root);
}

function prepare(root) {
  prepareBoard(root);
  upgradeTimes(root);
  reachScrollers(root);
  showTheTab(root);
  prepareComments(root);
  root.querySelector("[data-focus]")?.focus();
  prepareComposers(root);
}

function use({ currentTarget: element }) {
  element.classList.add("is-used");
  openComposer(element);
}

function prepareComposers(root) {
  for (const element of root.querySelectorAll("[data-composer]")) {
    const compact = element.classList.contains("composer-compact");
    const inUse = element.contains(document.activeElement);
    if (!compact || inUse) early(element); // typed before any script was there
    if (!compact || inUse || found(element)) openComposer(element);
    // The tools show as soon as the box is used and then stay: what is below must not move under a click.
    if (inUse) element.classList.add("is-used");
    else element.addEventListener("focusin", use, { once: true });
  }
}

if (document.querySelector("[data-passages]") && document.querySelector("[data-about]")) import("./passages.js");

function early(element, act = keepEarly) {
  if (element && !element.matches(".is-ready")) act(element);
}

sent(document.body.matches(".signed-in") && !document.querySelector(".error-page, .error-summary, .composer.has-error"));
prepare(document);
document.addEventListener("input", (event) => {
  const element = event.target.form?.querySelector("[data-composer]");
  early(element);
  if (element) openComposer(element);
});
document.addEventListener("submit", (event) => early(event.target.querySelector("[data-composer]"), submittedEarly));
document.addEventListener("collab:added", (event) => prepareComposers(event.target));
document.addEventListener("htmx:after:request", (event) => sent(event.detail.ctx.response.status < 400));
document.addEventListener("htmx:error", () => sent(false));
document.addEventListener("htmx:after:swap", () => prepare(document));

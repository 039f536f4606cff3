// "Reply" opens a box below the comment: a copy of the box at the end of the thread, so that a long
// thread stays a small page. Without JavaScript the same link loads the page with that box open.
import { found } from "./unsent.js";

const blanks = new WeakMap(); // section -> its box, untouched

export function prepareComments(root) {
  const section = root.querySelector(".comments");
  if (!section || blanks.has(section)) return;
  const box = section.querySelector(":scope > .comment-form");
  if (!box) return;
  blanks.set(section, blank(box));
  for (const link of section.querySelectorAll("a[data-reply]")) if (hasKept(box, link)) open(link);
}

function blank(box) {
  const copy = box.cloneNode(true);
  copy.querySelector("[data-about]")?.remove(); // an answer is about what it answers
  copy.querySelector("textarea").textContent = "";
  for (const error of copy.querySelectorAll(".error")) error.remove();
  for (const marked of copy.querySelectorAll(".has-error")) marked.classList.remove("has-error");
  return copy;
}

const draftKey = (form) => form.querySelector("[data-composer]").dataset.draftKey;
const keyFor = (link, text) => text.replaceAll("c-new", `c-${link.dataset.reply}`);

const hasKept = (box, link) => Boolean(found({ dataset: { draftKey: keyFor(link, draftKey(box)) } }));

function open(link) {
  const section = link.closest(".comments");
  const form = blanks.get(section).cloneNode(true);
  for (const element of form.querySelectorAll("*"))
    for (const { name, value } of element.attributes)
      if (value.includes("c-new")) element.setAttribute(name, keyFor(link, value));
  const parent = Object.assign(document.createElement("input"), { type: "hidden", name: "parent", value: link.dataset.reply });
  form.prepend(parent);
  form.elements.idempotency_key.value = crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`;
  form.querySelector(".composer-label").textContent = section.dataset.tLabel;
  form.querySelector("textarea").placeholder = section.dataset.tPlaceholder;
  const send = form.querySelector("button[type=submit]"), { dataset } = section;
  if (form.elements.internal) {
    send.querySelector(".when-inside > span").textContent = dataset.tInside;
    send.querySelector(".when-outside > span").textContent = dataset.tOutside;
  } else send.textContent = dataset.tSend;
  if (form.elements.internal) form.elements.internal.checked = "internal" in link.dataset;
  link.replaceWith(form);
  window.htmx?.process(form);
  form.dispatchEvent(new CustomEvent("collab:added", { bubbles: true }));
  return form;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-reply]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !blanks.has(link.closest(".comments"))) return;
  event.preventDefault();
  open(link).querySelector("textarea").focus();
});

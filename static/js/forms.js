// The CSRF token for htmx and fetch, one submit per click, and "you have unsaved text".
export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = csrf();
});

// Forms with data-guard warn before the page is left while they hold changes that nobody has.
// The composer tells through "collab:kept" that the server or this browser has everything.
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) changed.add(form);
}, true); // before the composer hears of it and says "kept"
document.addEventListener("collab:kept", (event) => changed.delete(event.target.closest("form")));

// A fragment that did not come: say so, the text stays where it is.
const troubles = document.getElementById("toasts");
export function tell(text) {
  const toast = document.createElement("div");
  toast.className = "toast toast-error";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  troubles?.append(toast);
}
document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  settle(event.target.closest("form"));
  if (status === 422) return; // the fragment itself shows what is wrong
  tell(status === 401 || status === 403 ? troubles.dataset.tSignin : troubles.dataset.tFailed);
});
document.addEventListener("htmx:error", (event) => {
  settle(event.target.closest?.("form"));
  tell(troubles.dataset.tFailed);
});
document.addEventListener("htmx:after:swap", () => {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
});
addEventListener("beforeunload", (event) => {
  for (const form of changed) if (form.isConnected) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
  changed.delete(form);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.classList.add("is-busy");
  setTimeout(() => settle(form), 8000); // a slow answer must not lock the form for ever
});
function settle(form) {
  if (!form) return;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
}
// Back from the browser's memory: the form can be sent again, and then means something new.
addEventListener("pageshow", (event) => {
  for (const form of document.forms) {
    settle(form);
    if (event.persisted && form.elements.idempotency_key) form.elements.idempotency_key.value += "+";
  }
});

// A button that copies what the field says that it names. Without a clipboard it stays away.
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
  button.querySelector("span").textContent = button.dataset.tCopied;
});

// The Markdown composer (macros/composer.html). Without this module it is a <textarea> and a
// file input inside a form; with it, it gains preview, upload, mentions and autosave.
//
// PROTOCOL. All requests carry X-CSRFToken and HX-Request: true. Attributes of [data-composer]:
//
// data-preview-url   POST, form field "body" (plus every hidden field of the form but
//                    idempotency_key).
//                    200: an HTML fragment, exactly what the published page would show inside
//                    <div class="prose">. Anything else: "preview cannot be shown".
// data-mention-url   GET ?q=<what follows @>. 200: <ul role="listbox"><li role="option"
//                    data-value="@handle">…</li></ul> (macro search.mention_options). 204: nobody.
// data-upload-url    POST multipart, field "file". 201: JSON
//                    {"url": …, "name": …, "media_type": …, "is_picture"?, "alt_url"?, "note"?}. For
//                    pictures the alternative text is asked here, "![alt](url)" goes into the text
//                    and, if alt_url is given, "alt" is POSTed there. Other files, also broken
//                    pictures (is_picture false), become "[name](url)"; "note" is shown.
//                    4xx: JSON problem; its "detail" is shown to the person.
//                    Without JavaScript the same files arrive with the form in "files".
// data-autosave-url  POST, all fields of the form but files and idempotency_key, as x-www-form-urlencoded, 2 s after the
//                    last change, 15 s while typing goes on, and when the page is hidden (keepalive).
//                    200 or 201: JSON {"saved_at"?: ISO, "version"?: n, …}. "version" is written
//                    into the form's field "version". A new thing answers 201 with any of
//                    {"action", "autosave_url", "upload_url", "preview_url", "draft_key", "url"}: they
//                    replace the attributes here, form.action, and the address of the page (url), so
//                    that a reload edits the draft which now exists and finds its copy.
//                    401/403: "sign in in another tab"; 409: "someone saved a newer version";
//                    anything else and no network: "kept in this browser", tried again.
// data-draft-key     Key of the copy in this browser; must name the person and the thing
//                    ("<person>:<entry>"), so that nobody meets the words of somebody else.
// data-t-*           Words.
// data-unsaved       On the form: its words are saved nowhere yet (two versions put together).
//
// EVENTS on the form: "collab:kept" (everything is safe somewhere), caught by forms.js.
import { subscribe } from "../vendor/composer.js";
import { startDrafts } from "./drafts.js";
import { startUploads } from "./upload.js";
import { request } from "./request.js";

export function start(root) {
  const textarea = root.querySelector("textarea");
  const composer = { root, textarea, form: textarea.form, words: root.dataset, changed };
  root.classList.add("is-ready");

  function changed() {
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  subscribe(textarea);
  startModes(composer);
  startShortcuts(composer);
  startMentions(composer);
  composer.drafts = startDrafts(composer);
  startUploads(composer);
  if (document.activeElement === textarea) textarea.dispatchEvent(new Event("input")); // who has begun a name is offered people
}

// Tabs "write" and "preview", WAI-ARIA tab pattern.
function startModes({ root, form, textarea, words }) {
  const list = root.querySelector("[role=tablist]");
  if (!list) return;
  const tabs = [...list.children];
  const panes = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));

  function choose(at, focus) {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === at));
      tab.tabIndex = i === at ? 0 : -1;
      panes[i].hidden = i !== at;
    });
    root.classList.toggle("is-previewing", at === 1);
    if (focus) tabs[at].focus();
    if (at === 1) preview(panes[1]);
    else if (!focus) textarea.focus();
  }

  async function preview(pane) {
    const body = new FormData();
    for (const hidden of form.querySelectorAll("input[type=hidden]")) body.append(hidden.name, hidden.value);
    body.delete("idempotency_key");
    body.append("body", textarea.value);
    pane.textContent = textarea.value.trim() ? words.tPreviewing : words.tNothing;
    if (!textarea.value.trim()) return;
    try {
      const answer = await request(words.previewUrl, { method: "POST", body: new URLSearchParams(body) });
      if (!answer.ok) throw new Error(String(answer.status));
      pane.innerHTML = await answer.text(); // the server's own sanitised HTML; CSP is the second wall
    } catch {
      pane.textContent = words.tNopreview;
    }
  }

  list.addEventListener("click", (event) => {
    const at = tabs.indexOf(event.target.closest("[role=tab]"));
    if (at >= 0) choose(at, at === 1);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") choose(tabs.indexOf(event.target) ? 0 : 1, true);
  });
}

function startShortcuts({ root, form, textarea }) {
  form.querySelector(".title-input")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // from the title into the text; publishing is a button
    textarea.focus();
  });
  const buttons = { b: "bold", i: "italic", k: "link" };
  textarea.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const style = buttons[event.key.toLowerCase()];
    if (!style) return;
    event.preventDefault();
    root.querySelector(`[data-md-button="${style}"]`)?.click();
  });
}

function startMentions({ root, words, changed }) {
  const expander = root.querySelector("text-expander");
  if (!words.mentionUrl) return;
  expander.addEventListener("text-expander-change", (event) => {
    const { provide, text } = event.detail;
    if (text.length) provide(people(words.mentionUrl, text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = event.detail.item.dataset.value;
  });
  expander.addEventListener("text-expander-committed", changed);
}

async function people(url, text) {
  const nobody = { matched: false };
  try {
    const answer = await request(`${url}?q=${encodeURIComponent(text)}`);
    if (answer.status !== 200) return nobody;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fragment = page.querySelector("[role=listbox]");
    return fragment?.querySelector("[role=option]") ? { matched: true, fragment } : nobody;
  } catch {
    return nobody;
  }
}

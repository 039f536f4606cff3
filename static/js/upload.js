// Pictures and files by button, drop, paste or camera; with progress, cancel and alternative text.
import { csrf } from "./forms.js";
import { request } from "./request.js";

let serial = 0;

export function startUploads(composer) {
  const { root, textarea } = composer;
  const input = root.querySelector('input[type="file"]');
  if (!input) return;
  input.removeAttribute("name"); // from now on files go up one by one, not with the form
  const take = (files) => { for (const file of files) upload(composer, file); };

  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  textarea.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(files);
  }, true);
  for (const name of ["dragenter", "dragover"])
    root.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      root.classList.add("is-over");
    });
  for (const name of ["dragleave", "drop"])
    root.addEventListener(name, (event) => {
      if (name === "drop" || !root.contains(event.relatedTarget)) root.classList.remove("is-over");
    });
  root.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}

async function upload(composer, file) {
  const { root, words } = composer;
  root.classList.add("is-used");
  const named = (text) => text.replace("{name}", file.name || "");
  const card = makeCard(named(words.tUploading), words.tCancel);
  root.querySelector(".uploads").append(card.element);
  if (!words.uploadUrl) await composer.drafts.saveNow(); // a new thing gets its address by being saved
  if (!words.uploadUrl) return card.fail(named(words.tFailed), words.tClose);

  const looksLikePicture = /^image\/(png|jpeg|gif|webp|avif|heic)$/.test(file.type);
  const alt = looksLikePicture ? askAlt(card, file, words) : Promise.resolve(null);
  let facts;
  try {
    facts = await send(words.uploadUrl, file, card);
  } catch (error) {
    if (error.name !== "AbortError") card.fail(`${named(words.tFailed)} ${error.message}`, words.tClose);
    return undefined;
  }
  const isPicture = facts.is_picture ?? looksLikePicture; // the server has looked into it
  if (isPicture) card.done(named(words.tUploaded));
  else card.note(facts.note, words.tClose);
  const text = isPicture ? await alt : null;
  if (facts.alt_url && text) request(facts.alt_url, { method: "POST", body: new URLSearchParams({ alt: text }) }).catch(() => {});
  const label = (text ?? facts.name ?? file.name).replace(/([[\]\\])/g, "\\$1");
  insert(composer, `${isPicture ? "!" : ""}[${label}](${facts.url})`);
  if (!facts.note) card.element.remove();
  return undefined;
}

function send(url, file, card) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name || "picture.png");
    call.open("POST", url);
    call.responseType = "json";
    call.setRequestHeader("X-CSRFToken", csrf());
    call.setRequestHeader("HX-Request", "true");
    call.setRequestHeader("Accept", "application/json");
    call.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) card.progress.value = event.loaded / event.total;
    });
    call.addEventListener("load", () => {
      if (call.status < 300 && call.response?.url) resolve(call.response);
      else reject(new Error(call.response?.detail ?? ""));
    });
    call.addEventListener("error", () => reject(new Error("")));
    call.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    card.cancel.addEventListener("click", () => {
      call.abort();
      card.element.remove();
    });
    call.send(body);
  });
}

function insert({ textarea, changed }, markdown) {
  const { selectionEnd: at, value } = textarea;
  const before = value.slice(0, at);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  textarea.setRangeText(`${gap}${markdown}\n\n`, at, at, "end");
  changed();
  textarea.focus();
}

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function makeCard(text, cancelText) {
  const element = make("li", { class: "upload" });
  const line = make("div", { class: "upload-line" });
  const label = make("span", {}, text);
  const cancel = make("button", { type: "button", class: "button button-quiet" }, cancelText);
  const progress = make("progress", { class: "progress", max: "1", "aria-label": text });
  progress.value = 0;
  line.append(label, cancel);
  element.append(line, progress);
  return {
    element, cancel, progress,
    done(words) {
      label.textContent = words;
      progress.remove();
      cancel.remove();
    },
    // Stays until it is read: what became of the file.
    note(words, closeText) {
      if (words) label.textContent = words;
      progress.remove();
      element.querySelector("fieldset")?.remove();
      const close = make("button", { type: "button", class: "button button-quiet" }, closeText);
      close.addEventListener("click", () => element.remove());
      cancel.replaceWith(close);
    },
    fail(words, closeText) {
      this.note(words, closeText);
      element.classList.add("is-failed");
    },
  };
}

// Resolves with the words, or with "" for a picture that only decorates.
function askAlt(card, file, words) {
  const id = `alt-${++serial}`;
  const group = make("fieldset", { class: "field" });
  const picture = make("img", { alt: "" });
  picture.src = URL.createObjectURL(file);
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
  const field = make("input", { type: "text", id, maxlength: "300", autocomplete: "off" });
  const row = make("div", { class: "submit-row" });
  const ok = make("button", { type: "button", class: "button button-primary" }, words.tInsert);
  const none = make("button", { type: "button", class: "button button-quiet" }, words.tDecorative);
  row.append(ok, none);
  group.append(picture, make("label", { for: id }, words.tAlt), field, row);
  card.element.append(group);
  field.focus();
  return new Promise((resolve) => {
    const finish = (text) => {
      group.remove();
      resolve(text);
    };
    ok.addEventListener("click", () => (field.value.trim() ? finish(field.value.trim()) : field.focus()));
    none.addEventListener("click", () => finish(""));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      ok.click();
    });
  });
}

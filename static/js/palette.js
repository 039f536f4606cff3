// Quick search: GET data-url?q=… answers <div role="listbox"> with groups of [role=option][data-href].
import Combobox from "../vendor/combobox.js";

const SHORTEST = 2; // letters
const KEPT = 30; // answers, for going back while typing

let ready = false;

export function start(dialog) {
  const input = dialog.querySelector("input");
  if (ready) {
    input.select();
    return;
  }
  ready = true; // what was typed while this file was loading stays
  const hits = dialog.querySelector(".palette-hits");
  const status = dialog.querySelector(".palette-foot");
  const answers = new Map();
  let combobox;
  let asking;
  let timer;

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const list = page.querySelector("[role=listbox]");
    combobox?.destroy();
    combobox = undefined;
    hits.replaceChildren(...(list ? [list] : []));
    hits.scrollTop = 0;
    if (!list) return;
    combobox = new Combobox(input, list, { firstOptionSelectionMode: "selected", tabInsertsSuggestions: false });
    combobox.start();
    const count = list.querySelectorAll("[role=option]:not(.option-all)").length;
    status.textContent = list.dataset.note || (count === 1 ? hits.dataset.tHit : count ? hits.dataset.tHits.replace("{count}", count) : hits.dataset.tNone);
  }

  function keep(query, html) {
    answers.delete(query);
    answers.set(query, html);
    if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  }

  async function ask() {
    asking?.abort();
    const query = input.value.trim();
    if (query.length < SHORTEST) {
      show("");
      status.textContent = "";
      return;
    }
    if (answers.has(query)) show(answers.get(query)); // at once; asked again all the same
    asking = new AbortController();
    try {
      const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(query)}`, {
        headers: { "HX-Request": "true" }, signal: asking.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (answers.get(query) !== html || !combobox) show(html);
      keep(query, html);
    } catch (error) {
      // What was found last stays where it is.
      if (error.name !== "AbortError") status.textContent = combobox ? hits.dataset.tLast : hits.dataset.tFailed;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 100);
  });
  addEventListener("online", () => {
    if (dialog.open) ask();
  });
  dialog.addEventListener("combobox-commit", (event) => {
    location.assign(event.target.dataset.href);
  });
  if (input.value) ask();
}

// Quick search: GET data-url?q=… answers <ul role="listbox"> with <li role="option" data-href>.
import Combobox from "../vendor/combobox.js";

let ready = false;

export function start(dialog) {
  const input = dialog.querySelector("input");
  input.select();
  if (ready) return;
  ready = true;
  const hits = dialog.querySelector(".palette-hits");
  const status = dialog.querySelector(".palette-foot");
  let combobox;
  let asking;
  let timer;

  function show(list) {
    combobox?.destroy();
    combobox = undefined;
    hits.replaceChildren(...(list ? [list] : []));
    if (!list) return;
    combobox = new Combobox(input, list, { firstOptionSelectionMode: "selected", tabInsertsSuggestions: false });
    combobox.start();
    const count = list.querySelectorAll("[role=option]:not(.option-all)").length;
    status.textContent = count ? hits.dataset.tHits.replace("{count}", count) : hits.dataset.tNone;
  }

  async function ask() {
    asking?.abort();
    const query = input.value.trim();
    if (!query) {
      show(null);
      status.textContent = "";
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(query)}`, {
        headers: { "HX-Request": "true" }, signal: asking.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      show(page.querySelector("[role=listbox]"));
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = hits.dataset.tFailed;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  dialog.addEventListener("combobox-commit", (event) => {
    location.assign(event.target.dataset.href);
  });
  if (input.value) ask();
}

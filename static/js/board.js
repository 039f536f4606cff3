// The board: cards are dragged by pointer or finger, or moved with the arrow keys. The server answers with the
// board as it is then, so what others have moved meanwhile shows, too.
import { request } from "./request.js";
import { tell } from "./forms.js";

const FAR = 6; // so many pixels make a drag of what began as a click
let drag = null; // {card, seen, slot, x, y, on}
let sending = Promise.resolve();
let timer = 0; // arrow keys are over when none came for a moment

const boardOf = (element) => element.closest("[data-board]");
const column = (card) => card.closest("[data-column]").dataset.column;
const lanes = (board) => [...board.querySelectorAll("[data-column]")];
const cards = (lane) => [...lane.querySelectorAll(".task-card:not(.is-dragged)")];

export function prepareBoards(root) {
  for (const grip of root.querySelectorAll("[data-board] .task-grip")) grip.hidden = false;
}

function save(card, seen, focus) {
  const board = boardOf(card), task = card.dataset.task;
  const before = card.previousElementSibling?.dataset.task;
  const body = new URLSearchParams({ column: column(card), after: before ?? "first", seen });
  send(board, `${board.dataset.base}${task}/move`, body, focus ? task : "");
}

// One after the other: a card may be moved on before the server has answered.
function send(...what) {
  sending = sending.then(() => ask(...what));
}

async function ask(board, url, body, focus) {
  const html = await request(url, { method: "POST", body }).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "");
  if (!html) {
    tell(document.getElementById("toasts").dataset.tFailed);
    return setTimeout(() => location.reload(), 1500); // the board as it is
  }
  show(board, html, focus);
}

function show(sent, html, focus) {
  if (drag?.on) return; // its own answer comes when the card is dropped
  const board = sent.isConnected ? sent : document.querySelector("[data-board]"); // an earlier answer came meanwhile
  const at = board.querySelector(".board").scrollLeft;
  const fresh = document.createRange().createContextualFragment(html).querySelector("[data-board]");
  if (!fresh) return location.reload();
  for (const input of fresh.querySelectorAll("[autofocus], [data-focus]")) input.removeAttribute("data-focus");
  for (const input of board.querySelectorAll(".lane-add input[name=title]"))
    if (input.value) Object.assign(fresh.querySelector(`#${CSS.escape(input.id)}`) ?? {}, { value: input.value });
  board.replaceWith(fresh);
  window.htmx?.process(fresh);
  prepareBoards(document);
  fresh.querySelector(".board").scrollLeft = at;
  if (focus) (fresh.querySelector(`[data-task="${CSS.escape(focus)}"] .task-grip`) ?? fresh.querySelector(".board")).focus();
}

// Pointer and finger --------------------------------------------------------------------------------

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-board] .task-card");
  if (!card || event.button || drag || !card.querySelector(".task-grip")) return;
  const onGrip = event.target.closest(".task-grip");
  if (!onGrip && (event.pointerType !== "mouse" || event.target.closest("details, button"))) return;
  drag = { card, seen: column(card), x: event.clientX, y: event.clientY, on: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.on && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
  if (!drag.on) begin();
  event.preventDefault();
  lead(event.clientX, event.clientY);
});

function begin() {
  drag.on = true;
  drag.slot = Object.assign(document.createElement("li"), { className: "task-slot" });
  drag.card.classList.add("is-dragged");
  drag.card.closest(".board").classList.add("is-dragging");
}

function lead(x, y) {
  const board = drag.card.closest(".board"), edge = board.getBoundingClientRect();
  if (x > edge.right - 40) board.scrollLeft += 14;
  if (x < edge.left + 40) board.scrollLeft -= 14;
  const lane = lanes(board).find((one) => {
    const box = one.getBoundingClientRect();
    return x >= box.left && x <= box.right;
  });
  if (!lane) return;
  const next = cards(lane).find((one) => {
    const box = one.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  lane.querySelector(".lane-cards").insertBefore(drag.slot, next ?? null);
}

function end(drop) {
  if (!drag) return;
  const { card, seen, slot, on } = drag;
  drag = null;
  if (!on) return;
  card.closest(".board").classList.remove("is-dragging");
  card.classList.remove("is-dragged");
  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("click", swallow, { capture: true, once: true }); // the card's link is not followed
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
  const place = slot.parentElement;
  if (drop && place) place.replaceChild(card, slot);
  slot.remove();
  if (drop && place) save(card, seen, false);
}

document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".task-card")) event.preventDefault(); });

// A card's menu: without scripts, its buttons send the one form of the board elsewhere ------------------

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id !== "mover" || !button) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, button));
  send(boardOf(event.target), button.formAction, body, button.closest("[data-task]").dataset.task);
});

// Keyboard ------------------------------------------------------------------------------------------

const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return end(false);
  const grip = event.target.closest?.(".task-grip"), step = steps[event.key];
  if (!grip || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const card = grip.closest(".task-card");
  card.dataset.seen ??= column(card);
  if (!put(card, step[0] * (document.dir === "rtl" ? -1 : 1), step[1])) return;
  grip.focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  clearTimeout(timer);
  timer = setTimeout(() => {
    const { seen } = card.dataset;
    delete card.dataset.seen;
    save(card, seen, true);
  }, 500);
});

function put(card, across, down) {
  const all = lanes(boardOf(card)), here = all.indexOf(card.closest("[data-column]"));
  const list = card.parentElement;
  if (down < 0 && card.previousElementSibling) return list.insertBefore(card, card.previousElementSibling);
  if (down > 0 && card.nextElementSibling) return list.insertBefore(card.nextElementSibling, card);
  const lane = across && all[here + across]?.querySelector(".lane-cards");
  return lane ? lane.insertBefore(card, lane.firstElementChild) : null;
}

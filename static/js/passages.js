// Words that somebody selects in a text: a button beside them opens the comment box about them.
// Without JavaScript the same field is filled in by hand.
const text = document.querySelector("[data-passages]");
const about = () => document.querySelector(".comments > .comment-form [data-about]");
let offer;

// As the server counts letters: without the notes in the margin and the signs behind headings.
function words(range) {
  const part = range.cloneContents();
  for (const other of part.querySelectorAll(".margin-note, .headerlink")) other.remove();
  return part.textContent.replace(/\s+/g, " ").trim();
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !about()) return null;
  const range = selection.getRangeAt(0);
  const quote = text.contains(range.commonAncestorContainer) ? words(range) : "";
  return quote && quote.length <= 1000 ? { range, quote } : null;
}

function before(range) {
  const start = document.createRange();
  start.setStart(text, 0);
  start.setEnd(range.startContainer, range.startOffset);
  return words(start).slice(-80);
}

function show() {
  const found = selected();
  if (!found) return offer?.remove();
  offer ??= button();
  const box = found.range.getBoundingClientRect();
  text.after(offer);
  offer.style.insetBlockStart = `${box.bottom + scrollY + 8}px`;
  offer.style.insetInlineStart = `${Math.max(8, Math.min(box.left + scrollX, innerWidth - offer.offsetWidth - 8))}px`;
}

function button() {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button button-primary passage-offer" });
  made.textContent = document.querySelector(".comments").dataset.tAbout;
  made.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  made.addEventListener("click", write);
  return made;
}

function write() {
  const found = selected();
  if (!found) return;
  const field = about(), form = field.closest("form");
  field.open = true;
  form.elements.quote.value = found.quote;
  form.elements.before.value = before(found.range);
  getSelection().removeAllRanges();
  offer.remove();
  form.elements.body.focus();
  form.scrollIntoView({ block: "center" });
}

let waiting;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 200);
});
addEventListener("scroll", () => offer?.remove(), { passive: true });

// The passage is marked by the page, so a comment about one is sent as a plain form and the page comes anew.
document.addEventListener("htmx:config:request", (event) => {
  const form = event.detail.ctx.sourceElement;
  if (!form?.elements?.quote?.value?.trim()) return;
  event.preventDefault();
  form.dispatchEvent(new CustomEvent("collab:kept", { bubbles: true })); // it is on its way: no question whether to leave
  form.submit();
});

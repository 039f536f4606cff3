// "/" and Ctrl/Cmd+K: quick search; "?": help; "g" then "h", "b" or "w": go somewhere. Ctrl/Cmd+Enter
// sends what is written, also before the composer's own parts are there.
// Single keys are off with data-keys="off" on <body> (WCAG 2.1.4); Ctrl+K always works.
const PLACES = { h: "/", b: "/blog/", w: "/workspaces/" };
const palette = document.getElementById("palette");
const help = document.getElementById("keys");
const singleKeys = () => document.body.dataset.keys !== "off";
let going = 0;

async function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  (await import("./palette.js")).start(palette);
}

function isTyping(target) {
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const control = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (control && event.key.toLowerCase() === "k") {
    if (!palette || event.target.closest?.("[data-composer]")) return; // there it makes a link
    event.preventDefault();
    openPalette();
    return;
  }
  if (control && event.key === "Enter" && event.target.matches?.("[data-composer] textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (control || event.altKey || !singleKeys() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && palette) {
    event.preventDefault();
    openPalette();
  } else if (event.key === "?" && help) {
    help.showModal();
  } else if (event.key === "g") {
    going = Date.now();
  } else if (Date.now() - going < 1500 && event.key in PLACES) {
    const link = document.querySelector(`.places a[href="${PLACES[event.key]}"]`);
    if (link) location.assign(link.href);
  }
});

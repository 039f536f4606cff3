// <details class="menu">: one open at a time; Escape, a click elsewhere and leaving close it.
const openMenus = () => document.querySelectorAll("details.menu[open]");

function close(menu, back) {
  menu.open = false;
  if (back) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    close(menu, true);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll("li:not([hidden]) :is(a, button)")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
});

// data-open="<id of a dialog>" and data-close
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) {
    const menu = opener.closest("details.menu");
    if (menu) close(menu, true);
    document.getElementById(opener.dataset.open)?.showModal();
  }
  if (event.target.closest?.("[data-close]") || event.target.matches?.("dialog[open]"))
    event.target.closest("dialog")?.close();
});
for (const item of document.querySelectorAll(".menu-keys")) item.hidden = false;

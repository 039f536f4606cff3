// Short messages go after ten seconds, but never while a pointer or the focus is on them.
const box = document.getElementById("toasts");

function arm(toast) {
  if (toast.dataset.armed) return;
  toast.dataset.armed = "1";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-icon";
  close.setAttribute("aria-label", box.dataset.tClose);
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.classList.contains("toast-error")) return;
  let timer;
  const wait = () => { timer = setTimeout(() => toast.remove(), 10_000); };
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  wait();
}

if (box) {
  const all = () => { for (const toast of box.querySelectorAll(".toast")) arm(toast); };
  all();
  new MutationObserver(all).observe(box, { childList: true });
}

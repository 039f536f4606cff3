// The copy of unsent words in this browser, under the composer's data-draft-key: [title, text,
// version]. With the version that was changed: saving it later must not undo what others did meanwhile.
const place = (root) => `collab:draft:${root.dataset.draftKey || location.pathname}`;
const early = new WeakMap(); // composer -> the copy that lay there before

function fields(root) {
  const { form } = root.querySelector("textarea");
  return { title: form.querySelector('[name="title"]'), text: root.querySelector("textarea"), version: form.elements.version };
}

// What the page shows now.
export function words(root) {
  const { title, text, version } = fields(root);
  return [title?.value ?? "", text.value, version?.value ?? ""];
}

// What the server has sent; somebody may have typed before any script was there.
export function received(root) {
  const { title, text } = fields(root);
  return [title?.defaultValue ?? "", text.defaultValue];
}

export function found(root) {
  try {
    const copy = JSON.parse(localStorage.getItem(place(root)));
    return Array.isArray(copy) ? copy : null;
  } catch {
    return null; // none that could be read
  }
}

// false: storage is full or switched off.
export function keep(root, copy = words(root)) {
  try {
    if (copy[1].trim() || copy[0].trim()) localStorage.setItem(place(root), JSON.stringify(copy));
    else localStorage.removeItem(place(root));
    return true;
  } catch {
    return false;
  }
}

export function forget(root) {
  try { localStorage.removeItem(place(root)); } catch { /* nothing was kept */ }
}

// Before the composer is there: whoever types on a slow line and loses the page loses nothing,
// neither these words nor those of an older copy that still waits to be put back.
export function keepEarly(root) {
  const typed = words(root);
  if (JSON.stringify(typed.slice(0, 2)) === JSON.stringify(received(root))) return;
  if (!early.has(root)) early.set(root, found(root));
  keep(root, together(early.get(root), typed));
}

function together(older, typed) {
  if (!older || typed[1].includes(older[1])) return [typed[0] || older?.[0] || "", typed[1], typed[2]];
  const text = older[1].includes(typed[1]) ? older[1] : `${older[1]}\n\n${typed[1]}`;
  return [older[0] || typed[0], text, older[2] ?? ""];
}

// The form was sent; app.js drops the copy when the answer shows that the words have arrived.
export function submitted(root) {
  try { sessionStorage.setItem("collab:submitted", place(root)); } catch { /* storage is switched off */ }
}

// Sent before the composer was there: nothing but what was typed here lies in the copy.
export function submittedEarly(root) {
  if (early.has(root) && !early.get(root)) submitted(root);
}

// New words have not been sent.
export function resumed() {
  try { sessionStorage.removeItem("collab:submitted"); } catch { /* storage is switched off */ }
}

// What was sent has arrived unless the answer is an error, a form with errors or the sign-in page.
// Then its copy in this browser goes; otherwise it stays, and no later page takes it for arrived.
export function sent(arrived) {
  try {
    const key = sessionStorage.getItem("collab:submitted");
    if (!key) return;
    sessionStorage.removeItem("collab:submitted");
    if (arrived) localStorage.removeItem(key);
  } catch { /* storage is switched off: nothing was kept */ }
}

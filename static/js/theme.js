// Light, dark or like the device. The cookie lets the server paint the next page right at once.
const root = document.documentElement;

function show(choice) {
  if (choice === "system") delete root.dataset.theme;
  else root.dataset.theme = choice;
  const scheme = document.querySelector('meta[name="color-scheme"]');
  if (scheme) scheme.content = choice === "system" ? "light dark" : choice;
  for (const button of document.querySelectorAll("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
}

for (const item of document.querySelectorAll(".theme-choice")) item.hidden = false;

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) return;
  const age = choice === "system" ? 0 : 31536000;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  show(choice);
});

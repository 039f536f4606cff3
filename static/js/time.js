// <time data-ago> says how long ago something was and keeps saying it right while the page is open.
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 7]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

function words(date) {
  let amount = (date - Date.now()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return null; // older than a week: what the server wrote stays right
}

export function upgradeTimes(root) {
  for (const element of root.querySelectorAll("time[data-ago]")) {
    const text = words(Date.parse(element.dateTime));
    if (text && element.textContent !== text) element.textContent = text;
  }
}

setInterval(() => document.hidden || upgradeTimes(document), 60_000);

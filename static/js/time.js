// <time datetime>: recent moments become "5 minutes ago"; the title keeps the full date.
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 7]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

function words(date) {
  let amount = (date - Date.now()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return null; // older than a week: the date that the server wrote says more
}

export function upgradeTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-plain])")) {
    const date = Date.parse(element.dateTime);
    if (!element.dateTime.includes("T") || Number.isNaN(date)) continue;
    element.dataset.full ??= element.textContent.trim();
    if (!element.title) element.title = element.dataset.full;
    const text = words(date) ?? element.dataset.full;
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(() => document.hidden || upgradeTimes(document), 60_000);

// Figures say as of when they are. One that is older than its limit says so, whatever the reason.
import { all, word } from "./page";

const LOOK_MS = 5_000;

function look(): void {
  let some = false;
  for (const figure of all("[data-as-of]")) {
    const age = (Date.now() - Date.parse(figure.dataset["asOf"] ?? "")) / 1000;
    const stale = age > Number(figure.dataset["goodFor"] ?? Infinity);
    figure.dataset["said"] ??= figure.title;
    figure.classList.toggle("stale", stale);
    figure.title = [stale ? word("stale") : "", figure.dataset["said"]].filter(Boolean).join(" · ");
    some ||= stale;
  }
  document.body.classList.toggle("has-stale", some);
}

export function startStale(): void {
  if (!document.querySelector("[data-as-of]")) return;
  look();
  setInterval(look, LOOK_MS);
  addEventListener("gewu:refreshed", look);
}

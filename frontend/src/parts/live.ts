// Live screens: the event stream says that something changed; htmx fetches the page again and keeps the live parts.
import htmx from "htmx.org";
import { all, toast, word } from "./page";

const PAUSE_MS = 800; // a burst of events is one look at the server
let waiting: number | undefined;

function show(state: "on" | "off"): void {
  for (const light of all("[data-live-state]")) {
    light.dataset["state"] = state;
    const text = light.firstElementChild ?? light;
    text.textContent = word(state);
  }
}

/** The parts of this page that may be replaced without taking anything from under a person's hands. */
function parts(): string {
  return all("[data-live-part]").map((part) => `#${part.id}`).join(",");
}

async function refresh(): Promise<void> {
  waiting = undefined;
  const kept = parts();
  if (!kept || document.hidden) return;
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const selector of [...kept.split(","), "#rail", "#unread"]) {
    const mine = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    if (!mine || !fresh || mine.innerHTML === fresh.innerHTML) continue;
    changed = true;
    if (selector === "#list") toast(word("updated"));
    const focused = mine.contains(document.activeElement) ? (document.activeElement as HTMLAnchorElement).getAttribute("href") : null;
    mine.innerHTML = fresh.innerHTML;
    htmx.process(mine);
    if (focused) all<HTMLAnchorElement>("a", mine).find((link) => link.getAttribute("href") === focused)?.focus();
  }
  dispatchEvent(new CustomEvent("gewu:refreshed", { detail: { changed } }));
}

function tell(event: MessageEvent<string>): void {
  waiting ??= window.setTimeout(() => void refresh(), PAUSE_MS);
  const record = document.querySelector<HTMLElement>("[data-record]")?.dataset["record"];
  if (record && event.data.includes(record.split(":")[1] ?? record)) toast(word("changed"), { text: word("reload"), href: location.href });
}

export function startLive(): void {
  const address = document.body.dataset["live"];
  if (!address) return;
  const stream = new EventSource(address, { withCredentials: true });
  stream.onopen = () => show("on");
  stream.onerror = () => show("off");
  stream.onmessage = tell;
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void refresh(); });
}

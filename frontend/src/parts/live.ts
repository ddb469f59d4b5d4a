// Live screens: the event stream says that something changed; the page fetches itself again and keeps its live parts.
import htmx from "htmx.org";
import { all, toast, word } from "./page";
import { isMine, said, show as showPresent } from "./presence";

const PAUSE_MS = 800; // a burst of events is one look at the server
let waiting: number | undefined;
let stream: EventSource | undefined;
/** The last position heard; what the page itself was drawn from is older news. */
let heard = 0;
let behind = false;

interface Told { position: number; subject: string; type: string; id: string; number?: string; by?: string }

function show(state: "on" | "off"): void {
  for (const light of all("[data-live-state]")) {
    light.dataset["state"] = state;
    const text = light.firstElementChild ?? light;
    text.textContent = word(state);
  }
  dispatchEvent(new CustomEvent("gewu:live", { detail: { state } }));
}

/** The parts of this page that may be replaced without taking anything from under a person's hands. */
function parts(): string[] {
  return [...new Set([...all("[data-live-part]").map((part) => `#${part.id}`), "#rail", "#unread"])];
}

function renew(mine: Element, fresh: Element): boolean {
  if (mine.innerHTML === fresh.innerHTML) return false;
  const focused = mine.contains(document.activeElement) ? (document.activeElement as HTMLAnchorElement).getAttribute("href") : null;
  const ticked = new Set(all<HTMLInputElement>("input[type=checkbox]:checked", mine).map((box) => box.value));
  mine.innerHTML = fresh.innerHTML;
  htmx.process(mine as HTMLElement);
  for (const box of all<HTMLInputElement>("input[type=checkbox]", mine)) box.checked = ticked.has(box.value);
  if (focused) all<HTMLAnchorElement>("a", mine).find((link) => link.getAttribute("href") === focused)?.focus();
  return true;
}

/** Fetch the page again and keep its live parts. */
export async function refresh(): Promise<void> {
  waiting = undefined;
  behind = true;
  if (!document.querySelector("[data-live-part]") || document.hidden) return;
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  behind = false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const selector of parts()) {
    const mine = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    if (!mine || !fresh || !renew(mine, fresh)) continue;
    changed = true;
    if (selector === "#list") toast(word("updated"));
  }
  dispatchEvent(new CustomEvent("gewu:refreshed", { detail: { changed } }));
}

function recordHere(): string {
  return document.querySelector<HTMLElement>("[data-record]")?.dataset["record"] ?? "";
}

function warn(told: Told): void {
  const record = told.subject === "case" ? `case:${told.number ?? ""}` : `report:${told.id}`;
  if (record !== recordHere() || isMine(told.by)) return;
  toast(said(told.by) ?? word("changed"), { text: word("reload"), href: location.href });
}

function tell(event: MessageEvent<string>): void {
  const told = JSON.parse(event.data) as Told;
  if (told.position <= heard && told.type !== "Missed") return;
  heard = told.position;
  waiting ??= window.setTimeout(() => void refresh(), PAUSE_MS);
  warn(told);
}

function address(): URL {
  const found = new URL(document.body.dataset["live"] ?? "", location.href);
  heard = Math.max(heard, Number(found.searchParams.get("after") ?? 0));
  if (heard) found.searchParams.set("after", String(heard));
  found.searchParams.set("at", recordHere());
  return found;
}

/** Listen anew: at another record, from the last position heard. */
export function listen(): void {
  if (!document.body.dataset["live"]) return;
  stream?.close();
  stream = new EventSource(address(), { withCredentials: true });
  stream.onopen = () => show("on");
  stream.onerror = () => show("off");
  stream.onmessage = tell;
  stream.addEventListener("presence", (event) => showPresent((event as MessageEvent<string>).data));
}

export function startLive(): void {
  listen();
  document.addEventListener("visibilitychange", () => { if (!document.hidden && behind) void refresh(); });
  // A page that comes back from the browser's own store holds an old picture.
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); void refresh(); } });
  // Leaving closes the stream, and with it one's presence.
  addEventListener("pagehide", () => stream?.close());
}

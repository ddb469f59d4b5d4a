// Live screens: the event stream says that something changed; the page fetches itself again and keeps its live parts.
import htmx from "htmx.org";
import { all, toast, word } from "./page";
import { isMine, said, show as showPresent } from "./presence";

const PAUSE_MS = 800; // a burst of events is one look at the server
const AGAIN_MS = 2000; // while something long is under way that no event tells of
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
  mine.toggleAttribute("data-again", fresh.hasAttribute("data-again"));
  if (mine.innerHTML === fresh.innerHTML) return false;
  const focused = mine.contains(document.activeElement) ? markOf(document.activeElement!) : undefined;
  const ticked = new Set(all<HTMLInputElement>("input[type=checkbox]:checked", mine).map((box) => box.value));
  const unfolded = all("details[open] > summary[id]", mine).map((one) => one.id);
  mine.innerHTML = fresh.innerHTML;
  for (const id of unfolded) document.getElementById(id)?.parentElement?.setAttribute("open", "");
  htmx.process(mine as HTMLElement);
  for (const box of all<HTMLInputElement>("input[type=checkbox]", mine)) box.checked = ticked.has(box.value);
  if (focused) all("a, button, input, summary, [tabindex]", mine).find((one) => markOf(one) === focused)?.focus({ preventScroll: true });
  return true;
}

/** What makes a control the same one after it was drawn anew. */
function markOf(one: Element): string {
  return ["id", "href", "name", "value", "aria-label"].map((name) => one.getAttribute(name) ?? "").join(" ").trim() || (one.textContent ?? "");
}

/** The rows of a list, by what they lead to: words that only tell the time anew are no news. */
function rowsOf(part: Element): string {
  return all<HTMLAnchorElement>("a.what", part).map((link) => link.getAttribute("href")).join(" ");
}

/** What is not, or no longer, for this person to see. */
const GONE = [403, 404];

/** Take down a page that may not be seen any more; the words of the refusal stand in its place. */
function leave(text: string): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  const mine = document.querySelector("main");
  const fresh = page.querySelector("main");
  if (!mine || !fresh) return location.reload();
  mine.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  stream?.close();
  show("off");
}

/** Whether a person has begun something here that a new drawing would take away. */
export function begun(part: Element): boolean {
  const focused = document.activeElement;
  return part.querySelector("details[open] > form") !== null
    || (part.contains(focused) && (focused?.matches("input, textarea, select") ?? false));
}

/** What the server drew last of a part; scripts change what stands on the page itself. */
const drawn = new WeakMap<Element, string>();

/** Draw a part with forms anew, unless a person has begun something in it. */
function renewIdle(mine: Element, fresh: Element): boolean {
  const token = mine.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value;
  for (const field of all<HTMLInputElement>("[name=csrfmiddlewaretoken]", fresh)) field.setAttribute("value", token ?? field.value);
  if (begun(mine) || drawn.get(mine) === fresh.innerHTML) return false;
  drawn.set(mine, fresh.innerHTML);
  const unfolded = new Set(all("details[open] > summary", mine).map((one) => one.textContent));
  renew(mine, fresh);
  for (const one of all("details > summary", mine)) if (unfolded.has(one.textContent)) one.parentElement?.setAttribute("open", "");
  dispatchEvent(new CustomEvent("gewu:replaced"));
  return true;
}

/** Fetch the page again and keep its live parts. */
export async function refresh(): Promise<void> {
  waiting = undefined;
  behind = true;
  if (!document.querySelector("[data-live-part]") || document.hidden) return;
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => undefined);
  if (!answer || answer.redirected) return;
  if (GONE.includes(answer.status)) return leave(await answer.text());
  if (!answer.ok) return;
  behind = false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of all("[data-live-idle]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) changed = renewIdle(part, fresh) || changed;
  }
  for (const selector of parts()) {
    const mine = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    const before = mine ? rowsOf(mine) : "";
    if (!mine || !fresh || !renew(mine, fresh)) continue;
    changed = true;
    if (selector === "#list" && before !== rowsOf(mine)) toast(word("updated"));
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
  window.setInterval(() => { if (document.querySelector("[data-again]")) void refresh(); }, AGAIN_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && behind) void refresh(); });
  // A page that comes back from the browser's own store holds an old picture.
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); void refresh(); } });
  // Leaving closes the stream, and with it one's presence.
  addEventListener("pagehide", () => stream?.close());
}

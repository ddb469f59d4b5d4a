// The list on the left, the record on the right: on a wide screen rows are read without leaving the list.
import { startFiles } from "./files";
import { begun, listen } from "./live";
import { startMaps } from "./map";
import { all, toast, word } from "./page";
import { startPicks } from "./pick";

const WIDE = matchMedia("(min-width: 1200px)");
const PAUSE_MS = 180; // whoever walks fast through the list loads nothing on the way
let asked: AbortController | undefined;
let waiting: number | undefined;

function pane(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#preview");
}

function links(): HTMLAnchorElement[] {
  return all<HTMLAnchorElement>("#list a.what");
}

function mark(address: string): void {
  for (const link of links()) link.closest("tr")?.classList.toggle("open", link.getAttribute("href") === address);
}

function remember(address: string): void {
  const here = new URL(location.href);
  if (address) here.searchParams.set("open", address);
  else here.searchParams.delete("open");
  history.replaceState(history.state, "", here);
}

function body(box: HTMLElement): HTMLElement | null {
  return box.querySelector<HTMLElement>("[data-preview-body]");
}

/** The pane stands, and the row is marked, before the record has come. */
function open(box: HTMLElement, address: string): void {
  box.setAttribute("aria-busy", "true");
  box.querySelector<HTMLAnchorElement>("[data-whole]")?.setAttribute("href", address);
  box.hidden = false;
  document.querySelector(".panes")?.classList.add("split");
  mark(address);
  remember(address);
}

async function read(address: string): Promise<void> {
  const box = pane();
  if (!box) return;
  asked?.abort();
  const asking = asked = new AbortController();
  open(box, address);
  const answer = await fetch(address, { credentials: "same-origin", signal: asking.signal }).catch(() => undefined);
  if (asking.signal.aborted) return;
  box.removeAttribute("aria-busy");
  if (!answer) return toast(word("failed"));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const record = page.querySelector<HTMLElement>("main > .page");
  if (!record || answer.redirected) {
    location.href = address;
    return;
  }
  for (const part of all("[data-live-part], [data-live-idle]", record)) for (const name of ["data-live-part", "data-live-idle"]) part.removeAttribute(name);
  body(box)?.replaceChildren(record);
  box.scrollTop = 0;
  startPicks();
  startFiles();
  startMaps();
  listen();
}

/** The record beside the list follows what happens to it, and goes when it may not be seen any more. */
async function follow(): Promise<void> {
  const box = pane();
  const address = new URL(location.href).searchParams.get("open");
  if (!box || box.hidden || !address || begun(box)) return;
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => undefined);
  if (answer && [403, 404].includes(answer.status)) closePreview();
}

/** Show the record of a row beside the list; false where there is no room and the link is simply followed. */
export function preview(link: HTMLAnchorElement | undefined): boolean {
  const address = link?.getAttribute("href");
  if (!address || !WIDE.matches || !pane()) return false;
  clearTimeout(waiting);
  waiting = window.setTimeout(() => void read(address), PAUSE_MS);
  return true;
}

export function closePreview(): boolean {
  const box = pane();
  if (!box || box.hidden) return false;
  asked?.abort();
  clearTimeout(waiting);
  box.hidden = true;
  body(box)?.replaceChildren();
  document.querySelector(".panes")?.classList.remove("split");
  mark("");
  remember("");
  listen();
  return true;
}

export function startSplit(): void {
  const box = pane();
  if (!box) return;
  box.querySelector("[data-close-preview]")?.addEventListener("click", () => closePreview());
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("#list a.what");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (preview(link)) event.preventDefault();
  });
  // Rows that came anew keep the mark of the one that is open.
  addEventListener("gewu:refreshed", () => mark(new URL(location.href).searchParams.get("open") ?? ""));
  addEventListener("gewu:refreshed", () => void follow());
  const first = box.dataset["preview"];
  if (first?.startsWith("/desk/") && WIDE.matches) void read(first);
}

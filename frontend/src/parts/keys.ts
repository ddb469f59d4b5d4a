// The keyboard of the desk: `/` filters, j and k walk the list, a letter opens a step. `?` is the help's (`help.ts`).
import { all } from "./page";
import { openSeek } from "./seek";
import { closePreview, preview } from "./split";
import { tickHere } from "./ticks";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function walk(by: number): void {
  const links = all<HTMLAnchorElement>("[data-rows] a.what");
  const focused = links.indexOf(document.activeElement as HTMLAnchorElement);
  const at = focused < 0 ? links.findIndex((link) => link.closest("tr.open")) : focused;
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
  next?.focus({ focusVisible: true } as FocusOptions);
  next?.closest("tr, li")?.scrollIntoView({ block: "nearest" });
  if (next && document.querySelector(".panes.split")) preview(next);
}

export function openStep(details: HTMLDetailsElement): void {
  for (let outer: HTMLDetailsElement | null = details; outer; outer = outer.parentElement?.closest("details") ?? null) outer.open = true;
  details.scrollIntoView({ block: "nearest", behavior: "smooth" });
  const first = details.querySelector<HTMLElement>(
    "input:not([type=hidden]):not([hidden]), select:not([hidden]), textarea, button",
  );
  first?.focus();
}

function step(key: string): boolean {
  const found = all<HTMLDetailsElement>("details[data-key]").find((details) => details.dataset["key"] === key);
  if (found) openStep(found);
  return found !== undefined;
}

function leave(target: EventTarget | null): void {
  const open = (target instanceof Element ? target.closest<HTMLDetailsElement>("details:is([data-key], [data-pop])[open]") : null);
  if (open) {
    open.open = false;
    open.querySelector("summary")?.focus();
  } else if (isTyping(target)) {
    (target as HTMLElement).blur();
  } else {
    closePreview();
  }
}

const plain: Record<string, () => void> = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => { const filter = document.querySelector<HTMLElement>("[data-filter]"); if (filter) filter.focus(); else openSeek(); },
  u: () => { if (!closePreview()) document.querySelector<HTMLElement>("[data-back]")?.click(); },
  p: () => { preview(all<HTMLAnchorElement>("[data-rows] a.what").find((link) => link === document.activeElement) ?? all<HTMLAnchorElement>("[data-rows] a.what")[0]); },
};

function press(event: KeyboardEvent): void {
  const target = event.target;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    (target as HTMLElement).closest("form")?.requestSubmit();
    return;
  }
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && openSeek()) return event.preventDefault();
  if (event.key === "Escape") return leave(target);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((key === "x" && tickHere()) || step(key)) return event.preventDefault();
  const act = plain[key];
  if (act) {
    event.preventDefault();
    act();
  }
}

export function startKeys(): void {
  addEventListener("keydown", press);
  // Opening a step with the mouse puts the cursor where one writes, as its key does.
  document.addEventListener("toggle", (event) => {
    const details = event.target as HTMLDetailsElement;
    if (details.open && details.matches("details[data-key]") && details.contains(document.activeElement)) openStep(details);
  }, true);
}

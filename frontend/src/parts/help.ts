// The help of a page, opened beside the work: the item's own page is fetched and its text taken. Without a script the link leads there.
import { all, toast, word } from "./page";

let asked = 0;

function pane(): HTMLElement | null {
  return document.querySelector("#help-pane");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

async function show(address: string): Promise<void> {
  const box = pane();
  const body = box?.querySelector<HTMLElement>("[data-help-body]");
  if (!box || !body) return;
  const mine = ++asked;
  box.setAttribute("aria-busy", "true");
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => undefined);
  if (mine !== asked) return;
  box.removeAttribute("aria-busy");
  if (!answer?.ok) return toast(word("failed"));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const item = page.querySelector("#help-item") ?? page.querySelector("main");
  // The page has its own main heading already; in the pane the title is one step lower.
  const title = item?.querySelector("h1");
  if (title) {
    const lower = document.createElement("h2");
    lower.textContent = title.textContent;
    lower.className = "title";
    title.replaceWith(lower);
  }
  body.replaceChildren(...(item ? [item] : []));
  for (const button of all("[data-print]", body)) button.remove();
  box.querySelector<HTMLAnchorElement>("[data-help-whole]")?.setAttribute("href", address);
  box.hidden = false;
  box.scrollTop = 0;
  box.focus({ preventScroll: true });
}

function close(): boolean {
  const box = pane();
  if (!box || box.hidden) return false;
  const inside = box.contains(document.activeElement);
  box.hidden = true;
  if (inside) document.querySelector<HTMLElement>("a[data-help]")?.focus();
  return true;
}

function follow(event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-help], #help-pane [data-help-body] a[href^='/help/']");
  if (!link) return;
  event.preventDefault();
  if (link.matches("[data-help]") && close()) return;
  void show(link.pathname);
}

function press(event: KeyboardEvent): void {
  if (event.key === "Escape" && close()) return event.stopPropagation();
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const link = document.querySelector<HTMLAnchorElement>("a[data-help]");
  if (!link) return;
  event.preventDefault();
  if (!close()) void show(link.pathname);
}

export function startHelp(): void {
  document.addEventListener("click", follow);
  addEventListener("keydown", press, true);
  pane()?.querySelector("[data-close-help]")?.addEventListener("click", close);
}

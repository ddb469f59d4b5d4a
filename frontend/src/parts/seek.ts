// One box for everything, on every page: Ctrl+K opens it, arrows choose, Enter opens what is chosen or all that was found.
import { all } from "./page";

const WAIT_MS = 120;
let asked = 0;
let at = -1;

function box(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("#seek");
}

function input(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("#seek-words");
}

function links(): HTMLAnchorElement[] {
  return all<HTMLAnchorElement>("#seek-found a.what");
}

export function openSeek(): boolean {
  const dialog = box();
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  input()?.select();
  return true;
}

function move(to: number): void {
  const found = links();
  at = found.length ? Math.min(Math.max(to, -1), found.length - 1) : -1;
  found.forEach((link, index) => link.setAttribute("aria-selected", String(index === at)));
  const current = found[at];
  input()?.setAttribute("aria-activedescendant", current?.id ?? "");
  current?.scrollIntoView({ block: "nearest" });
}

function show(content: string): void {
  const list = document.querySelector("#seek-found");
  const page = new DOMParser().parseFromString(content, "text/html");
  list?.replaceChildren(...page.body.childNodes);
  input()?.setAttribute("aria-expanded", String(links().length > 0));
  move(-1);
}

async function ask(mine: number): Promise<void> {
  const field = input();
  if (!field || mine !== asked) return;
  if (!field.value.trim()) return show("");
  const address = new URL(field.dataset["quick"]!, location.href);
  address.searchParams.set("q", field.value);
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => undefined);
  if (answer?.ok && !answer.redirected && mine === asked) show(await answer.text());
}

function press(event: KeyboardEvent): void {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(at + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter" && at >= 0 && !event.isComposing) {
    event.preventDefault();
    links()[at]?.click();
  }
}

export function startSeek(): void {
  const dialog = box();
  const field = input();
  if (!dialog || !field) return;
  field.addEventListener("input", () => { const mine = ++asked; setTimeout(() => void ask(mine), WAIT_MS); });
  field.addEventListener("keydown", press);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  for (const link of all<HTMLAnchorElement>("[data-seek]"))
    link.addEventListener("click", (event) => { if (!event.ctrlKey && !event.metaKey && openSeek()) event.preventDefault(); });
}

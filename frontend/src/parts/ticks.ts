// Rows ticked for one step together: x ticks the row one is at, shift-click everything between two, the bar counts.
import { all } from "./page";

/** The number of the row ticked last: a refreshed list has new boxes of the same numbers. */
let last = "";

function boxes(): HTMLInputElement[] {
  return all<HTMLInputElement>("[data-rows] input[name=number]");
}

function count(): void {
  const bar = document.querySelector("#bulk");
  const [here, ticked] = [boxes(), boxes().filter((box) => box.checked).length];
  bar?.classList.toggle("some", ticked > 0);
  const said = bar?.querySelector("output");
  if (said) said.textContent = String(ticked);
  const whole = document.querySelector<HTMLInputElement>("[data-tick-all]");
  if (whole) {
    whole.checked = ticked > 0 && ticked === here.length;
    whole.indeterminate = ticked > 0 && ticked < here.length;
  }
}

function between(box: HTMLInputElement): HTMLInputElement[] {
  const here = boxes();
  const [from, to] = [here.findIndex((one) => one.value === last), here.indexOf(box)];
  return from < 0 ? [box] : here.slice(Math.min(from, to), Math.max(from, to) + 1);
}

function ticked(event: MouseEvent): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.closest("[data-rows]")) return;
  if (box.matches("[data-tick-all]")) for (const one of boxes()) one.checked = box.checked;
  else if (event.shiftKey) for (const one of between(box)) one.checked = box.checked;
  last = box.value;
  count();
}

/** Tick the row that has the focus, or take its tick away; false where there is none to tick. */
export function tickHere(): boolean {
  const box = document.activeElement?.closest("[data-rows] tr")?.querySelector<HTMLInputElement>("input[name=number]");
  if (!box) return false;
  box.checked = !box.checked;
  last = box.value;
  count();
  return true;
}

export function startTicks(): void {
  if (!document.querySelector("#bulk")) return;
  document.addEventListener("click", ticked);
  // A reset takes its effect after the event has been told.
  document.addEventListener("reset", () => setTimeout(count));
  document.addEventListener("htmx:after:swap", count);
  addEventListener("gewu:refreshed", count);
  // Coming back, the browser gives back what was ticked.
  addEventListener("pageshow", count);
}

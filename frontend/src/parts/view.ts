// How someone likes their list: its density and its columns, kept in this browser and set before the first paint by theme.ts.
import { all } from "./page";

const KEY = "gewu-view";

function write(sheet: HTMLElement): void {
  const density = sheet.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value ?? "";
  const hide = all<HTMLInputElement>("input[type=checkbox]:not(:checked)", sheet).map((box) => box.value).join(" ");
  Object.assign(document.documentElement.dataset, { density, hide });
  localStorage.setItem(KEY, JSON.stringify({ density, hide }));
}

function read(): void {
  const { density = "", hide = "" } = document.documentElement.dataset;
  for (const sheet of all("[data-view]")) {
    for (const way of all<HTMLInputElement>("input[type=radio]", sheet)) way.checked = way.value === density;
    for (const box of all<HTMLInputElement>("input[type=checkbox]", sheet)) box.checked = !hide.split(" ").includes(box.value);
  }
}

/** A sheet that hangs from a button closes when one goes on elsewhere, and by Escape. */
function closeSheets(event: Event): void {
  for (const sheet of all<HTMLDetailsElement>("details[data-pop][open]")) if (!sheet.contains(event.target as Node)) sheet.open = false;
}

export function startView(): void {
  read();
  // The filters bring the bar anew.
  document.addEventListener("htmx:after:swap", read);
  document.addEventListener("change", (event) => {
    const sheet = (event.target as Element).closest<HTMLElement>("[data-view]");
    if (sheet) write(sheet);
  });
  document.addEventListener("click", closeSheets);
  document.addEventListener("focusin", closeSheets);
}

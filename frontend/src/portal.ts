// The residents' pages: photos, place, and nothing that they would miss without a script.
import { startFiles } from "./parts/files";
import { startHelp } from "./parts/help";
import { draw, startMaps, writePoint } from "./parts/map";
import { all, startPage, toast } from "./parts/page";
import { startPicks } from "./parts/pick";

function openMap(): HTMLElement | null {
  const slot = document.querySelector<HTMLElement>("[data-map-slot]");
  if (slot) slot.hidden = false;
  return slot?.querySelector<HTMLElement>("[data-map]") ?? null;
}

async function locate(): Promise<void> {
  const line = document.querySelector<HTMLElement>("[data-place-found]");
  const show = (name: string): void => { if (line) line.textContent = line.dataset[name] ?? ""; };
  show("wordsWait");
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      writePoint(coords.longitude, coords.latitude);
      const box = openMap();
      const made = box ? await draw(box) : undefined;
      made?.mark(coords.longitude, coords.latitude, 15);
    },
    () => show("wordsDenied"),
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

/** What was written stays in the browser until it is sent: a call that comes in between loses nothing. */
function keepDraft(form: HTMLFormElement): void {
  const name = `gewu-${form.dataset["keeps"]}`;
  const fields = all<HTMLTextAreaElement | HTMLInputElement>("#text, #address", form);
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "{}") as Record<string, string>;
  for (const field of fields) if (!field.value) field.value = kept[field.name] ?? "";
  form.addEventListener("input", () => {
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
  });
}

/** Open the list of the community in which one stands; the place is asked of the server, and kept nowhere. */
function nearMe(button: HTMLElement): void {
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      const answer = await fetch(`${button.dataset["gridUrl"]}?lon=${coords.longitude}&lat=${coords.latitude}`);
      const select = document.querySelector<HTMLSelectElement>("#place");
      if (!answer.ok || !select) return;
      select.value = ((await answer.json()) as { code: string }).code.slice(0, 12);
      select.form?.requestSubmit();
    },
    () => toast(button.dataset["wordsDenied"] ?? ""),
    { timeout: 15_000 },
  );
}

startPage();
startHelp();
startFiles();
startPicks();
startMaps();
for (const ways of all("[data-place-ways]")) ways.hidden = false;
for (const button of all("[data-locate]")) button.addEventListener("click", () => void locate());
for (const button of all("[data-open-map]")) button.addEventListener("click", () => { const box = openMap(); if (box) void draw(box); });
for (const button of all("[data-near-me]")) {
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", () => nearMe(button));
}
for (const form of all<HTMLFormElement>("form[data-keeps]")) keepDraft(form);
if (document.querySelector("[data-code]")) sessionStorage.removeItem("gewu-report");

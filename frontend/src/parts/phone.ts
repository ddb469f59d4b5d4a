// The telephone desk: hints while one types, a draft that survives, classes by Alt and a number.
import { all } from "./page";

const DRAFT = "gewu-phone-desk";
/** What is kept until it is sent: the matter, never who calls. */
const KEPT = ["text", "address", "matter", "place"];
const ASKED = [...KEPT, "lon", "lat", "contact_phone", "csrfmiddlewaretoken"];

function fields(form: HTMLFormElement, names: string[]): [string, string][] {
  const all = new FormData(form);
  return names.map((name) => [name, String(all.get(name) ?? "")]);
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function restore(form: HTMLFormElement): void {
  const kept = JSON.parse(localStorage.getItem(DRAFT) ?? "{}") as Record<string, string>;
  for (const [name, value] of fields(form, KEPT)) if (!value && kept[name]) setField(form, name, kept[name]);
}

async function ask(form: HTMLFormElement, box: HTMLElement): Promise<void> {
  const body = new URLSearchParams(fields(form, ASKED));
  try {
    const answer = await fetch(form.dataset["hintsUrl"] ?? "", { method: "POST", body });
    if (answer.ok) box.innerHTML = await answer.text();
  } catch {
    // without hints the form is as good as it was
  }
}

export function startPhoneDesk(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-phone-desk]");
  const box = form?.querySelector<HTMLElement>("[data-hints]");
  if (!form || !box) return;
  if (document.querySelector("[data-code]")) localStorage.removeItem(DRAFT);
  restore(form);
  let waiting = 0;
  const later = (): void => {
    localStorage.setItem(DRAFT, JSON.stringify(Object.fromEntries(fields(form, KEPT))));
    clearTimeout(waiting);
    waiting = setTimeout(() => void ask(form, box), 250);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  box.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-use-matter]");
    if (button) setField(form, "matter", button.dataset["useMatter"] ?? "");
  });
  addEventListener("keydown", (event) => {
    const button = event.altKey ? all("[data-use-matter]", box)[Number(event.key) - 1] : undefined;
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

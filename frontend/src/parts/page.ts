// What every page does: the theme switch, network words, printing, copying, sending a form only once.

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

/** A sentence the page brought along, already in the reader's language. */
export function word(name: string): string {
  return document.body.dataset[`words${name[0]?.toUpperCase()}${name.slice(1)}`] ?? "";
}

export function toast(text: string, link?: { text: string; href: string }): void {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  box.append(text);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.text;
    box.append(anchor);
  } else {
    setTimeout(() => box.remove(), 4000);
  }
  document.body.append(box);
}

function switchTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset["theme"]
    ? root.dataset["theme"] === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset["theme"] = dark ? "light" : "dark";
  localStorage.setItem("gewu-theme", root.dataset["theme"]);
  dispatchEvent(new Event("gewu:theme"));
}

function showNetwork(): void {
  for (const bar of all("[data-offline]")) bar.hidden = navigator.onLine;
}

async function copy(selector: string): Promise<void> {
  await navigator.clipboard.writeText(document.querySelector(selector)?.textContent?.trim() ?? "");
  toast(word("copied"));
}

function shown(selector: string, act: (element: HTMLElement) => void): void {
  for (const element of all(selector)) {
    element.hidden = false;
    element.addEventListener("click", () => act(element));
  }
}

/** A form marked `data-once` is sent once: the second press of a hurried finger does nothing. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (!form.matches("[data-once]")) return;
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function freeForms(): void {
  for (const form of all<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset["sent"];
    for (const button of all("[aria-busy]", form)) button.removeAttribute("aria-busy");
  }
}

export function startPage(): void {
  shown("[data-theme-switch]", switchTheme);
  shown("[data-print]", () => print());
  if (navigator.clipboard) shown("[data-copy]", (button) => void copy(button.dataset["copy"] ?? ""));
  addEventListener("submit", sendOnce);
  addEventListener("pageshow", freeForms);
  addEventListener("online", showNetwork);
  addEventListener("offline", showNetwork);
  showNetwork();
  document.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}

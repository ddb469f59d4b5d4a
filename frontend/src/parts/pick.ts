// A long list becomes a box one can type into (the ARIA combobox pattern). The select stays and carries the value.
import { all, word } from "./page";

const MOST_SHOWN = 60;
let made = 0;

export interface Offer {
  key: string;
  text: string;
  hint: string;
}

/** A box with a list below it. What it stands for (`own`) stays on the page and carries the value. */
export abstract class Combo {
  protected readonly input = document.createElement("input");
  protected readonly list = document.createElement("ul");
  private at = -1;

  constructor(own: HTMLSelectElement | HTMLInputElement, placeholder: string) {
    const id = `pick-${++made}`;
    this.list.id = id;
    this.list.role = "listbox";
    this.list.hidden = true;
    Object.assign(this.input, { type: "text", className: "pick-input", role: "combobox", autocomplete: "off", id: `${id}-input` });
    this.input.placeholder = placeholder;
    for (const [name, value] of [["aria-expanded", "false"], ["aria-controls", id], ["aria-autocomplete", "list"]] as const)
      this.input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      const value = own.getAttribute(name);
      if (value) this.input.setAttribute(name, value);
    }
    this.input.required = own.required;
    own.required = false;
    document.querySelector<HTMLLabelElement>(`label[for="${own.id}"]`)?.setAttribute("for", this.input.id);
    own.hidden = true;
    own.after(this.input, this.list);
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("input", (event) => { event.stopPropagation(); this.open(this.input.value); });
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => this.press(event));
  }

  /** Say in the box what is chosen. */
  protected abstract write(): void;
  protected abstract open(sought: string): void;
  protected abstract choose(key: string): void;
  protected abstract clear(): void;

  protected offer(found: Offer[], first: number): void {
    this.list.replaceChildren(...found.slice(0, MOST_SHOWN).map((one, index) => this.item(one, index)));
    if (!found.length) this.list.append(this.none());
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.move(first);
  }

  private item(one: Offer, index: number): HTMLLIElement {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `${this.list.id}-${index}`;
    item.dataset["key"] = one.key;
    item.textContent = one.text;
    const hint = document.createElement("small");
    hint.textContent = one.hint;
    if (hint.textContent) item.append(hint);
    return item;
  }

  private none(): HTMLLIElement {
    const item = document.createElement("li");
    item.className = "none";
    item.textContent = word("none");
    return item;
  }

  private move(to: number): void {
    const items = all<HTMLLIElement>("li[role=option]", this.list);
    this.at = items.length ? Math.min(Math.max(to, 0), items.length - 1) : -1;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    const current = items[this.at];
    this.input.setAttribute("aria-activedescendant", current?.id ?? "");
    current?.scrollIntoView({ block: "nearest" });
  }

  protected close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private leave(): void {
    if (this.input.value === "") this.clear();
    this.close();
    this.write();
  }

  private press(event: MouseEvent): void {
    event.preventDefault();
    const item = (event.target as Element).closest<HTMLElement>("li[role=option]");
    if (item) this.choose(item.dataset["key"] ?? "");
  }

  private key(event: KeyboardEvent): void {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.move(this.at + (event.key === "ArrowDown" ? 1 : -1));
      else this.open("");
    } else if (event.key === "Enter" && isOpen && !event.ctrlKey) {
      event.preventDefault();
      const item = all("li[role=option]", this.list)[this.at];
      if (item) this.choose(item.dataset["key"] ?? "");
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.close();
      this.write();
    } else if (event.key === "Tab" && isOpen) {
      const item = all("li[role=option]", this.list)[this.at];
      if (item && this.input.value !== "") this.choose(item.dataset["key"] ?? "");
    }
  }
}

class Pick extends Combo {
  constructor(private readonly select: HTMLSelectElement) {
    const empty = [...select.options].find((option) => option.value === "");
    super(select, empty?.text || (select.dataset["placeholder"] ?? ""));
    this.write();
    select.addEventListener("change", () => this.write());
  }

  protected write(): void {
    this.input.value = this.select.value ? (this.select.selectedOptions[0]?.text ?? "") : "";
  }

  protected open(sought: string): void {
    const parts = sought.trim().toLowerCase().split(/\s+/);
    const found = [...this.select.options].filter((option) => {
      const text = `${option.text} ${option.dataset["hint"] ?? ""} ${option.value}`.toLowerCase();
      return (option.value !== "" || sought === "") && parts.every((part) => text.includes(part));
    });
    // The whole name comes before names that only hold it: 路灯 before 路灯井盖.
    const whole = (option: HTMLOptionElement): boolean => option.text.toLowerCase() === sought.trim().toLowerCase();
    found.sort((one, other) => Number(whole(other)) - Number(whole(one)));
    const offers = found.map((one) => ({ key: String(one.index), text: one.text, hint: one.dataset["hint"] ?? "" }));
    this.offer(offers, sought ? 0 : Math.max(0, found.findIndex((option) => option.selected)));
  }

  protected choose(key: string): void {
    if (this.select.selectedIndex !== Number(key)) {
      this.select.selectedIndex = Number(key);
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
    this.write();
  }

  protected clear(): void {
    const empty = [...this.select.options].find((option) => option.value === "");
    if (this.select.value !== "" && empty) this.choose(String(empty.index));
  }
}

export function startPicks(): void {
  for (const select of all<HTMLSelectElement>("select[data-pick]:not([hidden])")) new Pick(select);
}

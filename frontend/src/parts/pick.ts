// A long list becomes a box one can type into (the ARIA combobox pattern). The select stays and carries the value.
import { all, word } from "./page";

const MOST_SHOWN = 60;
let made = 0;

class Pick {
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("ul");
  private at = -1;

  constructor(private readonly select: HTMLSelectElement) {
    const id = `pick-${++made}`;
    this.list.id = id;
    this.list.role = "listbox";
    this.list.hidden = true;
    Object.assign(this.input, { type: "text", className: "pick-input", role: "combobox", autocomplete: "off", id: `${id}-input` });
    this.input.placeholder = this.emptyOption()?.text || (select.dataset["placeholder"] ?? "");
    for (const [name, value] of [["aria-expanded", "false"], ["aria-controls", id], ["aria-autocomplete", "list"]] as const)
      this.input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      const value = select.getAttribute(name);
      if (value) this.input.setAttribute(name, value);
    }
    this.input.required = select.required;
    select.required = false;
    document.querySelector<HTMLLabelElement>(`label[for="${select.id}"]`)?.setAttribute("for", this.input.id);
    select.hidden = true;
    select.after(this.input, this.list);
    this.write();
    select.addEventListener("change", () => this.write());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("input", (event) => { event.stopPropagation(); this.open(this.input.value); });
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => this.press(event));
  }

  private emptyOption(): HTMLOptionElement | undefined {
    return [...this.select.options].find((option) => option.value === "");
  }

  private write(): void {
    this.input.value = this.select.value ? (this.select.selectedOptions[0]?.text ?? "") : "";
  }

  private open(sought: string): void {
    const parts = sought.trim().toLowerCase().split(/\s+/);
    const found = [...this.select.options].filter((option) => {
      const text = `${option.text} ${option.dataset["hint"] ?? ""} ${option.value}`.toLowerCase();
      return (option.value !== "" || sought === "") && parts.every((part) => text.includes(part));
    });
    this.list.replaceChildren(...found.slice(0, MOST_SHOWN).map((option) => this.item(option)));
    if (!found.length) this.list.append(this.none());
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.move(sought ? 0 : Math.max(0, found.findIndex((option) => option.selected)));
  }

  private item(option: HTMLOptionElement): HTMLLIElement {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `${this.list.id}-${option.index}`;
    item.dataset["index"] = String(option.index);
    item.textContent = option.text;
    const hint = document.createElement("small");
    hint.textContent = option.dataset["hint"] ?? "";
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

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private leave(): void {
    if (this.input.value === "" && this.select.value !== "" && this.emptyOption()) this.choose(this.emptyOption()!.index);
    this.close();
    this.write();
  }

  private choose(index: number): void {
    if (this.select.selectedIndex !== index) {
      this.select.selectedIndex = index;
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
    this.write();
  }

  private press(event: MouseEvent): void {
    event.preventDefault();
    const item = (event.target as Element).closest<HTMLElement>("li[role=option]");
    if (item) this.choose(Number(item.dataset["index"]));
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
      if (item) this.choose(Number(item.dataset["index"]));
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.close();
      this.write();
    } else if (event.key === "Tab" && isOpen) {
      const item = all("li[role=option]", this.list)[this.at];
      if (item && this.input.value !== "") this.choose(Number(item.dataset["index"]));
    }
  }
}

export function startPicks(): void {
  for (const select of all<HTMLSelectElement>("select[data-pick]:not([hidden])")) new Pick(select);
}

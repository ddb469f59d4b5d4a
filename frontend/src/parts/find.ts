// A field for a code becomes a box in which one looks for names; the server finds them, however many there are.
// The field stays, hidden, and carries the code. `data-many` takes several, each shown with a button to remove it.
import { all, word } from "./page";
import { Combo, type Offer } from "./pick";

const WAIT_MS = 150;

class Find extends Combo {
  private readonly chips = document.createElement("div");
  private readonly many: boolean;
  private asked = 0;
  private names = new Map<string, string>();

  constructor(private readonly field: HTMLInputElement) {
    super(field, field.dataset["placeholder"] ?? "");
    this.many = "many" in field.dataset;
    const names = (field.dataset["names"] ?? "").split("\n");
    this.codes().forEach((code, index) => this.names.set(code, names[index] || code));
    if (this.many) {
      this.chips.className = "row chips";
      this.list.after(this.chips);
    }
    this.write();
  }

  private codes(): string[] {
    return this.field.value.split(/\s+/).filter(Boolean);
  }

  protected write(): void {
    if (this.many) this.chips.replaceChildren(...this.codes().map((code) => this.chip(code)));
    const code = this.many ? "" : this.field.value;
    this.input.value = code ? (this.names.get(code) ?? code) : "";
  }

  private chip(code: string): HTMLButtonElement {
    const button = document.createElement("button");
    const name = this.names.get(code) ?? code;
    button.type = "button";
    button.className = "chip";
    button.textContent = `${name} ×`;
    button.setAttribute("aria-label", `${word("drop")} ${name}`);
    button.addEventListener("click", () => {
      this.field.value = this.codes().filter((one) => one !== code).join(" ");
      this.write();
      this.input.focus();
    });
    return button;
  }

  protected open(sought: string): void {
    const mine = ++this.asked;
    setTimeout(() => mine === this.asked && void this.ask(sought, mine), sought ? WAIT_MS : 0);
  }

  private async ask(sought: string, mine: number): Promise<void> {
    const address = new URL(this.field.dataset["find"]!, location.href);
    address.searchParams.set("q", sought);
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (!answer.ok || mine !== this.asked || document.activeElement !== this.input) return;
    const found = (await answer.json()) as Offer[];
    for (const one of found) this.names.set(one.key, one.text);
    this.offer(found, 0);
  }

  protected choose(key: string): void {
    this.field.value = this.many ? [...new Set([...this.codes(), key])].join(" ") : key;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
    this.write();
  }

  protected clear(): void {
    this.asked++;
    if (!this.many) this.field.value = "";
  }
}

export function startFinds(): void {
  for (const field of all<HTMLInputElement>("input[data-find]:not([hidden])")) new Find(field);
}

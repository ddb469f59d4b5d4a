// Photos before they are sent: shown, removable, and made smaller where the page asks for it.
import { all, toast, word } from "./page";
import { shrunk } from "./shrink";

class Picker {
  private files: File[] = [];
  private readonly input: HTMLInputElement;
  private readonly previews: HTMLElement;

  constructor(private readonly box: HTMLElement) {
    this.input = box.querySelector<HTMLInputElement>("input[type=file]")!;
    this.previews = box.querySelector<HTMLElement>(".previews")!;
    box.classList.add("ready");
    this.input.addEventListener("change", () => void this.add([...(this.input.files ?? [])]));
    for (const name of ["dragover", "dragleave", "drop"]) box.addEventListener(name, (event) => this.drag(event as DragEvent));
  }

  private drag(event: DragEvent): void {
    event.preventDefault();
    this.box.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop" && event.dataTransfer) void this.add([...event.dataTransfer.files]);
  }

  private async add(files: File[]): Promise<void> {
    const most = Number(this.box.dataset["most"] ?? 6);
    const edge = Number(this.box.dataset["shrink"] ?? 0);
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    if (pictures.length < files.length) toast(word("photo"));
    const fresh = pictures.slice(0, most - this.files.length);
    this.files.push(...(await Promise.all(fresh.map((file) => shrunk(file, edge)))));
    this.show();
  }

  private show(): void {
    const chosen = new DataTransfer();
    for (const file of this.files) chosen.items.add(file);
    this.input.files = chosen.files;
    this.previews.replaceChildren(...this.files.map((file) => this.preview(file)));
  }

  private preview(file: File): HTMLElement {
    const figure = document.createElement("figure");
    const image = new Image();
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    image.onload = () => URL.revokeObjectURL(image.src);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${word("remove")} ${file.name}`);
    remove.onclick = () => {
      this.files = this.files.filter((other) => other !== file);
      this.show();
      this.input.focus();
    };
    figure.append(image, remove);
    return figure;
  }
}

const taken = new WeakSet<HTMLElement>();

/** Every field for photos, also of parts that came later; each is made once. */
export function startFiles(): void {
  for (const box of all("[data-files]")) {
    if (taken.has(box)) continue;
    taken.add(box);
    new Picker(box);
  }
}

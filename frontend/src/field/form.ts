// Forms that lose nothing: every change is kept as a draft, photos are made small, the place is asked for only by touch.
import { shrunk } from "../parts/shrink";
import { h, icon, say, t } from "./dom";
import type { NewFile } from "./queue";
import { forget, keep, kept } from "./store";
import { LONGEST_S, record, type Recording } from "./voice";

export interface Option { value: string; label: string; group?: string }
export interface Field {
  kind: "line" | "number" | "long" | "choice" | "many" | "photos" | "sound" | "point";
  name: string; label: string; needed?: boolean; hint?: string; options?: Option[];
  /** What its photos show: a kind of evidence of the catalogue. */
  purpose?: string; most?: number; value?: string;
}

interface Photo { name: string; purpose: string; blob: Blob }
interface Draft { values: Record<string, string[]>; photos: Photo[]; sound: Blob | null; point: [number, number] | null }

export interface Filled {
  values: Record<string, string>; lists: Record<string, string[]>; point: [number, number] | null;
  /** Photos by the name of their field, in their order. */
  photos: Record<string, NewFile[]>; sound: NewFile | null;
}

/** The longer side of a photo as the server keeps it: more would be sent in vain. */
const EDGE = 1600;

export class Form {
  readonly element: HTMLFormElement;
  private draft: Draft = { values: {}, photos: [], sound: null, point: null };
  private recording: Recording | undefined;

  constructor(private readonly name: string, private readonly fields: Field[], submit: string, private readonly send: (filled: Filled) => Promise<void>) {
    this.element = h("form", { class: "sheet", novalidate: true });
    this.element.append(...fields.map((field) => this.made(field)), h("p", { class: "wrong", role: "alert", hidden: true }),
      h("button", { class: "button main go", type: "submit" }, submit));
    this.element.addEventListener("submit", (event) => { event.preventDefault(); void this.submit(); });
    this.element.addEventListener("input", () => void this.keepDraft());
  }

  /** Put back what was typed before the window was closed. */
  async restore(): Promise<this> {
    const found = await kept<Draft>(this.name);
    if (!found) return this;
    this.draft = found;
    for (const [name, values] of Object.entries(found.values)) this.fill(name, values);
    for (const field of this.fields) this.show(field);
    return this;
  }

  private fill(name: string, values: string[]): void {
    for (const input of this.element.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${name}"]`)) {
      if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = values.includes(input.value);
      else input.value = values[0] ?? "";
    }
  }

  private async keepDraft(): Promise<void> {
    const data = new FormData(this.element);
    this.draft.values = Object.fromEntries([...new Set(data.keys())].map((name) => [name, data.getAll(name).map(String)]));
    await keep(this.name, this.draft);
  }

  private made(field: Field): HTMLElement {
    const id = `f-${field.name}`;
    const label = [field.label, field.needed && h("span", { class: "needed" }, " *")];
    const hint = field.hint && h("p", { class: "hint" }, field.hint);
    if (field.kind === "many") return h("fieldset", { class: "field" }, h("legend", {}, ...label), hint, ...this.ticks(field));
    if (field.kind === "photos" || field.kind === "sound" || field.kind === "point")
      return h("div", { class: "field", "data-field": field.name }, h("span", { class: "label", id }, ...label), hint, this.tool(field), h("div", { class: "previews" }));
    return h("div", { class: "field" }, h("label", { for: id }, ...label), hint, this.input(field, id));
  }

  private input(field: Field, id: string): HTMLElement {
    const needed = field.needed ? "true" : undefined;
    if (field.kind === "long") return h("textarea", { id, name: field.name, rows: 3, "aria-required": needed }, field.value ?? "");
    if (field.kind === "number") return h("input", { id, name: field.name, type: "text", inputmode: "numeric", pattern: "[0-9]*", "aria-required": needed });
    if (field.kind === "line") return h("input", { id, name: field.name, type: "text", "aria-required": needed, value: field.value });
    const select = h("select", { id, name: field.name, "aria-required": needed }, h("option", { value: "" }, field.needed ? t("choose") : t("any")));
    const groups = new Map<string, HTMLElement>();
    for (const one of field.options ?? []) {
      const option = h("option", { value: one.value, selected: one.value === field.value }, one.label);
      if (!one.group) { select.append(option); continue; }
      if (!groups.has(one.group)) { const made = h("optgroup", { label: one.group }); groups.set(one.group, made); select.append(made); }
      groups.get(one.group)!.append(option);
    }
    return select;
  }

  private ticks(field: Field): HTMLElement[] {
    return (field.options ?? []).map((one) => h("label", { class: "tick" }, h("input", { type: "checkbox", name: field.name, value: one.value }), h("span", {}, one.label)));
  }

  private tool(field: Field): HTMLElement {
    if (field.kind === "photos") return this.camera(field);
    const [name, text] = field.kind === "sound" ? ["mic", t("record")] : ["aim", t("here")];
    const act = field.kind === "sound" ? () => this.voice(field) : () => this.locate(field);
    return h("button", { class: "button wide", type: "button", "data-tool": field.kind, onclick: () => void act() }, icon(name!), h("span", {}, text!));
  }

  private camera(field: Field): HTMLElement {
    const input = h("input", { type: "file", accept: "image/*", multiple: true, class: "hidden-label", "data-photos": field.name });
    input.addEventListener("change", () => { void this.add(field, [...(input.files ?? [])]); input.value = ""; });
    return h("label", { class: "button wide" }, icon("camera"), h("span", {}, t("photo")), input);
  }

  private async add(field: Field, files: File[]): Promise<void> {
    const there = this.draft.photos.filter((one) => one.name === field.name).length;
    const pictures = files.filter((file) => file.type.startsWith("image/")).slice(0, (field.most ?? 6) - there);
    for (const file of pictures) this.draft.photos.push({ name: field.name, purpose: field.purpose ?? "photo_before", blob: await shrunk(file, EDGE) });
    await this.keepDraft();
    this.show(field);
  }

  private async locate(field: Field): Promise<void> {
    const previews = this.previews(field);
    previews.textContent = t("locating");
    await new Promise<void>((resolve) => navigator.geolocation.getCurrentPosition(
      ({ coords }) => { this.draft.point = [coords.longitude, coords.latitude]; resolve(); },
      () => { say(t("nowhere")); resolve(); },
      { enableHighAccuracy: true, timeout: 15_000 },
    ));
    await this.keepDraft();
    this.show(field);
  }

  private async voice(field: Field): Promise<void> {
    if (this.recording) { await this.endVoice(field); return; }
    try {
      this.recording = await record(() => void this.endVoice(field));
    } catch {
      say(t("no_microphone"));
      return;
    }
    this.toolText(field, t("stop_recording", { n: LONGEST_S }));
  }

  private async endVoice(field: Field): Promise<void> {
    const recording = this.recording;
    this.recording = undefined;
    if (!recording) return;
    this.draft.sound = await recording.stop();
    this.toolText(field, t("record"));
    await this.keepDraft();
    this.show(field);
  }

  private toolText(field: Field, text: string): void {
    const button = this.element.querySelector(`[data-field="${field.name}"] [data-tool] span`);
    if (button) button.textContent = text;
  }

  private previews(field: Field): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-field="${field.name}"] .previews`)!;
  }

  private show(field: Field): void {
    if (field.kind === "photos") this.previews(field).replaceChildren(...this.draft.photos.filter((one) => one.name === field.name).map((one, n) => this.photo(field, one, n)));
    if (field.kind === "sound") this.previews(field).replaceChildren(...(this.draft.sound ? [this.sound(field, this.draft.sound)] : []));
    if (field.kind === "point") this.previews(field).textContent = this.draft.point ? `${this.draft.point[1].toFixed(5)}, ${this.draft.point[0].toFixed(5)}` : "";
  }

  private photo(field: Field, one: Photo, n: number): HTMLElement {
    const image = h("img", { alt: t("photo_n", { n: n + 1 }), src: URL.createObjectURL(one.blob), onload: () => URL.revokeObjectURL(image.src) });
    return h("figure", {}, image, this.dropper(t("remove_photo", { n: n + 1 }), () => { this.draft.photos = this.draft.photos.filter((other) => other !== one); this.show(field); }));
  }

  private sound(field: Field, blob: Blob): HTMLElement {
    return h("figure", { class: "sound" }, h("audio", { controls: true, src: URL.createObjectURL(blob) }), this.dropper(t("remove_sound"), () => { this.draft.sound = null; this.show(field); }));
  }

  private dropper(label: string, drop: () => void): HTMLElement {
    return h("button", { type: "button", class: "drop", "aria-label": label, onclick: () => { drop(); void this.keepDraft(); } }, "×");
  }

  private async submit(): Promise<void> {
    await this.endVoiceIfAny();
    const data = new FormData(this.element);
    const missing = this.fields.find((field) => field.needed && !this.has(field, data));
    const wrong = this.element.querySelector<HTMLElement>(".wrong")!;
    wrong.hidden = !missing;
    wrong.textContent = missing ? t("needed", { field: missing.label }) : "";
    if (missing) { this.element.querySelector<HTMLElement>(`#f-${missing.name}`)?.focus(); return; }
    const button = this.element.querySelector<HTMLButtonElement>(".go")!;
    button.disabled = true;
    try {
      await this.send(this.filled(data));
      await forget(this.name);
    } finally {
      button.disabled = false;
    }
  }

  private async endVoiceIfAny(): Promise<void> {
    const field = this.fields.find((one) => one.kind === "sound");
    if (field && this.recording) await this.endVoice(field);
  }

  private has(field: Field, data: FormData): boolean {
    if (field.kind === "photos") return this.draft.photos.some((one) => one.name === field.name);
    if (field.kind === "sound") return this.draft.sound !== null;
    if (field.kind === "point") return this.draft.point !== null;
    return String(data.get(field.name) ?? "").trim() !== "";
  }

  private filled(data: FormData): Filled {
    const many = this.fields.filter((field) => field.kind === "many").map((field) => field.name);
    const plain = [...new Set(data.keys())].filter((name) => !many.includes(name));
    const photos: Record<string, NewFile[]> = {};
    for (const { name, purpose, blob } of this.draft.photos) (photos[name] ??= []).push({ kind: "photo", purpose, blob });
    return {
      values: Object.fromEntries(plain.map((name) => [name, String(data.get(name) ?? "").trim()])),
      lists: Object.fromEntries(many.map((name) => [name, data.getAll(name).map(String)])),
      point: this.draft.point, photos,
      sound: this.draft.sound && { kind: "sound", purpose: "voice_note", blob: this.draft.sound },
    };
  }
}

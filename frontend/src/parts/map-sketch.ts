// A small map for a phone without a network: the own grids as outlines, what waits as points, and oneself.
// Drawn as SVG from what was taken along; the big map library would be larger than the whole app.

type Ring = number[][];
export interface Outline { name: string; shape: { type: string; coordinates: unknown } }
export interface Spot { lon: number; lat: number; label: string; tone: "look" | "case" | "item"; href: string }

export interface Walked { at: string; lon: number; lat: number }
/** Between two positions further apart than this nobody knows the way. */
const GAP_MS = 3 * 60_000;

function stretches(points: Walked[]): Walked[][] {
  const found: Walked[][] = [];
  let last = 0;
  for (const one of points) {
    const at = Date.parse(one.at);
    if (!found.length || at - last > GAP_MS) found.push([]);
    found.at(-1)!.push(one);
    last = at;
  }
  return found;
}

const SVG = "http://www.w3.org/2000/svg";

function drawn<K extends keyof SVGElementTagNameMap>(name: K, values: Record<string, string | number>): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
  return made;
}

function ringsOf({ type, coordinates }: Outline["shape"]): Ring[] {
  if (type === "Polygon") return coordinates as Ring[];
  return type === "MultiPolygon" ? (coordinates as Ring[][]).flat() : [];
}

/** Degrees to a plane in which a degree of longitude is as wide as it is at that latitude. */
class Plane {
  readonly width: number;
  readonly height: number;
  constructor(private readonly west: number, south: number, east: number, private readonly north: number) {
    this.squeeze = Math.cos(((south + north) / 2) * (Math.PI / 180));
    this.scale = 1000 / Math.max((east - west) * this.squeeze, north - south, 1e-6);
    this.width = (east - west) * this.squeeze * this.scale;
    this.height = (north - south) * this.scale;
  }
  private readonly squeeze: number;
  private readonly scale: number;
  at(lon: number, lat: number): [number, number] {
    return [(lon - this.west) * this.squeeze * this.scale, (this.north - lat) * this.scale];
  }
}

export class SketchMap {
  readonly svg = drawn("svg", { class: "sketch", role: "group", preserveAspectRatio: "xMidYMid meet" });
  private readonly marks = drawn("g", {});
  private readonly me = drawn("g", { class: "me" });
  private readonly ways = drawn("g", { class: "ways-walked" });
  private readonly plane: Plane;
  private box: { x: number; y: number; w: number; h: number };
  private readonly fingers = new Map<number, PointerEvent>();

  constructor(name: string, outlines: Outline[]) {
    const points = outlines.flatMap((one) => ringsOf(one.shape)).flat();
    const [lons, lats] = [points.map((point) => point[0]!), points.map((point) => point[1]!)];
    this.plane = new Plane(Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats));
    const edge = 60;
    this.box = { x: -edge, y: -edge, w: this.plane.width + 2 * edge, h: this.plane.height + 2 * edge };
    this.svg.setAttribute("aria-label", name);
    for (const one of outlines) this.outline(one);
    this.svg.append(this.ways, this.marks, this.me);
    this.look();
    this.listen();
  }

  private outline({ name, shape }: Outline): void {
    const path = ringsOf(shape).map((ring) => `M${ring.map(([lon, lat]) => this.plane.at(lon!, lat!).map((n) => n.toFixed(1)).join(",")).join("L")}Z`).join("");
    const box = ringsOf(shape)[0] ?? [];
    const [x, y] = this.plane.at(middle(box.map((point) => point[0]!)), middle(box.map((point) => point[1]!)));
    const label = drawn("text", { x, y: y - 30, class: "grid-name" });
    label.textContent = name;
    this.svg.append(drawn("path", { d: path, class: "grid" }), label);
  }

  spots(found: Spot[]): void {
    this.marks.replaceChildren(...found.map(({ lon, lat, label, tone, href }) => {
      const [x, y] = this.plane.at(lon, lat);
      const link = drawn("a", { href, class: `spot ${tone}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "aria-label": label });
      // The circle that is touched is larger than the one that is seen.
      link.append(drawn("circle", { r: 1, class: "touch" }), drawn("circle", { r: 1, class: "dot" }));
      return link;
    }));
    this.look();
  }

  /** Ways that were walked, each in the order of time; a longer pause leaves a gap. */
  way(walked: Walked[][]): void {
    const lines = walked.flatMap((points) => stretches(points)).map((points) => {
      const path = points.map(({ lon, lat }) => this.plane.at(lon, lat).map((n) => n.toFixed(1)).join(",")).join(" ");
      return drawn("polyline", { points: path, class: "way" });
    });
    this.ways.replaceChildren(...lines);
  }

  /** Where the phone is now, with how far it may be off. */
  here(lon: number, lat: number): void {
    const [x, y] = this.plane.at(lon, lat);
    this.me.replaceChildren(drawn("circle", { r: 1, class: "dot", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }));
    this.look();
  }

  zoom(by: number, atX = this.box.x + this.box.w / 2, atY = this.box.y + this.box.h / 2): void {
    const most = this.plane.width + this.plane.height + 400;
    const w = Math.min(most, Math.max(60, this.box.w * by));
    const real = w / this.box.w;
    this.box = { x: atX - (atX - this.box.x) * real, y: atY - (atY - this.box.y) * real, w, h: this.box.h * real };
    this.look();
  }

  private look(): void {
    const { x, y, w, h } = this.box;
    this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    // Points and names keep their size on the screen however far one goes in.
    this.svg.style.setProperty("--unit", String(w / 360));
  }

  private listen(): void {
    this.svg.addEventListener("pointerdown", (event) => { this.fingers.set(event.pointerId, event); });
    for (const end of ["pointerup", "pointercancel", "pointerleave"] as const)
      this.svg.addEventListener(end, (event) => { this.fingers.delete(event.pointerId); });
    this.svg.addEventListener("pointermove", (event) => this.move(event));
    this.svg.addEventListener("wheel", (event) => { event.preventDefault(); this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2); }, { passive: false });
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const unit = this.box.w / Math.max(1, this.svg.clientWidth);
    const other = [...this.fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
    if (other) {
      const span = (one: PointerEvent): number => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      this.zoom(span(before) / Math.max(1, span(event)));
    } else {
      this.box.x -= (event.clientX - before.clientX) * unit;
      this.box.y -= (event.clientY - before.clientY) * unit;
      this.look();
    }
    this.fingers.set(event.pointerId, event);
  }
}

function middle(values: number[]): number {
  return (Math.min(...values) + Math.max(...values)) / 2;
}

// The rows of the list on the map beside it: each lights the other.
import { draw } from "./map";
import { all } from "./page";

interface Spot { row: string; lon: number; lat: number }

function spots(): Spot[] {
  return JSON.parse(document.querySelector<HTMLElement>("[data-points]")?.dataset["points"] ?? "[]") as Spot[];
}

function rowOf(target: EventTarget | null): string {
  return (target instanceof Element ? target.closest("#list tr[id]")?.id : "")?.slice("row-".length) ?? "";
}

export function startPoints(): void {
  const box = document.querySelector<HTMLElement>(".map-pane [data-map]");
  if (!box) return;
  void draw(box).then((made) => {
    if (!made) return;
    const show = (lit = ""): void => made.points(spots(), lit);
    box.addEventListener("gewu:map", () => {
      show();
      made.map.on("mousemove", "points", (event) => light(event.features?.[0]?.properties["row"] as string));
      made.map.on("mouseleave", "points", () => light(""));
      made.map.on("click", "points", (event) => go(event.features?.[0]?.properties["row"] as string));
    });
    for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (event) => { const row = rowOf(event.target); if (row && made.map.getSource("points")) show(row); });
    addEventListener("gewu:refreshed", () => { if (made.map.getSource("points")) show(); });
    document.addEventListener("htmx:after:swap", () => { if (made.map.getSource("points")) show(); });
  });
}

function light(row: string): void {
  for (const line of all("#list tr[id]")) line.classList.toggle("lit", line.id === `row-${row}`);
}

function go(row: string): void {
  document.getElementById(`row-${row}`)?.querySelector<HTMLAnchorElement>("a.what")?.click();
}

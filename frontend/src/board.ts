// The board: one map shaded by the figures of the table beside it, and the table lit by the map.
import { startHelp } from "./parts/help";
import { refresh, startLive } from "./parts/live";
import { draw } from "./parts/map";
import type { MapBox } from "./parts/map-draw";
import { all, startPage } from "./parts/page";
import { startStale } from "./parts/stale";
import { startWall } from "./parts/wall";

type Figures = Record<string, { open: number; overdue: number; today: number }>;

function rows(): HTMLTableRowElement[] {
  return all<HTMLTableRowElement>("tr[data-code]");
}

function figures(): Figures {
  return Object.fromEntries(rows().map((row) => {
    const { code = "", open, overdue, today } = row.dataset;
    return [code, { open: Number(open), overdue: Number(overdue), today: Number(today) }];
  }));
}

function legend(box: HTMLElement, steps: number[]): void {
  const part = box.querySelector<HTMLElement>("[data-legend]");
  const list = part?.querySelector("ul");
  if (!part || !list) return;
  list.replaceChildren(...[0, ...steps].map((from, index) => {
    const item = document.createElement("li");
    item.className = `s${index}`;
    item.textContent = index === 0 ? "0" : `${from}${index === steps.length ? "+" : ""}`;
    return item;
  }));
  part.hidden = false;
}

function cardOf(box: HTMLElement, name: string, code: string): HTMLElement {
  const card = document.createElement("div");
  card.className = "hover-card";
  const figure = figures()[code];
  const title = document.createElement("b");
  title.textContent = name;
  card.append(title);
  for (const [key, value] of Object.entries(figure ?? {})) {
    const line = document.createElement("span");
    line.textContent = `${box.dataset[`words${key[0]?.toUpperCase()}${key.slice(1)}`]} ${value.toLocaleString()}`;
    card.append(line);
  }
  return card;
}

function light(code: string | undefined): void {
  for (const row of rows()) row.classList.toggle("lit", row.dataset["code"] === code);
}

function follow(made: MapBox, box: HTMLElement): void {
  made.map.on("mousemove", "fill", (event) => {
    const place = event.features?.[0]?.properties as { code: string; name: string } | undefined;
    box.querySelector(".hover-card")?.remove();
    if (!place) return;
    const card = cardOf(box, place.name, place.code);
    card.style.left = `${Math.min(event.point.x + 14, box.clientWidth - 150)}px`;
    card.style.top = `${Math.min(event.point.y + 14, box.clientHeight - 110)}px`;
    box.append(card);
    light(place.code);
    made.map.getCanvas().style.cursor = "pointer";
  });
  made.map.on("mouseleave", "fill", () => {
    box.querySelector(".hover-card")?.remove();
    light(undefined);
    made.map.getCanvas().style.cursor = "";
  });
  made.map.on("click", "fill", (event) => {
    const code = event.features?.[0]?.properties?.["code"] as string | undefined;
    rows().find((row) => row.dataset["code"] === code)?.querySelector("a")?.click();
  });
}

async function start(box: HTMLElement): Promise<void> {
  const made = await draw(box);
  if (!made) return;
  const shade = (): void => { made.show(figures()); legend(box, made.steps()); };
  box.addEventListener("gewu:map", () => { shade(); follow(made, box); });
  addEventListener("gewu:refreshed", shade);
}

startPage();
startHelp();
startLive();
// What is due moves by itself; and a screen that heard nothing because it was cut off finds back.
setInterval(() => void refresh(), 45_000);
startStale();
startWall();
for (const box of all("[data-map]")) void start(box);

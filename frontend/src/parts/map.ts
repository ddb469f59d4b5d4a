// Map boxes. The library is fetched only when a map is looked at.
import { all } from "./page";
import type { MapBox } from "./map-draw";

const drawn = new WeakMap<HTMLElement, Promise<MapBox | undefined>>();

/** Draw the map of a box, once; a browser that cannot draw keeps the words in the box. */
export function draw(box: HTMLElement): Promise<MapBox | undefined> {
  let made = drawn.get(box);
  if (!made) {
    made = import("./map-draw").then(({ MapBox }) => new MapBox(box)).catch(() => undefined);
    drawn.set(box, made);
  }
  return made;
}

export function startMaps(): void {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      void draw(entry.target as HTMLElement);
    }
  }, { rootMargin: "200px" });
  for (const box of all("[data-map]:not([data-lazy])")) seen.observe(box);
}

/** Ask the server which grid a point lies in, and say it beside the map. */
export async function sayPlace(lon: number, lat: number): Promise<void> {
  const line = document.querySelector<HTMLElement>("[data-place-found]");
  if (!line) return;
  line.textContent = line.dataset["wordsFound"] ?? "";
  try {
    const answer = await fetch(`${line.dataset["gridUrl"]}?lon=${lon}&lat=${lat}`);
    if (answer.status === 404) line.textContent = line.dataset["wordsOutside"] ?? "";
    if (!answer.ok) return;
    const found = (await answer.json()) as { name: string; path: string };
    line.textContent = `${line.dataset["wordsIn"]} ${found.path} · ${found.name}`;
  } catch {
    // without an answer the point itself is enough: the server will find the grid
  }
}

export function writePoint(lon: number, lat: number): void {
  for (const [id, value] of [["lon", lon], ["lat", lat]] as const) {
    const input = document.querySelector<HTMLInputElement>(`#${id}`);
    if (input) input.value = value.toFixed(6);
  }
  void sayPlace(lon, lat);
}

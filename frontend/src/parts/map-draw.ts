// One map: places from our own address, labels drawn by the machine's own fonts, no outside request.
import type { FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";
import { type ExpressionSpecification, type GeoJSONSource, Map, type MapMouseEvent, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { writePoint } from "./map";

setWorkerUrl(workerUrl);

type Places = FeatureCollection<Polygon | MultiPolygon, { code: string; name: string }>;
type Figures = Record<string, { open: number; overdue: number; today: number }>;

/** A token of the style sheet as a colour the map understands, in the theme that is on. */
export function colour(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function boundsOf(places: Places): [number, number, number, number] | undefined {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  const take = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") {
      const [x, y] = part as [number, number];
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    } else part.forEach(take);
  };
  places.features.forEach((place) => take(place.geometry.coordinates));
  return box[0] <= box[2] ? box : undefined;
}

/** Steps of a heat scale: round numbers that part the places into shades. */
export function stepsOf(values: number[]): number[] {
  const most = Math.max(0, ...values);
  if (most <= 4) return [1, 2, 3, 4].slice(0, Math.max(1, most));
  const round = (n: number): number => {
    const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - (n < 100 ? 1 : 0));
    return Math.max(1, Math.round(n / unit) * unit);
  };
  return [...new Set([1, round(most * 0.25), round(most * 0.5), round(most * 0.75)])];
}

export class MapBox {
  readonly map: Map;
  private places: Places = { type: "FeatureCollection", features: [] };
  private marker: Marker | undefined;
  private figures: Figures = {};
  /** Whether someone has moved the map: from then on it stays where they left it. */
  private moved = false;

  constructor(private readonly box: HTMLElement) {
    const [lon, lat] = (box.dataset["centre"] ?? "0,0").split(",").map(Number);
    const ground = document.createElement("div");
    box.append(ground);
    this.map = new Map({
      container: ground,
      style: { version: 8, sources: {}, layers: [] },
      center: [lon ?? 0, lat ?? 0],
      zoom: Number(box.dataset["zoom"] ?? 11),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: false,
      localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
      canvasContextAttributes: { preserveDrawingBuffer: false },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.getCanvas().setAttribute("aria-label", box.dataset["name"] ?? "");
    this.map.once("load", () => void this.fill());
    this.map.on("movestart", (event) => { this.moved ||= Boolean(event.originalEvent); });
    this.map.on("resize", () => { if (!this.moved && !this.marker) this.fit(); });
    addEventListener("gewu:theme", () => this.paint());
  }

  private async fill(): Promise<void> {
    const answer = await fetch(this.box.dataset["map"] ?? "");
    this.places = (await answer.json()) as Places;
    this.map.addSource("places", { type: "geojson", data: this.withFigures(), promoteId: "code" });
    this.map.addLayer({ id: "ground", type: "background", paint: {} });
    this.map.addLayer({ id: "fill", type: "fill", source: "places", paint: {} });
    this.map.addLayer({ id: "lit", type: "fill", source: "places", filter: ["==", ["get", "code"], ""], paint: {} });
    this.map.addLayer({ id: "edge", type: "line", source: "places", paint: {} });
    this.map.addLayer({
      id: "names", type: "symbol", source: "places",
      layout: { "text-field": ["get", "name"], "text-size": parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.9, "text-max-width": 7, "text-padding": 4 }, paint: {},
    });
    this.paint();
    this.box.querySelector(".map-note")?.remove();
    const [lon, lat] = (this.box.dataset["point"] ?? "").split(",").map(Number);
    if (lon && lat) this.mark(lon, lat, 13.8);
    else if (this.marker) this.lightPlace();
    else this.fit();
    if (this.box.dataset["pickPoint"]) this.map.on("click", (event) => this.pick(event));
    this.box.dataset["ready"] = "yes";
    this.box.dispatchEvent(new Event("gewu:map"));
  }

  private fit(): void {
    const bounds = boundsOf(this.places);
    if (bounds) this.map.fitBounds(bounds, { padding: 28, animate: false });
  }

  private pick(event: MapMouseEvent): void {
    this.mark(event.lngLat.lng, event.lngLat.lat);
    writePoint(event.lngLat.lng, event.lngLat.lat);
  }

  mark(lon: number, lat: number, zoom?: number): void {
    this.marker ??= new Marker({ color: colour("--bad") });
    this.marker.setLngLat([lon, lat]).addTo(this.map);
    if (zoom !== undefined) this.map.jumpTo({ center: [lon, lat], zoom });
    this.lightPlace();
  }

  /** Shade the place in which the mark stands, so that one sees which grid a matter belongs to. */
  private lightPlace(): void {
    const at = this.marker?.getLngLat();
    if (!at || !this.map.getLayer("lit")) return;
    const show = (): void => {
      const found = this.map.queryRenderedFeatures(this.map.project(at), { layers: ["fill"] })[0];
      this.map.setFilter("lit", ["==", ["get", "code"], (found?.properties["code"] as string | undefined) ?? ""]);
    };
    void this.map.once("idle", show);
    this.map.triggerRepaint();
  }

  /** Points on the map, by the row that each belongs to. */
  points(found: { row: string; lon: number; lat: number }[], lit: string): void {
    const data: FeatureCollection<Point> = {
      type: "FeatureCollection",
      features: found.map(({ row, lon, lat }) => ({ type: "Feature", properties: { row, lit: row === lit }, geometry: { type: "Point", coordinates: [lon, lat] } })),
    };
    const source = this.map.getSource<GeoJSONSource>("points");
    if (source) { source.setData(data); return; }
    this.map.addSource("points", { type: "geojson", data });
    this.map.addLayer({ id: "points", type: "circle", source: "points", paint: {
      "circle-radius": ["case", ["get", "lit"], 9, 6],
      "circle-color": ["case", ["get", "lit"], colour("--bad"), colour("--brand")],
      "circle-stroke-width": 2, "circle-stroke-color": colour("--surface"),
    } });
  }

  /** New figures for the places; the shade of each follows. */
  show(figures: Figures): void {
    this.figures = figures;
    this.map.getSource<GeoJSONSource>("places")?.setData(this.withFigures());
    this.paint();
  }

  steps(): number[] {
    return stepsOf(Object.values(this.figures).map((figure) => figure[this.measure()]));
  }

  private measure(): "open" | "overdue" {
    return this.box.dataset["heat"] === "overdue" ? "overdue" : "open";
  }

  private withFigures(): Places {
    return {
      ...this.places,
      features: this.places.features.map((place) => ({ ...place, properties: { ...place.properties, ...this.figures[place.properties.code] } })),
    };
  }

  private paint(): void {
    if (!this.map.getLayer("fill")) return;
    const heat = this.box.dataset["heat"];
    const late = this.measure() === "overdue";
    const shades = [1, 2, 3, 4].map((n) => colour(late ? `--late-${n}` : `--heat-${n}`));
    const scale = this.steps().flatMap((from, index) => [from, shades[index] ?? shades[3]!]);
    const shade = ["step", ["coalesce", ["get", this.measure()], 0], colour("--heat-0"), ...scale] as unknown as ExpressionSpecification;
    this.map.setPaintProperty("ground", "background-color", colour(heat ? "--paper" : "--rest-soft"));
    this.map.setPaintProperty("fill", "fill-color", heat ? shade : colour("--surface"));
    this.map.setPaintProperty("fill", "fill-opacity", heat ? 0.95 : 0.7);
    this.map.setPaintProperty("lit", "fill-color", colour("--brand-soft"));
    this.map.setPaintProperty("edge", "line-color", heat ? colour("--surface") : colour("--line-strong"));
    this.map.setPaintProperty("edge", "line-width", heat ? 1.2 : 1);
    this.map.setPaintProperty("names", "text-color", colour("--ink"));
    this.map.setPaintProperty("names", "text-halo-color", colour("--surface"));
    this.map.setPaintProperty("names", "text-halo-width", 1.6);
  }
}

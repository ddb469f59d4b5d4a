// Today and the lists behind it, the map, the messages, one's own numbers.
import { SketchMap, type Spot } from "../../parts/map-sketch";
import { done, screen, type Here } from "../app";
import type { CarriedCase } from "../day";
import { clock, due, h, icon, t } from "../dom";
import { wayToday } from "../queue";
import { tasksOf } from "../standing";
import { onTrack } from "../track";
import { hours } from "./tasks";

function checks(here: Here): CarriedCase[] {
  return (here.day?.cases ?? []).filter((one) => one.steps.length > 0);
}

interface Tile { sign: string; label: string; href: string; n?: number; right?: string }

function tiles(here: Here): Tile[] {
  const { day } = here;
  const all: Tile[] = [
    { sign: "camera", label: t("report"), href: "#/report", right: "reports.register" },
    { sign: "check", label: t("settle"), href: "#/settle", right: "cases.self_handle" },
    { sign: "look", label: t("looks"), href: "#/looks", n: day?.looks.length ?? 0, right: "reports.verify" },
    { sign: "check", label: t("checks"), href: "#/checks", n: checks(here).length },
    { sign: "walk", label: t("tasks"), href: "#/tasks", n: tasksOf(here).length, right: "fieldwork.do" },
    { sign: "clue", label: t("clues"), href: "#/clues", n: day?.clues?.length ?? 0, right: "fieldwork.do" },
    { sign: "people", label: t("visit"), href: "#/visit", right: "fieldwork.do" },
    { sign: "look", label: t("spots"), href: "#/spots", right: "fieldwork.do" },
    { sign: "whistle", label: t("whistle"), href: "#/whistle", right: "cases.whistle" },
    { sign: "people", label: t("calls"), href: "#/calls", n: day?.called.length ?? 0 },
    { sign: "bell", label: t("messages"), href: "#/messages", n: day?.unread ?? 0 },
    { sign: "chart", label: t("numbers"), href: "#/numbers" },
  ];
  return all.filter((one) => !one.right || day?.rights.includes(one.right));
}

screen("today", (here) => {
  const { day, session } = here;
  const grids = day?.grids.map((grid) => grid.name).join("、") ?? "";
  const who = h("p", { class: "who" }, h("b", {}, session.name), session.post && ` · ${session.post}`, grids && h("span", { class: "muted" }, ` ${grids}`));
  const stand = h("p", { class: "muted small" }, day ? t("as_of", { time: clock(day.as_of) }) : t("no_day"));
  const doors = h("nav", { class: "tiles", "aria-label": t("today") }, ...tiles(here).map(({ sign, label, href, n }) =>
    h("a", { href, class: "tile" }, icon(sign), h("span", {}, label), Boolean(n) && h("b", { class: "count" }, String(n)))));
  const first = [...checks(here)].sort((one, other) => one.due_at.localeCompare(other.due_at)).slice(0, 3);
  const soon = first.length > 0 && h("section", {}, h("h2", {}, t("soonest")), list(first.map(caseRow)));
  return { title: t("today"), help: "today", body: [who, ...hours(here), doors, ...(soon ? [soon] : []), stand] };
});

export function list(rows: HTMLElement[]): HTMLElement {
  return rows.length ? h("ul", { class: "rows" }, ...rows) : h("p", { class: "empty" }, t("nothing"));
}

export function row(href: string, title: string, under: string, ...more: (Node | false)[]): HTMLElement {
  return h("li", {}, h("a", { href, class: "item" }, h("b", {}, title), h("span", { class: "muted" }, under), h("span", { class: "chips" }, ...more)));
}

function caseRow(one: CarriedCase): HTMLElement {
  return row(`#/case/${one.number}`, one.title, one.address || one.text.slice(0, 40), h("span", { class: "chip info" }, one.state_label), due(one.due_at));
}

screen("looks", (here) => {
  const waits = new Set(here.queue.filter((one) => one.kind === "finding" && one.state !== "taken").map((one) => one.content["report"]));
  const rows = (here.day?.looks ?? []).map((one) => row(`#/look/${one.report}`, one.text.slice(0, 60), one.address, due(one.due_at), waits.has(one.report) && h("span", { class: "chip warn" }, t("waiting"))));
  return { title: t("looks"), help: "looks", body: [cut(here, "looks"), list(rows)] };
});

screen("checks", (here) => ({ title: t("checks"), help: "cases", body: [cut(here, "cases"), list(checks(here).map(caseRow))] }));

screen("whistle", (here) => {
  const rows = (here.day?.cases ?? []).filter((one) => one.may_whistle).map((one) => row(`#/blow/${one.number}`, one.title, one.address, h("span", { class: "chip info" }, one.state_label)));
  return { title: t("whistle"), help: "whistle", body: [h("p", { class: "hint" }, t("whistle_hint")), list(rows)] };
});

screen("calls", (here) => {
  const rows = (here.day?.called ?? []).map((one) => row(`#/called/${one.id}`, one.task || one.title, one.number, h("span", { class: "chip info" }, one.state_label), one.come_by ? due(one.come_by) : false));
  return { title: t("calls"), help: "calls", body: [list(rows)] };
});

export function cut(here: Here, name: string): HTMLElement {
  return h("p", { class: "note warn", hidden: !here.day?.more.includes(name) }, t("cut"));
}

screen("messages", (here) => {
  const found = here.day?.messages ?? [];
  const unread = found.some((one) => !one.read);
  const waits = here.queue.some((one) => one.kind === "messages_read" && one.state === "waiting");
  const rows = found.map((one) => h("li", {}, h("details", { class: `item ${one.read ? "" : "unread"}` }, h("summary", {}, h("b", {}, one.text), h("span", { class: "muted" }, clock(one.at))), h("p", {}, one.body),
    one.about.startsWith("case:") && h("a", { class: "button", href: `#/case/${one.about.slice(5)}` }, t("open")))));
  const seen = unread && !waits && h("button", { class: "button wide", type: "button", onclick: () => void done("messages_read", t("messages_read"), () => ({}), { photos: {} }) }, t("messages_read"));
  return { title: t("messages"), help: "messages", body: [list(rows), ...(seen ? [seen] : [])] };
});

screen("numbers", (here) => {
  const found = here.day?.numbers ?? [];
  const line = (...cells: string[]): HTMLElement => h("tr", {}, ...cells.map((cell, n) => h(n ? "td" : "th", n ? { class: "num" } : { scope: "row" }, cell)));
  const head = h("tr", {}, ...["what_done", "n_day", "n_week", "n_month"].map((key) => h("th", { scope: "col" }, t(key))));
  const table = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("numbers") }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...found.map((one) => line(one.label, String(one.day), String(one.week), String(one.month))))));
  return { title: t("numbers"), help: "numbers", body: found.length ? [h("p", { class: "hint" }, t("numbers_hint")), table] : [h("p", { class: "empty" }, t("nothing"))] };
});

screen("map", (here) => {
  const grids = (here.day?.grids ?? []).filter((grid) => grid.shape).map((grid) => ({ name: grid.name, shape: grid.shape! }));
  if (!grids.length) return { title: t("map"), help: "map", body: [h("p", { class: "empty" }, t("no_map"))] };
  const map = new SketchMap(t("map"), grids);
  map.spots(spotsOf(here));
  const draw = async (): Promise<void> => map.way([...(await wayToday(here.session.account)).values()]);
  void draw();
  const end = onTrack(() => { if (map.svg.isConnected) void draw(); else end(); });
  const me = h("button", { class: "button", type: "button", "aria-label": t("here"), onclick: () => navigator.geolocation.getCurrentPosition(({ coords }) => map.here(coords.longitude, coords.latitude)) }, icon("aim"));
  const tools = h("div", { class: "map-tools" }, h("button", { class: "button", type: "button", "aria-label": t("nearer"), onclick: () => map.zoom(0.6) }, "+"),
    h("button", { class: "button", type: "button", "aria-label": t("farther"), onclick: () => map.zoom(1.7) }, "−"), me);
  const key = h("p", { class: "map-key small" }, h("i", { class: "look" }), t("looks"), h("i", { class: "case" }), t("cases"), h("i", { class: "stop" }), t("tasks"), h("i", { class: "way" }), t("way_today"), h("span", { class: "muted" }, t("map_hint")));
  return { title: t("map"), help: "map", body: [...hours(here), h("div", { class: "map" }, map.svg, tools), key] };
});

function spotsOf(here: Here): Spot[] {
  const looks = (here.day?.looks ?? []).map((one): Partial<Spot> => ({ lon: one.lon!, lat: one.lat!, label: one.text.slice(0, 40), tone: "look", href: `#/look/${one.report}` }));
  const cases = (here.day?.cases ?? []).map((one): Partial<Spot> => ({ lon: one.lon!, lat: one.lat!, label: one.title, tone: "case", href: `#/case/${one.number}` }));
  const stops = tasksOf(here).flatMap((task) => task.stops.map((stop): Partial<Spot> => ({ lon: stop.lon!, lat: stop.lat!, label: stop.name, tone: "item", href: `#/task/${task.id}` })));
  return [...cases, ...stops, ...looks].filter((one): one is Spot => one.lon !== null && one.lat !== null);
}

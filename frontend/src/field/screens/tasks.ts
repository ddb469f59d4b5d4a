// Patrols and other tasks with their route and items, and visits; each deed is a command, shown before it has arrived.
import { done, go, screen, wake, type Here } from "../app";
import type { FormField, Item, Stop } from "../day";
import { due, h, say, t } from "../dom";
import { Form, type Field, type Filled } from "../form";
import { hoursNow, standing, tasksOf, type Standing } from "../standing";
import { pause, recording } from "../track";
import { given, gridField } from "./making";

/** Each step of a task goes out behind the one before it: they arrive in their order or not at all. */
async function step(now: Standing, event: string, label: string, content: Record<string, unknown> = {}): Promise<void> {
  // What was recorded goes out before the end; should the end be refused, the person says whether to go on.
  if ((event === "finish" || event === "sign_none") && recording().state !== "off") await pause(now.task.id, true);
  await done("task_step", `${label}：${now.task.title}`, () => ({ task: now.task.id, event, ...content }), { photos: {} }, now.last);
}

function here(): Promise<{ lon: number; lat: number; accuracy_m: number } | undefined> {
  return new Promise((resolve) => navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) }),
    () => { say(t("nowhere")); resolve(undefined); },
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 10_000 },
  ));
}

/** How long one has walked today and may still walk, once there is something to say. */
export function hours(found: Here): HTMLElement[] {
  const now = hoursNow(found);
  if (!now || (!now.walked && !now.walking)) return [];
  const said = h("p", { class: "hours" }, t("walked", { span: span(now.walked) }), " · ", t("walk_left", { span: span(now.left) }));
  return now.rest ? [said, h("p", { class: "note warn", role: "status" }, t("rest_due"))] : [said];
}

function span(minutes: number): string {
  return minutes < 60 ? t("minutes", { n: minutes }) : t("hours_minutes", { h: Math.floor(minutes / 60), n: minutes % 60 });
}

screen("tasks", (found) => {
  const rows = tasksOf(found).map((one) => {
    const now = standing(found, one.id)!;
    const chip = now.ended ? t("waiting") : now.started ? t("task_going") : one.state_label;
    return h("li", {}, h("a", { href: `#/task/${one.id}`, class: "item" }, h("b", {}, one.title), h("span", { class: "chips" }, h("span", { class: "chip info" }, chip), due(one.due_at))));
  });
  return { title: t("tasks"), help: "tasks", body: [...hours(found), rows.length ? h("ul", { class: "rows" }, ...rows) : h("p", { class: "empty" }, t("nothing"))] };
});

screen("task", (found, id) => {
  const now = standing(found, id);
  if (!now) return { title: t("tasks"), help: "tasks", body: [h("p", { class: "empty" }, t("gone"))] };
  const { task } = now;
  const head = h("p", { class: "spread" }, h("span", { class: "chip info" }, now.started && !now.ended ? t("task_going") : task.state_label), due(task.due_at));
  const tracks = found.fieldwork!.kinds.find((one) => one.code === task.kind)?.tracks ?? false;
  if (now.ended) return { title: task.title, help: "tasks", body: [head, h("p", { class: "note good" }, t("task_ended"))] };
  if (!now.started) {
    const may = task.steps.some((one) => one.event === "start");
    const begin = h("button", { class: "button main wide", type: "button", onclick: () => void step(now, "start", t("task_start")).then(wake) }, t("task_start"));
    return { title: task.title, help: "tasks", body: [head, ...task.stops.map((stop) => h("p", {}, `${t("task_stop", { n: stop.seq })} ${stop.name}`)), ...(may && tracks ? [h("p", { class: "hint" }, t("way_hint"))] : []), may ? begin : h("p", { class: "muted" }, t("task_not_yet"))] };
  }
  const left = task.stops.length * task.items.length - now.looks.size;
  const signs = found.fieldwork!.kinds.find((one) => one.code === task.kind)?.signs_none ?? false;
  const ends = [
    h("a", { class: "button wide", href: `#/found/${id}` }, t("task_found")),
    h("a", { class: "button main wide", href: `#/end/${id}/finish` }, t("task_finish")),
    ...(signs && left <= 0 ? [h("a", { class: "button wide", href: `#/end/${id}/sign_none` }, t("task_none"))] : []),
  ];
  return { title: task.title, help: "tasks", body: [head, ...(tracks ? hours(found) : []), ...task.stops.map((stop) => stopCard(now, stop)), left > 0 ? h("p", { class: "muted" }, t("task_left", { n: left })) : h("p"), ...ends] };
});

function stopCard(now: Standing, stop: Stop): HTMLElement {
  const arrive = async (position: boolean): Promise<void> => {
    const at = position ? await here() : {};
    if (at) await step(now, "check_in", t("task_check_in"), { at: { stop: stop.id, ...at } });
  };
  const ways = h("div", { class: "ways" }, h("button", { class: "button", type: "button", onclick: () => void arrive(true) }, t("task_check_in_here")),
    h("button", { class: "button quiet", type: "button", onclick: () => void arrive(false) }, t("task_check_in")));
  const seen = now.seen.has(stop.id);
  return h("section", { class: "card stop" }, h("h3", {}, `${t("task_stop", { n: stop.seq })} ${stop.name}`, seen && h("span", { class: "chip good" }, t("task_checked_in"))),
    stop.address && h("p", { class: "muted" }, stop.address), !seen && ways, ...now.task.items.map((item) => itemRow(now, stop, item)));
}

function itemRow(now: Standing, stop: Stop, item: Item): HTMLElement {
  const there = now.looks.get(`${stop.id} ${item.code}`);
  const look = async (outcome: string): Promise<void> => {
    await step(now, "look", item.name, { looks: [{ stop: stop.id, item: item.code, outcome }] });
    if (outcome === "found") go(`#/found/${now.task.id}/${stop.id}/${item.code}`);
  };
  const button = (outcome: string): HTMLElement => h("button", { class: "button", type: "button", "aria-pressed": String(there === outcome), "aria-label": `${item.name} ${t(`o_${outcome}`)}`, onclick: () => void look(outcome) }, t(`o_${outcome}`));
  return h("div", { class: "outcomes" }, h("span", {}, item.name), h("div", { class: "ways" }, button("fine"), button("found"), button("absent")));
}

screen("found", async (found, key) => {
  const [id = "", stop = "", item = ""] = key.split("/");
  const now = standing(found, id);
  if (!now) return { title: t("tasks"), help: "tasks", body: [h("p", { class: "empty" }, t("gone"))] };
  const known = now.task.items.find((one) => one.code === item);
  const matters = (found.day?.matters ?? []).map((one) => ({ value: one.code, label: one.name, group: one.group }));
  const classed: Field[] = known ? [] : [{ kind: "choice", name: "matter", label: t("matter"), options: matters, needed: true }, { ...gridField(found, true) }];
  const form = new Form(`draft:found:${key}`, [
    { kind: "long", name: "text", label: t("what"), needed: true }, { kind: "photos", name: "photos", label: t("photos") },
    { kind: "point", name: "point", label: t("position") }, { kind: "line", name: "address", label: t("address") }, ...classed,
  ], t("hand_in"), async (filled) => {
    await done("task_finding", filled.values["text"]!.slice(0, 40), ({ of }) => ({
      task: id, ...(stop ? { stop } : {}), ...(known ? { item } : {}), ...given(filled.values), ...spot(filled), photos: of("photos"),
    }), filled, now.last);
    go(`#/task/${id}`);
  });
  return { title: known?.name ?? t("task_found"), help: "tasks", body: [(await form.restore()).element] };
});

function spot(filled: Filled): Record<string, number> {
  return filled.point ? { lon: filled.point[0], lat: filled.point[1] } : {};
}

function asked(fields: FormField[]): Field[] {
  return fields.map((one): Field => {
    const plain = { name: `a-${one.code}`, label: one.name, needed: one.required };
    if (one.type === "choice") return { ...plain, kind: "choice", options: one.choices.map((choice) => ({ value: choice, label: choice })) };
    if (one.type === "yes_no") return { ...plain, kind: "choice", options: [{ value: "yes", label: t("yes") }, { value: "no", label: t("no") }] };
    return { ...plain, kind: one.type === "long" ? "long" : one.type === "count" ? "number" : "line" };
  });
}

/** What was answered, as the form takes it: numbers as numbers, yes as true. */
function answers(filled: Filled, fields: FormField[]): Record<string, unknown> {
  const said = fields.map((one): [FormField, string] => [one, filled.values[`a-${one.code}`] ?? ""]).filter(([, value]) => value !== "");
  return Object.fromEntries(said.map(([one, value]) => [one.code, one.type === "count" ? Number(value) : one.type === "yes_no" ? value === "yes" : value]));
}

screen("end", async (found, key) => {
  const [id = "", event = ""] = key.split("/");
  const now = standing(found, id);
  if (!now) return { title: t("tasks"), help: "tasks", body: [h("p", { class: "empty" }, t("gone"))] };
  const fields = found.fieldwork!.forms.find((one) => one.code === now.task.form)?.fields ?? [];
  const words: Field = event === "finish" ? { kind: "long", name: "reason", label: t("task_why") } : { kind: "long", name: "statement", label: t("task_statement") };
  const label = event === "finish" ? t("task_finish") : t("task_none");
  const form = new Form(`draft:end:${key}`, [...asked(fields), words], label, async (filled) => {
    const said = given({ reason: filled.values["reason"] ?? "", statement: filled.values["statement"] ?? "" });
    await step(now, event, label, { answers: answers(filled, fields), ...said });
    go("#/tasks");
  });
  const stays = found.fieldwork!.kinds.find((one) => one.code === now.task.kind)?.checks_in && now.seen.size === 0;
  const missing = stays ? [h("p", { class: "note warn" }, t("end_no_check_in"))] : [];
  return { title: label, help: "tasks", body: [h("p", { class: "muted" }, now.task.title), ...missing, (await form.restore()).element] };
});

screen("visit", async (found) => {
  const kind = found.fieldwork?.kinds.find((one) => one.code === "visit");
  const fields = found.fieldwork?.forms.find((one) => one.code === kind?.form)?.fields;
  if (!fields) return { title: t("visit"), help: "visit", body: [h("p", { class: "empty" }, t("no_day"))] };
  const form = new Form(`draft:visit:${found.session.account}`, [gridField(found, true), { kind: "point", name: "point", label: t("position") }, ...asked(fields)], t("hand_in"), async (filled) => {
    await done("visit", t("visit"), () => ({ place: filled.values["place"], ...spot(filled), answers: answers(filled, fields) }), filled);
    go("#/queue");
  });
  return { title: t("visit"), help: "visit", body: [(await form.restore()).element] };
});

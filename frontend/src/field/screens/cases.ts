// Cases taken along: steps on the spot, a whole check in one visit, a whistle, and coming when one is called.
import { done, go, screen, type Here } from "../app";
import type { CarriedCase, Step } from "../day";
import { due, h, t } from "../dom";
import { Form, type Field, type Filled } from "../form";
import type { Queued } from "../store";
import { given } from "./making";

/** The steps of a case that wait in the queue, oldest first: what is shown goes out from them. */
function pending(here: Here, kind: string, key: string, value: string): Queued[] {
  return here.queue.filter((one) => one.kind === kind && one.state === "waiting" && one.content[key] === value);
}

function stepsOpen(here: Here, found: CarriedCase): { steps: Step[]; after: string[] } {
  const waiting = pending(here, "case_step", "number", found.number);
  const last = waiting.at(-1);
  if (!last) return { steps: found.steps, after: [] };
  const then = found.steps.find((one) => one.event === last.content["event"])?.then ?? [];
  return { steps: waiting.length === 1 ? then : [], after: [last.id] };
}

function some(...nodes: (Node | false)[]): Node[] {
  return nodes.filter((one) => one !== false);
}

const WRITTEN = ["reason", "result", "answer", "finding"];

function fieldsOf(here: Here, step: Step, found: CarriedCase): Field[] {
  const wanted = WRITTEN.filter((name) => step.needs.includes(name) || (step.may_take.includes(name) && name === "answer"));
  const fields: Field[] = wanted.map((name) => ({ kind: "long", name, label: t(`w_${name}`), needed: step.needs.includes(name) }));
  if (!step.may_take.includes("evidence") && !step.needs.includes("evidence")) return fields;
  const names = new Map(here.day!.evidence.map((one) => [one.code, one.name]));
  return [...fields, ...found.evidence.filter((token) => token !== "location").map((token): Field => token.startsWith("photo")
    ? { kind: "photos", name: token, label: names.get(token) ?? token, purpose: token, most: 3 }
    : { kind: "line", name: `e-${token}`, label: names.get(token) ?? token })];
}

function shownBy(filled: Filled, of: (name: string) => string[]): Record<string, string>[] {
  const pictures = Object.keys(filled.photos).flatMap((token) => of(token).map((upload) => ({ token, upload })));
  const words = Object.entries(given(filled.values)).filter(([name]) => name.startsWith("e-"));
  return [...pictures, ...words.map(([name, text]) => ({ token: name.slice(2), text }))];
}

screen("case", (here, number) => {
  const found = here.day?.cases.find((one) => one.number === number);
  if (!found) return { title: t("cases"), help: "cases", body: [h("p", { class: "empty" }, t("gone"))] };
  const { steps, after } = stepsOpen(here, found);
  const facts = h("section", { class: "card" }, h("p", { class: "spread" }, h("span", { class: "chip info" }, found.state_label), due(found.due_at)),
    h("p", { class: "own-words" }, found.text), h("p", { class: "muted" }, `${found.address} · ${found.number}`),
    found.result && h("p", { class: "result" }, t("w_result"), "：", found.result));
  const waits = after.length > 0 && h("p", { class: "note info" }, t("step_waits"));
  const ways = steps.map((step) => h("a", { class: "button wide", href: `#/step/${number}/${step.event}` }, step.label));
  const whistle = found.may_whistle && h("a", { class: "button wide", href: `#/blow/${number}` }, t("blow"));
  const onward = h("a", { class: "button quiet wide", href: `/desk/cases/${number}` }, t("on_desk"));
  return { title: found.title, help: "cases", body: [facts, ...some(waits, ...ways, whistle, onward)] };
});

screen("step", async (here, key) => {
  const [number = "", event = ""] = key.split("/");
  const found = here.day?.cases.find((one) => one.number === number);
  const { steps, after } = found ? stepsOpen(here, found) : { steps: [], after: [] };
  const step = steps.find((one) => one.event === event);
  if (!found || !step) return { title: t("cases"), help: "cases", body: [h("p", { class: "empty" }, t("gone"))] };
  const form = new Form(`draft:step:${number}:${event}`, fieldsOf(here, step, found), step.label, async (filled) => {
    const plain = Object.fromEntries(Object.entries(given(filled.values)).filter(([name]) => !name.startsWith("e-")));
    // A step that follows one of our own goes out from whatever that one made of the case.
    const version = after.length ? {} : { version: found.version };
    await done("case_step", `${step.label}：${found.title}`, ({ of }) => ({ number, event, ...version, ...plain, shown: shownBy(filled, of) }), filled, after);
    go(`#/case/${number}`);
  });
  return { title: step.label, help: "cases", body: [h("p", { class: "muted" }, `${found.title} · ${found.address}`), (await form.restore()).element] };
});

screen("blow", async (here, number) => {
  const day = here.day!;
  const form = new Form(`draft:blow:${number}`, [
    { kind: "choice", name: "kind", label: t("whistle_kind"), needed: true, options: day.whistles.map((one) => ({ value: one.code, label: one.name })) },
    { kind: "long", name: "task", label: t("whistle_task"), needed: true },
    { kind: "many", name: "posts", label: t("officials"), options: day.officials.map((one) => ({ value: one.code, label: one.name })) },
    { kind: "many", name: "units", label: t("units"), options: day.units.map((one) => ({ value: one.code, label: one.name })) },
  ], t("blow"), async (filled) => {
    await done("whistle", filled.values["task"]!.slice(0, 40), () => ({ number, ...given(filled.values), ...filled.lists }), filled);
    go(`#/case/${number}`);
  });
  return { title: t("blow"), help: "whistle", body: [(await form.restore()).element] };
});

screen("called", async (here, key) => {
  const [id = "", event = ""] = key.split("/");
  const found = here.day?.called.find((one) => one.id === id);
  const waits = pending(here, "called_step", "task", id).length > 0;
  if (!found || waits) return { title: t("calls"), help: "calls", body: [h("p", { class: "empty" }, waits ? t("step_waits") : t("gone"))] };
  const facts = h("section", { class: "card" }, h("p", { class: "own-words" }, found.task), h("p", { class: "muted" }, `${found.title} · ${found.number}`), found.come_by && due(found.come_by));
  const step = found.steps.find((one) => one.event === event);
  if (!step) return { title: t("calls"), help: "calls", body: [facts, ...found.steps.map((one) => h("a", { class: "button wide", href: `#/called/${id}/${one.event}` }, one.label))] };
  const place: Field[] = event === "check_in" ? [{ kind: "point", name: "point", label: t("position") }, { kind: "line", name: "address", label: t("address") }] : [];
  const words: Field[] = WRITTEN.filter((name) => step.needs.includes(name)).map((name) => ({ kind: "long", name, label: t(`w_${name}`), needed: true }));
  const form = new Form(`draft:called:${id}:${event}`, [...place, ...words], step.label, async (filled) => {
    const spot = filled.point ? { lon: filled.point[0], lat: filled.point[1] } : {};
    await done("called_step", `${step.label}：${found.title}`, () => ({ number: found.number, task: id, event, ...given(filled.values), ...spot }), filled);
    go("#/calls");
  });
  return { title: step.label, help: "calls", body: [facts, (await form.restore()).element] };
});

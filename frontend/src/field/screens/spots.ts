// Spots of the own grids: their facts, put right on the spot. An edit names what the phone had before its eyes.
import { done, go, screen, type Here } from "../app";
import { FACTS, type Fact, type Spot } from "../day";
import { h, t } from "../dom";
import { Form, type Field } from "../form";
import type { Queued } from "../store";
import { list, row } from "./lists";

/** A fact as it is read: the kind by its name. */
export function factSaid(here: Here, fact: string, text: string): string {
  return fact === "kind" ? here.day?.spot_kinds.find((one) => one.code === text)?.name ?? text : text;
}

/** The edits of a spot that the day taken along does not show yet, oldest first. */
function edits(here: Here, id: string): Queued[] {
  const news = (one: Queued): boolean => one.state !== "taken" || one.answeredAt > (here.fieldwork?.asked ?? "");
  return here.queue.filter((one) => one.kind === "spot_edit" && one.content["spot"] === id && news(one));
}

/** A spot as this person has made it, whatever of that has arrived. */
function asEdited(here: Here, spot: Spot): Spot {
  return edits(here, spot.id).reduce((found, one) => ({ ...found, ...(one.content["values"] as Partial<Spot>) }), spot);
}

const STANDS: Record<Queued["state"], string> = { waiting: "warn", taken: "good", refused: "bad", conflict: "bad" };

function stands(here: Here, id: string): Node[] {
  const last = edits(here, id).at(-1);
  return last ? [h("span", { class: `chip ${STANDS[last.state]}` }, t(`s_${last.state}`))] : [];
}

screen("spots", (here) => {
  const rows = (here.day?.spots ?? []).map((one) => {
    const now = asEdited(here, one);
    return row(`#/spot/${one.id}`, now.name, now.address, h("span", { class: "chip info" }, factSaid(here, "kind", now.kind)), ...(stands(here, one.id) as HTMLElement[]));
  });
  return { title: t("spots"), help: "spots", body: [h("p", { class: "hint" }, t("spots_hint")), list(rows)] };
});

screen("spot", async (here, id) => {
  const spot = here.day?.spots.find((one) => one.id === id);
  if (!spot) return { title: t("spots"), help: "spots", body: [h("p", { class: "empty" }, t("gone"))] };
  const before = edits(here, id);
  const stuck = before.find((one) => one.state === "conflict" || one.state === "refused");
  const now = asEdited(here, spot);
  const facts = h("dl", { class: "card facts" }, ...FACTS.flatMap((fact) => [h("dt", {}, t(`spot_${fact}`)), h("dd", {}, now[fact] ? factSaid(here, fact, now[fact]) : h("span", { class: "muted" }, t("fact_empty")))]));
  if (stuck) {
    const said = h("p", { class: "note bad" }, t(stuck.state === "conflict" ? "spot_apart" : "spot_refused"));
    return { title: now.name, help: "spots", body: [said, h("a", { class: "button main wide", href: "#/queue" }, t("queue")), facts] };
  }
  const chips = stands(here, id);
  const form = new Form(`draft:spot:${id}:${spot.version}:${before.length}`, fieldsOf(here, now), t("spot_correct"), async (filled) => {
    const values = Object.fromEntries(FACTS.filter((fact) => (filled.values[fact] ?? "") !== now[fact]).map((fact) => [fact, filled.values[fact] ?? ""]));
    if (Object.keys(values).length) await edit(spot, before, values);
    go("#/spots");
  });
  return { title: now.name, help: "spots", body: [...(chips.length ? [h("p", { class: "chips" }, ...chips)] : []), h("p", { class: "hint" }, t("spot_hint")), (await form.restore()).element] };
});

function fieldsOf(here: Here, now: Spot): Field[] {
  const kinds = here.day!.spot_kinds.map((one) => ({ value: one.code, label: one.name }));
  const plain = (fact: Fact): Field => ({ kind: "line", name: fact, label: t(`spot_${fact}`), value: now[fact], needed: fact === "name" });
  return FACTS.map((fact) => (fact === "kind" ? { ...plain(fact), kind: "choice", options: kinds, needed: true } : plain(fact)));
}

/** The next step of the branch that was begun, else the first of a new one on the version that the phone has. */
async function edit(spot: Spot, before: Queued[], values: Record<string, string>): Promise<void> {
  const last = before.at(-1);
  const place = last ? { branch: last.content["branch"], trunk: last.content["trunk"], step: Number(last.content["step"]) + 1 } : { branch: crypto.randomUUID(), trunk: spot.version, step: 1 };
  await done("spot_edit", spot.name, () => ({ spot: spot.id, ...place, values }), { photos: {} }, last ? [last.id] : []);
}

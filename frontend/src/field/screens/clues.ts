// Clues from data: someone goes, stands there, and says whether it is so. Until then a clue does nothing.
import { done, go, screen, type Here } from "../app";
import type { Clue } from "../day";
import { due, h, t } from "../dom";
import { Form, type Field } from "../form";
import { cut, list, row } from "./lists";
import { given } from "./making";

/** A clue of which this phone has not yet said what was seen. */
function waits(here: Here, id: string): boolean {
  return here.queue.some((one) => one.kind === "clue" && one.content["clue"] === id && ["waiting", "taken"].includes(one.state));
}

screen("clues", (here) => {
  const rows = (here.day?.clues ?? []).map((one) => row(`#/clue/${one.id}`, one.rule, one.address || one.text.slice(0, 40), h("span", { class: "chip info" }, one.about), due(one.due_at),
    waits(here, one.id) && h("span", { class: "chip warn" }, t("waiting"))));
  return { title: t("clues"), help: "clues", body: [cut(here, "clues"), h("p", { class: "hint" }, t("clue_hint")), list(rows)] };
});

function facts(clue: Clue): HTMLElement {
  return h("section", { class: "card" }, h("p", { class: "spread" }, h("span", { class: "chip info" }, clue.about), due(clue.due_at)),
    h("p", { class: "own-words" }, clue.text), h("p", { class: "muted" }, [clue.address, clue.rule].filter(Boolean).join(" · ")));
}

screen("clue", async (here, key) => {
  const [id = "", event = ""] = key.split("/");
  const clue = here.day?.clues.find((one) => one.id === id);
  if (!clue || waits(here, id)) return { title: t("clues"), help: "clues", body: [h("p", { class: "empty" }, clue ? t("step_waits") : t("gone"))] };
  if (!["confirm", "dismiss"].includes(event)) {
    const ways = (["confirm", "dismiss"] as const).map((one) => h("a", { class: `button wide ${one === "confirm" ? "main" : ""}`, href: `#/clue/${id}/${one}` }, t(`clue_${one}`)));
    return { title: clue.rule, help: "clues", body: [facts(clue), ...ways] };
  }
  const matters = (here.day?.matters ?? []).map((one) => ({ value: one.code, label: one.name, group: one.group }));
  const more: Field[] = event === "confirm" ? [{ kind: "photos", name: "photos", label: t("photos") }, { kind: "choice", name: "matter", label: t("matter"), options: matters, hint: t("clue_matter") }] : [];
  const form = new Form(`draft:clue:${id}:${event}`, [
    { kind: "point", name: "point", label: t("position"), needed: true, hint: t("clue_there") }, { kind: "long", name: "finding", label: t("finding"), needed: true }, ...more,
  ], t(`clue_${event}`), async (filled) => {
    const [lon, lat] = filled.point!;
    await done("clue", `${t(`clue_${event}`)}：${clue.rule}`, ({ of }) => ({ clue: id, event, version: clue.version, ...given(filled.values), lon, lat, photos: of("photos") }), filled);
    go("#/clues");
  });
  return { title: t(`clue_${event}`), help: "clues", body: [facts(clue), (await form.restore()).element] };
});

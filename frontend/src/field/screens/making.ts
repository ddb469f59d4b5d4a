// What a worker makes on the spot: a report, something settled at once, what was seen at the place of a report.
import { done, go, screen, type Here } from "../app";
import { h, t } from "../dom";
import { Form, type Field, type Filled, type Option } from "../form";

export function gridField(here: Here, needed = false): Field {
  const grids = here.day?.grids ?? [];
  const options = grids.map((grid) => ({ value: grid.code, label: grid.name, group: grid.path }));
  const only = grids.length === 1 ? { value: grids[0]!.code } : {};
  return { kind: "choice", name: "place", label: t("grid"), options, needed, ...only };
}

function matters(here: Here, spot = false): Option[] {
  return (here.day?.matters ?? []).filter((one) => one.spot || !spot).map((one) => ({ value: one.code, label: one.name, group: one.group }));
}

const WHERE: Field[] = [{ kind: "point", name: "point", label: "" }, { kind: "line", name: "address", label: "" }];
function where(): Field[] {
  return [{ ...WHERE[0]!, label: t("position") }, { ...WHERE[1]!, label: t("address") }];
}

function at(filled: Filled): Record<string, number> {
  return filled.point ? { lon: Number(filled.point[0].toFixed(7)), lat: Number(filled.point[1].toFixed(7)) } : {};
}

/** What was filled in, without what was left empty. */
export function given(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

screen("report", async (here) => {
  const form = new Form(`draft:report:${here.session.account}`, [
    { kind: "photos", name: "photos", label: t("photos"), purpose: "photo_before" },
    { kind: "long", name: "text", label: t("what"), needed: true },
    { kind: "sound", name: "sound", label: t("voice"), hint: t("voice_hint") },
    ...where(), gridField(here),
    { kind: "choice", name: "matter", label: t("matter"), options: matters(here), hint: t("matter_hint") },
  ], t("hand_in"), async (filled) => {
    await done("report", filled.values["text"]!.slice(0, 40), ({ of, sound }) => ({
      ...given(filled.values), ...at(filled), photos: of("photos"), ...(sound ? { sound } : {}),
    }), filled);
    go("#/queue");
  });
  return { title: t("report"), help: "report", body: [(await form.restore()).element] };
});

screen("settle", async (here) => {
  const form = new Form(`draft:settle:${here.session.account}`, [
    { kind: "choice", name: "matter", label: t("matter"), options: matters(here, true), needed: true },
    { kind: "long", name: "text", label: t("what"), needed: true },
    { kind: "photos", name: "photo_before", label: t("photo_before"), purpose: "photo_before", needed: true, most: 3 },
    { kind: "long", name: "result", label: t("result"), needed: true },
    { kind: "photos", name: "photo_after", label: t("photo_after"), purpose: "photo_after", needed: true, most: 3 },
    gridField(here, true), { kind: "line", name: "address", label: t("address"), needed: true },
  ], t("hand_in"), async (filled) => {
    await done("settled", filled.values["text"]!.slice(0, 40), ({ of }) => ({
      ...given(filled.values),
      shown: ["photo_before", "photo_after"].flatMap((token) => of(token).map((upload) => ({ token, upload }))),
    }), filled);
    go("#/queue");
  });
  return { title: t("settle"), help: "settle", body: [h("p", { class: "hint" }, t("settle_hint")), (await form.restore()).element] };
});

screen("look", async (here, key) => {
  const look = here.day?.looks.find((one) => one.report === key);
  if (!look) return { title: t("looks"), help: "looks", body: [h("p", { class: "empty" }, t("gone"))] };
  const form = new Form(`draft:look:${key}`, [
    { kind: "long", name: "finding", label: t("finding"), needed: true },
    { kind: "photos", name: "photos", label: t("photos"), purpose: "photo_before" }, where()[0]!,
  ], t("hand_in"), async (filled) => {
    await done("finding", look.text.slice(0, 40), ({ of }) => ({ report: look.report, finding: filled.values["finding"], ...at(filled), photos: of("photos") }), filled);
    go("#/looks");
  });
  return { title: t("looks"), help: "looks", body: [h("section", { class: "card" }, h("p", { class: "own-words" }, look.text), h("p", { class: "muted" }, look.address)), (await form.restore()).element] };
});

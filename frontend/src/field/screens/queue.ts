// The queue: what waits, what was sent, what was refused and why, and what a person has to decide.
import { go, screen, wake, type Here } from "../app";
import { clock, h, t } from "../dom";
import { enqueue, retry, withdraw } from "../queue";
import type { Clash, Queued } from "../store";
import { factSaid } from "./spots";

const TONES = { waiting: "warn", taken: "good", refused: "bad", conflict: "bad" };

screen("queue", (here) => {
  const rows = here.queue.filter((one) => one.kind !== "positions");
  const open = rows.filter((one) => one.state !== "taken");
  const sent = rows.filter((one) => one.state === "taken").reverse().slice(0, 50);
  const send = h("button", { class: "button main wide", type: "button", onclick: () => void wake() }, t("send_now"));
  const body: Node[] = [h("p", { class: "hint" }, t("queue_hint"))];
  if (here.queue.some((one) => one.state === "waiting")) body.push(send);
  body.push(part(t("waiting_n", { n: open.length }), open, here), ...walked(here), part(t("sent"), sent, here));
  return { title: t("queue"), help: "queue", body };
});

/** The batches of positions, together: how many wait, how many arrived, and what was not taken. */
function walked(here: Here): HTMLElement[] {
  const rows = here.queue.filter((one) => one.kind === "positions");
  if (!rows.length) return [];
  const count = (state: Queued["state"]): number => rows.filter((one) => one.state === state).reduce((sum, one) => sum + (one.content["points"] as unknown[]).length, 0);
  const chips = (["waiting", "taken", "refused"] as const).filter((state) => count(state)).map((state) => h("span", { class: `chip ${TONES[state]}` }, `${t(`s_${state}`)} ${count(state)}`));
  const refused = rows.filter((one) => one.state === "refused");
  const drop = async (): Promise<void> => { for (const one of refused) await withdraw(one); };
  const why = refused.length > 0 && h("p", { class: "why" }, refused[0]!.reason);
  const away = refused.length > 0 && h("div", { class: "ways" }, h("button", { class: "button", type: "button", onclick: () => void drop() }, t("way_drop")));
  return [h("section", { class: "queue" }, h("div", { class: "item", "data-ways": rows.length }, h("p", { class: "spread" }, h("b", {}, t("k_positions")), h("span", { class: "chips" }, ...chips)),
    h("p", { class: "muted small" }, t("way_kept")), why, away))];
}

function part(title: string, rows: Queued[], here: Here): HTMLElement {
  return h("section", {}, h("h2", {}, title), rows.length ? h("ol", { class: "rows queue" }, ...rows.map((one) => line(one, here))) : h("p", { class: "empty" }, t("nothing")));
}

function line(one: Queued, here: Here): HTMLElement {
  const blocker = one.because && here.queue.find((other) => other.id === one.because);
  const why = one.state === "refused" && h("p", { class: "why" }, one.reason, one.advice && ` ${one.advice}`, blocker && `：${blocker.title}`);
  const photos = one.files.length > 0 && h("span", { class: "chip" }, t("files_n", { n: one.files.length }));
  return h("li", { class: "item", "data-state": one.state, "data-id": one.id },
    h("p", { class: "spread" }, h("b", {}, one.title || t(`k_${one.kind}`)), h("span", { class: `chip ${TONES[one.state]}` }, t(`s_${one.state}`))),
    h("p", { class: "muted small" }, `${t(`k_${one.kind}`)} · ${t("made_at", { time: clock(one.madeAt) })}`, one.answeredAt && one.state === "taken" && ` · ${t("arrived_at", { time: clock(one.answeredAt) })}`, " ", photos),
    why, joined(one), one.state === "conflict" ? sides(one, here) : one.state !== "taken" && ways(one));
}

/** That others had changed something else of it in the meantime, and that both stand now. */
function joined(one: Queued): HTMLElement | false {
  const others = one.state === "taken" && (one.answer["others"] as string[] | undefined);
  if (!others || !others.length) return false;
  return h("p", { class: "note info" }, t("joined", { facts: others.map((name) => t(`spot_${name}`)).join(t("and")) }));
}

function ways(one: Queued): HTMLElement {
  const sure = (): void => { if (confirm(t("sure_withdraw", { title: one.title }))) void withdraw(one); };
  const again = one.state === "refused" && h("button", { class: "button", type: "button", onclick: () => void retry(one).then(wake) }, t("retry"));
  return h("div", { class: "ways" }, again, h("button", { class: "button quiet", type: "button", onclick: sure }, t("withdraw")));
}

/** All three side by side, fact by fact: what it was, what was written here, what others wrote in the meantime. */
function sides(one: Queued, here: Here): HTMLElement {
  const decided = here.queue.some((other) => other.kind === "spot_decided" && other.state !== "refused" && other.content["conflict"] === one.id);
  if (decided) return h("p", { class: "note info" }, t("decided_waits"));
  const said = (field: string, text: string | null): string => (text ? factSaid(here, field, text) : t("fact_empty"));
  const choose = (clash: Clash): HTMLElement => h("fieldset", { class: "clash" }, h("legend", {}, t(`spot_${clash.field}`)),
    h("p", { class: "muted" }, t("side_base"), h("q", {}, said(clash.field, clash.base))),
    ...(["mine", "theirs"] as const).map((side) => h("label", { class: "tick" }, h("input", { type: "radio", name: clash.field, value: side, required: true }), h("span", {}, h("b", {}, t(`side_${side}`)), h("q", {}, said(clash.field, clash[side]))))));
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true }, t("decide_each"));
  const form = h("form", { class: "clashes", novalidate: true }, h("p", {}, t("decide")), ...one.clashes.map(choose), wrong, h("button", { class: "button main" }, t("decided")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = Object.fromEntries([...new FormData(form)].map(([name, side]) => [name, String(side)]));
    wrong.hidden = one.clashes.every((clash) => choice[clash.field]);
    if (wrong.hidden) void settle(one, choice);
  });
  return form;
}

async function settle(one: Queued, choice: Record<string, string>): Promise<void> {
  await enqueue({ account: one.account, kind: "spot_decided", title: one.title, content: { conflict: one.id, version: one.version, choice } });
  go("#/queue");
  void wake();
}

// The queue: what waits, what was sent, what was refused and why, and what a person has to decide.
import { screen, wake, type Here } from "../app";
import { clock, h, t } from "../dom";
import { enqueue, retry, withdraw } from "../queue";
import type { Clash, Queued } from "../store";

const TONES = { waiting: "warn", taken: "good", refused: "bad", conflict: "bad" };

screen("queue", (here) => {
  const open = here.queue.filter((one) => one.state !== "taken");
  const sent = here.queue.filter((one) => one.state === "taken").reverse().slice(0, 50);
  const send = h("button", { class: "button main wide", type: "button", onclick: () => void wake() }, t("send_now"));
  const body: Node[] = [h("p", { class: "hint" }, t("queue_hint"))];
  if (open.some((one) => one.state === "waiting")) body.push(send);
  body.push(part(t("waiting_n", { n: open.length }), open, here), part(t("sent"), sent, here));
  return { title: t("queue"), help: "queue", body };
});

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
    why, one.state === "conflict" && sides(one), one.state !== "taken" && ways(one));
}

function ways(one: Queued): HTMLElement {
  const sure = (): void => { if (confirm(t("sure_withdraw", { title: one.title }))) void withdraw(one); };
  const again = one.state === "refused" && h("button", { class: "button", type: "button", onclick: () => void retry(one).then(wake) }, t("retry"));
  return h("div", { class: "ways" }, again, h("button", { class: "button quiet", type: "button", onclick: sure }, t("withdraw")));
}

/** Both versions side by side, field by field; what is chosen is sent as an edit of what stands there now. */
function sides(one: Queued): HTMLElement {
  const choose = (clash: Clash, n: number): HTMLElement => h("fieldset", { class: "clash" }, h("legend", {}, clash.field),
    ...(["mine", "theirs"] as const).map((side) => h("label", { class: "tick" }, h("input", { type: "radio", name: `clash-${n}`, value: side, checked: side === "theirs" }), h("span", {}, h("b", {}, t(`side_${side}`)), h("q", {}, clash[side] ?? "")))));
  const form = h("form", { class: "clashes" }, h("p", {}, t("decide")), ...one.clashes.map(choose), h("button", { class: "button main" }, t("decided")));
  form.addEventListener("submit", (event) => { event.preventDefault(); void settle(one, new FormData(form)); });
  return form;
}

async function settle(one: Queued, chosen: FormData): Promise<void> {
  const values = { ...(one.content["values"] as Record<string, unknown>) };
  one.clashes.forEach((clash, n) => { if (chosen.get(`clash-${n}`) === "theirs") delete values[clash.field]; });
  await withdraw(one);
  if (Object.keys(values).length) {
    const content = { ...one.content, values, trunk: one.version, branch: crypto.randomUUID(), step: 1 };
    await enqueue({ account: one.account, kind: one.kind, title: one.title, content });
  }
  void wake();
}

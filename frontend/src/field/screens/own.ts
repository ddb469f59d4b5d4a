// What belongs to the person and the phone: every line of work, letters and light, language, leaving; and the help.
import { go, screen, wake, type Here } from "../app";
import { h, loadWords, say, t } from "../dom";
import { forgetWay } from "../queue";
import { leave } from "../session";
import { keep, kept } from "../store";
import { ask, speak } from "../sync";
import { follow } from "../track";

function toggle(label: string, name: "large" | "sun"): HTMLElement {
  const root = document.documentElement;
  const on = root.dataset[name] === "yes";
  const turn = async (): Promise<void> => {
    if (on) delete root.dataset[name]; else root.dataset[name] = "yes";
    await keep(name, !on);
    go("#/more");
  };
  return h("button", { class: "button wide", type: "button", "aria-pressed": String(on), onclick: () => void turn() }, label);
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const plain = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** Whether this phone may be told of messages while the app is shut, and the button that turns it. */
async function pushes(here: Here): Promise<HTMLElement[]> {
  const registration = await navigator.serviceWorker?.getRegistration("/field");
  if (!registration?.pushManager || !navigator.onLine) return [];
  const answer = await ask(here.session, "push").catch(() => undefined);
  const key = answer?.ok ? ((await answer.json()) as { key: string }).key : "";
  if (!key) return [];
  const there = await registration.pushManager.getSubscription();
  const send = (path: string, body: unknown): Promise<Response> => ask(here.session, path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const turnOn = async (): Promise<void> => {
    try {
      const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
      const { endpoint, keys } = made.toJSON();
      if (!(await send("push", { endpoint, keys })).ok) throw new Error("refused");
    } catch {
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      say(t("push_failed"));
    }
    go("#/more");
  };
  const turnOff = async (): Promise<void> => {
    await send("push/end", { endpoint: there!.endpoint });
    await there!.unsubscribe();
    go("#/more");
  };
  if (!there) return [h("button", { class: "button wide", type: "button", onclick: () => void turnOn() }, t("push"))];
  return [h("p", { class: "note good" }, t("push_on")), h("button", { class: "button wide", type: "button", onclick: () => void turnOff() }, t("push_off"))];
}

async function choose(language: string): Promise<void> {
  await keep("language", language);
  speak(language);
  await loadWords(language);
  await wake();
  go("#/more");
}

screen("more", async (here) => {
  const lines = h("nav", { class: "lines", "aria-label": t("lines") }, ...here.session.lines.map((one) => h("a", { class: "button wide", href: one.href }, one.label)));
  const language = (await kept<string>("language")) === "en" || document.documentElement.lang === "en" ? "zh-hans" : "en";
  const installed = document.body.dataset["worker"] === "none" || !navigator.serviceWorker;
  const announcing = h("div", { class: "sheet" });
  void pushes(here).then((ways) => announcing.replaceChildren(...ways), () => undefined); // the rest does not wait for it
  const bye = async (): Promise<void> => { await leave(here.session); await follow(); await forgetWay(here.session.account); go("#/"); };
  return { title: t("more"), help: "more", body: [
    h("section", {}, h("h2", {}, t("lines")), h("p", { class: "hint" }, t("lines_hint")), lines),
    h("section", {}, h("h2", {}, t("this_phone")), h("p", { class: installed ? "note warn" : "note good" }, installed ? t("not_offline") : t("offline_ready")),
      announcing, toggle(t("large"), "large"), toggle(t("sun"), "sun"),
      h("button", { class: "button wide", type: "button", onclick: () => void choose(language) }, language === "en" ? "English" : "中文"),
      h("a", { class: "button wide", href: "#/help/" }, t("help")),
      h("button", { class: "button wide", type: "button", onclick: () => void bye() }, t("leave"))),
  ] };
});

const ITEMS = ["today", "report", "settle", "looks", "cases", "tasks", "clues", "spots", "visit", "whistle", "calls", "map", "messages", "numbers", "queue", "more"];

screen("help", (_here, key) => {
  const wanted = ITEMS.includes(key) ? [key] : ITEMS;
  const items = wanted.map((name) => h("section", { class: "card help" }, h("h2", {}, t(`help_${name}_title`)), h("p", {}, t(`help_${name}`))));
  const rest = wanted.length === 1 && h("a", { class: "button wide", href: "#/help/" }, t("help_all"));
  return { title: t("help"), help: "more", body: [...items, ...(rest ? [rest] : [])] };
});

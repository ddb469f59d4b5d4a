// The frame: whose phone it is, the bar at the thumb, what stands above every screen, and which screen is shown.
import { dayOf, fieldworkOf, type Day, type Fieldwork } from "./day";
import { h, icon, say, t } from "./dom";
import { all, enqueue, numbered, onChange, waitingByAccount, type NewFile } from "./queue";
import { renew, session, type Session } from "./session";
import { kept, type KeptFile, type Queued } from "./store";
import { SignInNeeded, sync, takeAlong } from "./sync";
import { follow, onTrack, pause, record, recording } from "./track";

export interface Here { session: Session; day: Day | undefined; fieldwork: Fieldwork | undefined; queue: Queued[] }
export interface Screen { title: string; body: Node[]; /** The item of the help that explains it. */ help: string }
export type Show = (here: Here, key: string) => Screen | Promise<Screen>;

const screens = new Map<string, Show>();
export function screen(name: string, show: Show): void { screens.set(name, show); }

export function go(hash: string): void {
  if (location.hash === hash) void shown(); else location.hash = hash;
}

const BAR: [string, string, string][] = [["today", "today", "#/"], ["map", "map", "#/map"], ["report", "camera", "#/report"], ["queue", "queue", "#/queue"], ["more", "more", "#/more"]];

let here: Here | undefined;
let trouble: "" | "sign_in" | "offline" = "";

/** Show the screen of the address; a screen that was left before it was ready is not shown. */
async function shown(): Promise<void> {
  const [, name = "", key = ""] = decodeURIComponent(location.hash).match(/^#\/([\w-]*)\/?(.*)$/) ?? [];
  here = await present();
  const main = document.querySelector<HTMLElement>("#main")!;
  if (!here) { main.replaceChildren(...stranger()); frame("", "help"); ready(); return; }
  const wanted = location.hash;
  const made = await (screens.get(name || "today") ?? screens.get("today")!)(here, key);
  if (wanted !== location.hash) return;
  const head = h("header", { class: "head" }, name !== "" && h("a", { class: "button quiet back", href: "#/", "aria-label": t("back") }, icon("back")),
    h("h1", {}, made.title), h("a", { class: "button quiet", href: `#/help/${made.help}`, "aria-label": t("help_of", { page: made.title }) }, icon("help")));
  main.replaceChildren(head, h("div", { class: "notes" }), ...made.body);
  document.title = `${made.title} · ${t("app")}`;
  frame(name || "today", made.help);
  await notes();
  ready();
}

async function present(): Promise<Here | undefined> {
  const found = await session();
  if (!found) return undefined;
  return { session: found, day: await dayOf(found.account), fieldwork: await fieldworkOf(found.account), queue: await all(found.account) };
}

/** Nobody has signed in on this phone yet. */
function stranger(): Node[] {
  const link = h("a", { class: "button main wide", href: "/sign-in?next=/field" }, t("sign_in"));
  return [h("div", { class: "sheet stranger" }, h("h1", {}, t("app")), h("p", {}, t("stranger")), link)];
}

function frame(name: string, help: string): void {
  document.body.dataset["screen"] = name;
  const bar = document.querySelector<HTMLElement>("#bar")!;
  const waiting = here?.queue.filter((one) => one.state !== "taken" && one.kind !== "positions").length ?? 0;
  bar.hidden = !here;
  bar.setAttribute("aria-label", t("navigation"));
  bar.replaceChildren(...BAR.map(([key, sign, href]) => h("a", { href, class: key === "report" ? "press" : "", "aria-current": key === name ? "page" : undefined },
    icon(sign), h("span", {}, t(`bar_${key}`)), key === "queue" && waiting > 0 && h("b", { class: "count" }, String(waiting)))));
  void help;
}

/** What stands above every screen: no network, a session that has ended, what another person has left to send. */
async function notes(): Promise<void> {
  const box = document.querySelector<HTMLElement>(".notes");
  if (!box || !here) return;
  const found: HTMLElement[] = [...way()];
  if (!navigator.onLine || trouble === "offline") found.push(note("warn", t("offline")));
  if (trouble === "sign_in") found.push(note("bad", t("session_over"), h("a", { class: "button", href: "/sign-in?next=/field" }, t("sign_in"))));
  for (const [account, n] of await waitingByAccount()) {
    if (account === here.session.account) continue;
    const name = (await kept<string>(`person:${account}`)) ?? t("somebody");
    found.push(note("warn", t("others_wait", { name, n })));
  }
  if (freshVersion) found.push(note("info", t("new_version"), h("button", { class: "button", type: "button", onclick: takeOver }, t("reload"))));
  const now = found.map((one) => one.outerHTML).join("");
  if (box.innerHTML !== now) box.replaceChildren(...found); // a screen reader need not hear the same again
}

/** That the way is being recorded, in plain sight on every screen, with the button that pauses it. */
function way(): HTMLElement[] {
  const now = recording();
  if (now.state === "off") return [];
  const goes = now.state === "on" || now.state === "waiting";
  const button = h("button", { class: "button", type: "button", onclick: () => void pause(now.task, goes) }, t(goes ? "way_pause" : now.state === "paused" ? "way_go_on" : "way_again"));
  const made = note(goes ? "recording" : "warn", t(`way_${now.state}`), button);
  made.dataset["way"] = now.state;
  if (goes) made.prepend(h("i", { class: "live", "aria-hidden": "true" }));
  return [made];
}

function note(tone: string, text: string, ...more: Node[]): HTMLElement {
  return h("div", { class: `note ${tone}`, role: "status" }, h("p", {}, text), ...more);
}

let measured = false;
function ready(): void {
  document.body.dataset["ready"] = "yes";
  if (!measured) performance.mark("gewu-ready");
  measured = true;
}

/** Put what was done into the queue with its files, and try to send it. */
export async function done(kind: string, title: string, content: (files: { of(name: string): string[]; sound: string | undefined }) => Record<string, unknown>,
  given: { photos: Record<string, NewFile[]>; sound?: NewFile | null }, after: string[] = []): Promise<string> {
  const { account } = (await session())!;
  const names = Object.entries(given.photos);
  const kept: KeptFile[][] = await Promise.all(names.map(([, files]) => numbered(account, files)));
  const [sound] = given.sound ? await numbered(account, [given.sound]) : [];
  const of = (name: string): string[] => kept[names.findIndex(([one]) => one === name)]?.map((file) => file.id) ?? [];
  const id = await enqueue({ account, kind, title, content: content({ of, sound: sound?.id }), after }, [...kept.flat(), ...(sound ? [sound] : [])]);
  say(navigator.onLine ? t("kept_online") : t("kept_offline"));
  void wake();
  return id;
}

const PAUSES_S = [2, 5, 15, 60];
let failures = 0;
let timer = 0;

/** Send what waits and take the day along anew; on a bad line again after a while. */
export async function wake(): Promise<void> {
  clearTimeout(timer);
  try {
    const fresh = await renew();
    trouble = fresh ? "" : (await session()) ? "sign_in" : "";
    if (fresh) {
      const { left } = await sync();
      await takeAlong(fresh);
      failures = left ? failures + 1 : 0;
      if (left) again();
    }
  } catch (fault) {
    trouble = fault instanceof SignInNeeded ? "sign_in" : "offline";
    failures += 1;
    again();
    void later();
  }
  void follow();
  if (!busy()) await shown(); else await notes();
}

/** Send what waits without taking the day along anew; what fails is sent with the rest. */
async function sendOnly(): Promise<void> {
  try {
    await sync();
  } catch {
    failures += 1;
    again();
    void later();
  }
}

function again(): void {
  timer = setTimeout(() => void wake(), PAUSES_S[Math.min(failures, PAUSES_S.length) - 1]! * 1000);
}

/** Ask the browser to wake the worker when the line is back, though no window is open then. */
async function later(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/field");
  const manager = (registration as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined)?.sync;
  await manager?.register("gewu-queue").catch(() => undefined);
}

/** Whoever is typing or looking at a map is not interrupted. */
function busy(): boolean {
  return document.querySelector("#main form, #main .sketch") !== null;
}

let freshVersion = false;
let worker: ServiceWorker | null = null;
function takeOver(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker?.postMessage("take over");
}

/** Keep the app itself on the phone; without a secure connection a browser does not allow that, and it is said. */
async function install(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/field/worker.js", { scope: "/field" });
    const waiting = (): void => { if (registration.waiting && navigator.serviceWorker.controller) { worker = registration.waiting; freshVersion = true; void notes(); } };
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", waiting));
    waiting();
    navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ open?: string }>) => { if (data.open) location.assign(data.open); });
  } catch {
    document.body.dataset["worker"] = "none";
  }
  await navigator.storage?.persist?.();
}

export async function begin(): Promise<void> {
  addEventListener("hashchange", () => void shown());
  for (const name of ["online", "offline"]) addEventListener(name, () => void wake());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void wake(); });
  onChange(() => { void follow(); if (!busy()) void shown(); });
  onTrack(() => void notes());
  await shown();
  record(() => void sendOnly());
  void install();
  void wake();
}

// The way of an opened patrol: recorded only while that patrol is going on, the app is in sight and nobody has paused it.
import { fieldworkOf, dayOf } from "./day";
import { all, batch, byTask } from "./queue";
import { session } from "./session";
import { openPatrol } from "./standing";
import { forget, keep, kept, STRICT, store, type Point } from "./store";

/** A position is kept after so long, or after so far. */
const EVERY_MS = 10_000;
const FAR_M = 15;
/** A batch is made of so many positions, or when its first is so old. */
const MANY = 60;
const OLD_MS = 5 * 60_000;

export type Recording = { state: "off" } | { state: "on" | "waiting" | "paused" | "denied"; task: string };

interface Watch { task: string; account: string; end(): void; denied: boolean; last: Point | undefined }
let watch: Watch | undefined;
let paused = "";
const listeners = new Set<() => void>();

export function recording(): Recording {
  if (paused) return { state: "paused", task: paused };
  if (!watch) return { state: "off" };
  return { state: watch.denied ? "denied" : watch.last ? "on" : "waiting", task: watch.task };
}

/** Be told of every position and of every change; returns how not to be told any more. */
export function onTrack(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void { listeners.forEach((listener) => listener()); }

let send = (): void => undefined;

/** Look at it again whenever something may have changed; ``sendWaiting`` is told of every batch. */
export function record(sendWaiting: () => void): void {
  send = sendWaiting;
  document.addEventListener("visibilitychange", () => void follow());
  setInterval(() => { void follow().then(tell); }, 60_000);
  void follow();
}

let turn: Promise<void> = Promise.resolve();

/** Begin or end to record, as the tasks, the window and the person now have it. */
export function follow(): Promise<void> {
  turn = turn.then(decide, decide);
  return turn;
}

async function decide(): Promise<void> {
  const here = await session();
  const before = JSON.stringify(recording());
  const open = here && openPatrol({ day: await dayOf(here.account), fieldwork: await fieldworkOf(here.account), queue: await all(here.account) });
  const task = open?.task.id;
  const still = task !== undefined && (await kept<boolean>(`paused:${task}`)) === true;
  const wanted = still || document.hidden ? undefined : task;
  if (watch && watch.task !== wanted) end();
  paused = still ? task : "";
  if (here && wanted && !watch) start(wanted, here.account);
  if (here && (await batch(here.account, isRipe))) send();
  if (JSON.stringify(recording()) !== before) tell();
}

function isRipe(task: string, points: Point[]): boolean {
  const going = watch?.task === task;
  return !going || points.length >= MANY || Date.now() - Date.parse(points[0]!.at) >= OLD_MS;
}

function start(task: string, account: string): void {
  const over = new AbortController();
  const own: Watch = { task, account, denied: false, last: undefined, end: () => over.abort() };
  watch = own;
  const walk = (): Promise<void> => new Promise((resolve) => {
    if (over.signal.aborted) { resolve(); return; }
    const id = navigator.geolocation.watchPosition((found) => void got(own, found), (fault) => { failed(own, fault); }, { enableHighAccuracy: true, maximumAge: 0 });
    over.signal.addEventListener("abort", () => { navigator.geolocation.clearWatch(id); resolve(); });
  });
  // One window of the app records; another takes its place when that one is gone.
  navigator.locks.request("gewu-track", { signal: over.signal }, walk).catch(() => undefined);
}

function end(): void {
  watch?.end();
  watch = undefined;
}

function failed(own: Watch, fault: GeolocationPositionError): void {
  if (fault.code !== fault.PERMISSION_DENIED || own.denied) return;
  own.denied = true;
  own.end();
  tell();
}

async function got(own: Watch, { coords }: GeolocationPosition): Promise<void> {
  if (watch !== own) return;
  const point: Point = {
    account: own.account, task: own.task, at: new Date().toISOString(), accuracy_m: Math.round(coords.accuracy),
    lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)),
  };
  if (own.last && Date.parse(point.at) - Date.parse(own.last.at) < EVERY_MS && metres(own.last, point) < FAR_M) return;
  own.last = point;
  const writing = (await store()).transaction("points", "readwrite", STRICT);
  await Promise.all([writing.store.add(point), writing.done]);
  tell();
  if ((await waiting(own)).length >= MANY) void follow();
}

async function waiting({ account, task }: Watch): Promise<Point[]> {
  return byTask(await (await store()).getAllFromIndex("points", "account", account)).get(task) ?? [];
}

function metres(one: Point, other: Point): number {
  const wide = Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot((one.lon - other.lon) * wide, one.lat - other.lat) * 111_195;
}

/** Stop for a while, or go on; a phone that was switched off in between still knows it. */
export async function pause(task: string, still: boolean): Promise<void> {
  if (still) await keep(`paused:${task}`, true); else await forget(`paused:${task}`);
  end();
  await follow();
}

// The queue: what was done, in the order it was done, until the server says what became of it.
import type { IDBPObjectStore } from "idb";
import { STRICT, store, type Shape, type KeptFile, type Point, type Queued } from "./store";

export interface NewFile { kind: "photo" | "sound"; purpose: string; blob: Blob }

export interface NewCommand {
  account: string; kind: string; title: string; content: Record<string, unknown>; after?: string[];
}

async function digestOf(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Give each file its number, so that the command can name them. */
export async function numbered(account: string, files: NewFile[]): Promise<KeptFile[]> {
  return Promise.all(files.map(async (one) => ({ ...one, id: crypto.randomUUID(), account, digest: await digestOf(one.blob) })));
}

function fresh(command: NewCommand, files: KeptFile[] = []): Queued {
  return {
    id: crypto.randomUUID(), account: command.account, kind: command.kind, title: command.title, content: command.content,
    after: command.after ?? [], files: files.map((file) => file.id), madeAt: new Date().toISOString(),
    state: "waiting", reason: "", advice: "", because: "", answeredAt: "", about: "", answer: {}, clashes: [], version: null,
  };
}

/** Keep a command with its files: both or neither, on the disk when this returns. */
export async function enqueue(command: NewCommand, files: KeptFile[] = []): Promise<string> {
  const queued = fresh(command, files);
  const writing = (await store()).transaction(["queue", "files"], "readwrite", STRICT);
  for (const file of files) void writing.objectStore("files").put(file);
  void writing.objectStore("queue").add(queued);
  await writing.done;
  changed();
  return queued.id;
}

/** No batch of positions is larger than the server takes at once. */
const MOST_POINTS = 500;

/** Make batches of the positions of those patrols that are ripe: a position is loose or in one batch, never both. */
export async function batch(account: string, ripe: (task: string, points: Point[]) => boolean): Promise<boolean> {
  const writing = (await store()).transaction(["queue", "points"], "readwrite", STRICT);
  const loose = await writing.objectStore("points").index("account").getAll(account);
  const rows = await writing.objectStore("queue").index("account").getAll(account);
  const before = rows.length;
  for (const [task, points] of byTask(loose)) {
    if (!ripe(task, points)) continue;
    const start = rows.filter((one) => one.kind === "task_step" && one.content["task"] === task && one.content["event"] === "start").map((one) => one.id);
    for (let n = 0; n < points.length; n += MOST_POINTS) {
      const content = { task, points: points.slice(n, n + MOST_POINTS).map(({ at, lon, lat, accuracy_m }) => ({ at, lon, lat, accuracy_m })) };
      rows.push(fresh({ account, kind: "positions", title: "", content, after: start.slice(-1) }));
      void writing.objectStore("queue").add(rows.at(-1)!);
    }
    for (const one of points) void writing.objectStore("points").delete(one.seq!);
  }
  await writing.done;
  if (rows.length > before) changed();
  return rows.length > before;
}

export function byTask(points: Point[]): Map<string, Point[]> {
  const found = new Map<string, Point[]>();
  for (const one of points) found.set(one.task, [...(found.get(one.task) ?? []), one]);
  return found;
}

/** The positions of this phone's own patrols today, by patrol: those that wait and those that were sent. */
export async function wayToday(account: string): Promise<Map<string, { at: string; lon: number; lat: number }[]>> {
  const found = new Map<string, { at: string; lon: number; lat: number }[]>();
  const sent = (await all(account)).filter((one) => one.kind === "positions").map((one) => one.content as { task: string; points: Point[] });
  const loose = await (await store()).getAllFromIndex("points", "account", account);
  for (const { task, points } of [...sent, ...[...byTask(loose)].map(([task, points]) => ({ task, points }))])
    found.set(task, [...(found.get(task) ?? []), ...points.filter((one) => isToday(one.at))].sort((one, other) => one.at.localeCompare(other.at)));
  return found;
}

function isToday(at: string): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

/** Forget the way that has arrived: at the end of its day, or when someone leaves the phone. */
export async function forgetWay(account: string): Promise<void> {
  const db = await store();
  for (const one of await all(account)) if (one.kind === "positions" && one.state === "taken") await db.delete("queue", one.seq!);
}

/** Everything of one account, oldest first. */
export async function all(account: string): Promise<Queued[]> {
  return (await store()).getAllFromIndex("queue", "account", account);
}

/** How many commands wait for each account of this phone. */
export async function waitingByAccount(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const one of await (await store()).getAll("queue"))
    if (one.state !== "taken" && one.kind !== "positions") found.set(one.account, (found.get(one.account) ?? 0) + 1);
  return found;
}

/** Write down what became of a command; once it is taken its files are no longer needed here. */
export async function answered(one: Queued, news: Partial<Queued>): Promise<void> {
  const writing = (await store()).transaction(["queue", "files"], "readwrite", STRICT);
  const row = await writing.objectStore("queue").get(one.seq!);
  if (row) {
    void writing.objectStore("queue").put({ ...row, ...news, answeredAt: new Date().toISOString() });
    if (news.state === "taken") for (const file of row.files) void writing.objectStore("files").delete(file);
    if (news.state === "taken") await free(one, writing.objectStore("queue"));
  }
  await writing.done;
}

/** What was refused because this one had not been taken may go again. */
async function free(one: Queued, queue: IDBPObjectStore<Shape, ("queue" | "files")[], "queue", "readwrite">): Promise<void> {
  for (const row of await queue.index("account").getAll(one.account))
    if (row.state === "refused" && row.because === one.id) void queue.put({ ...row, state: "waiting", reason: "", advice: "", because: "" });
}

/** Ask again what became of edits that clashed, but for those of which the server says that they still wait. */
export async function askAgain(account: string, undecided: string[]): Promise<boolean> {
  const due = (await all(account)).filter((one) => one.state === "conflict" && !undecided.includes(one.id));
  for (const one of due) await answered(one, { state: "waiting" });
  return due.length > 0;
}

/** A decision was made on what no longer stands: away with it, and the edit is compared anew. */
export async function compareAnew(decision: Queued): Promise<void> {
  await withdraw(decision);
  const edit = (await all(decision.account)).find((one) => one.id === decision.content["conflict"]);
  if (edit) await answered(edit, { state: "waiting" });
}

/** Send a refused command once more, as it is. */
export async function retry(one: Queued): Promise<void> {
  await answered(one, { state: "waiting", reason: "", advice: "", because: "" });
  changed();
}

/** Take a command back, with its files and with whatever was to come after it. */
export async function withdraw(one: Queued): Promise<void> {
  const writing = (await store()).transaction(["queue", "files"], "readwrite", STRICT);
  const rows = await writing.objectStore("queue").index("account").getAll(one.account);
  const gone = new Set([one.id]);
  for (const row of rows) if (row.state !== "taken" && row.after.some((id) => gone.has(id))) gone.add(row.id);
  for (const row of rows.filter((row) => gone.has(row.id) && row.state !== "taken")) {
    void writing.objectStore("queue").delete(row.seq!);
    for (const file of row.files) void writing.objectStore("files").delete(file);
  }
  await writing.done;
  changed();
}

const SHOWN_FOR_MS = 7 * 24 * 3600 * 1000;

/** Forget what was taken a week ago, and the way of another day; it stands on the server. */
export async function tidy(account: string): Promise<void> {
  const before = new Date(Date.now() - SHOWN_FOR_MS).toISOString();
  const db = await store();
  for (const one of await all(account)) if (one.state === "taken" && (one.answeredAt < before || (one.kind === "positions" && !isToday(one.madeAt)))) await db.delete("queue", one.seq!);
}

/** Tell every window and the worker that the queue is another one now. */
export function changed(): void {
  news.postMessage("queue");
  listeners.forEach((listener) => listener());
}

const news = new BroadcastChannel("gewu-field");
const listeners = new Set<() => void>();
news.onmessage = () => listeners.forEach((listener) => listener());
export function onChange(listener: () => void): void { listeners.add(listener); }

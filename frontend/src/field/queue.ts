// The queue: what was done, in the order it was done, until the server says what became of it.
import { STRICT, store, type KeptFile, type Queued } from "./store";

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

/** Keep a command with its files: both or neither, on the disk when this returns. */
export async function enqueue(command: NewCommand, files: KeptFile[] = []): Promise<string> {
  const id = crypto.randomUUID();
  const queued: Queued = {
    id, account: command.account, kind: command.kind, title: command.title, content: command.content,
    after: command.after ?? [], files: files.map((file) => file.id), madeAt: new Date().toISOString(),
    state: "waiting", reason: "", advice: "", because: "", answeredAt: "", about: "", answer: {}, clashes: [], version: null,
  };
  const writing = (await store()).transaction(["queue", "files"], "readwrite", STRICT);
  for (const file of files) void writing.objectStore("files").put(file);
  void writing.objectStore("queue").add(queued);
  await writing.done;
  changed();
  return id;
}

/** Everything of one account, oldest first. */
export async function all(account: string): Promise<Queued[]> {
  return (await store()).getAllFromIndex("queue", "account", account);
}

/** How many commands wait for each account of this phone. */
export async function waitingByAccount(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const one of await (await store()).getAll("queue"))
    if (one.state !== "taken") found.set(one.account, (found.get(one.account) ?? 0) + 1);
  return found;
}

/** Write down what became of a command; once it is taken its files are no longer needed here. */
export async function answered(one: Queued, news: Partial<Queued>): Promise<void> {
  const writing = (await store()).transaction(["queue", "files"], "readwrite", STRICT);
  const row = await writing.objectStore("queue").get(one.seq!);
  if (row) {
    void writing.objectStore("queue").put({ ...row, ...news, answeredAt: new Date().toISOString() });
    if (news.state === "taken") for (const file of row.files) void writing.objectStore("files").delete(file);
  }
  await writing.done;
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

/** Forget what was taken a week ago; it stands on the server. */
export async function tidy(account: string): Promise<void> {
  const before = new Date(Date.now() - SHOWN_FOR_MS).toISOString();
  const db = await store();
  for (const one of await all(account)) if (one.state === "taken" && one.answeredAt < before) await db.delete("queue", one.seq!);
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

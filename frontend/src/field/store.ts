// What the phone keeps: who works on it, the day taken along, drafts, and what waits to be sent.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** One photo or voice note of a command; the bytes stay here until the command has been taken. */
export interface KeptFile { id: string; account: string; kind: "photo" | "sound"; purpose: string; blob: Blob; digest: string }

export type State = "waiting" | "taken" | "refused" | "conflict";
export interface Clash { field: string; base: string | null; mine: string | null; theirs: string | null }

/** One thing done on this phone. `seq` is the order in which it was done; `id` is what the server knows it by. */
export interface Queued {
  seq?: number; id: string; account: string; kind: string; title: string; madeAt: string;
  content: Record<string, unknown>; after: string[]; files: string[];
  state: State; reason: string; advice: string; because: string; answeredAt: string; about: string;
  answer: Record<string, unknown>; clashes: Clash[]; version: number | null;
}

/** One position of an opened patrol, until it goes into a batch. */
export interface Point { seq?: number; account: string; task: string; at: string; lon: number; lat: number; accuracy_m: number }

export interface Shape extends DBSchema {
  points: { key: number; value: Point; indexes: { account: string } };
  kept: { key: string; value: unknown };
  queue: { key: number; value: Queued; indexes: { account: string; id: string } };
  files: { key: string; value: KeptFile; indexes: { account: string } };
}

let opened: Promise<IDBPDatabase<Shape>> | undefined;

export function store(): Promise<IDBPDatabase<Shape>> {
  opened ??= openDB<Shape>("gewu-field", 2, {
    upgrade(made, before) {
      if (before < 1) {
        made.createObjectStore("kept");
        const queue = made.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
        queue.createIndex("account", "account");
        queue.createIndex("id", "id", { unique: true });
        made.createObjectStore("files", { keyPath: "id" }).createIndex("account", "account");
      }
      made.createObjectStore("points", { keyPath: "seq", autoIncrement: true }).createIndex("account", "account");
    },
    // A newer version of the app wants the store: let go of it, the next use opens it anew.
    blocking: (_now, _next, event) => { (event.target as IDBDatabase).close(); opened = undefined; },
    terminated: () => { opened = undefined; },
  });
  return opened;
}

/** Written through to the disk before it is said to be kept: a battery may die in the next second. */
export const STRICT = { durability: "strict" } as const;

export async function keep(name: string, value: unknown): Promise<void> {
  const writing = (await store()).transaction("kept", "readwrite", STRICT);
  await Promise.all([writing.store.put(value, name), writing.done]);
}

export async function kept<T>(name: string): Promise<T | undefined> {
  return (await (await store()).get("kept", name)) as T | undefined;
}

export async function forget(name: string): Promise<void> {
  await (await store()).delete("kept", name);
}

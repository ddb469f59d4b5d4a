// Sending: files first and in parts, then the commands in their order; once for all windows and the worker.
import { answered, all, askAgain, changed, compareAnew, tidy } from "./queue";
import { keep, store, type Clash, type KeptFile, type Queued } from "./store";
import { renew, session, type Session } from "./session";

/** A part that is lost on a bad line costs no more than this. */
const PART = 128 * 1024;
/** So many commands go at once; an answer that is lost costs no more than sending these again. */
const BATCH = 25;

export class SignInNeeded extends Error {}

export interface Outcome { sent: number; left: number }

interface Answer {
  id: string; outcome: "taken" | "again" | "refused" | "conflict" | "later"; about: string; answer: Record<string, unknown>;
  reason: string; advice: string; because: string | null; version: number | null; clashes: Clash[];
}

export async function ask(here: Session, path: string, init: RequestInit = {}): Promise<Response> {
  const call = (token: string): Promise<Response> =>
    fetch(`/api/v1/field/${path}`, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}`, "Accept-Language": language() } });
  const first = await call(here.token);
  if (first.status !== 401) return first;
  const fresh = await renew(true);
  if (!fresh || fresh.account !== here.account) throw new SignInNeeded();
  return call(fresh.token);
}

let spoken = "zh-hans";
export function speak(language: string): void { spoken = language; }
function language(): string { return spoken; }

/** Take along the day of whoever has signed in. */
export async function takeAlong(here: Session): Promise<void> {
  const asked = new Date().toISOString();
  const answer = await ask(here, "day");
  if (!answer.ok) throw new Error(`day ${answer.status}`);
  const day = (await answer.json()) as { rights: string[]; conflicts: string[] };
  if (day.rights.includes("fieldwork.do")) await keep(`fieldwork:${here.account}`, { ...(await had(here, "basics")), ...(await had(here, "today")), asked });
  await keep(`day:${here.account}`, day);
  if (await askAgain(here.account, day.conflicts)) await sync(); // somebody at a desk has decided
}

/** Kinds, forms and lists, and the tasks of today. */
async function had(here: Session, name: string): Promise<object> {
  const answer = await ask(here, `../fieldwork/${name}`);
  if (!answer.ok) throw new Error(`${name} ${answer.status}`);
  return (await answer.json()) as object;
}

/** Send what waits, unless another window is at it; throws when the line breaks or a sign-in is needed. */
export async function sync(): Promise<Outcome> {
  return navigator.locks.request("gewu-sync", { ifAvailable: true }, async (lock) => {
    const here = await session();
    if (!lock || !here?.token) return { sent: 0, left: 0 };
    const outcome = await sendAll(here);
    await tidy(here.account);
    return outcome;
  });
}

async function sendAll(here: Session): Promise<Outcome> {
  let sent = 0;
  const later = new Set<string>();
  for (;;) {
    const waiting = (await all(here.account)).filter((one) => one.state === "waiting" && !later.has(one.id));
    const batch = waiting.slice(0, BATCH);
    if (!batch.length) break;
    const ready: Queued[] = [];
    for (const one of batch) if (await sendFiles(here, one)) ready.push(one);
    for (const { id, outcome } of ready.length ? await sendBatch(here, ready) : []) {
      if (outcome === "later") later.add(id);
      else if (outcome === "taken" || outcome === "again") sent += 1;
    }
    changed();
  }
  return { sent, left: later.size };
}

async function sendBatch(here: Session, batch: Queued[]): Promise<Answer[]> {
  const commands = batch.map((one) => ({ id: one.id, kind: one.kind, made_at: one.madeAt, after: one.after, content: one.content }));
  const body = JSON.stringify({ account: here.account, sent_at: new Date().toISOString(), commands });
  const answer = await ask(here, "commands", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  if (!answer.ok) throw new Error(`commands ${answer.status}`);
  const { answers } = (await answer.json()) as { answers: Answer[] };
  for (const [n, said] of answers.entries()) await note(batch[n]!, said);
  return answers;
}

async function note(one: Queued, said: Answer): Promise<void> {
  if (said.outcome === "later") return;
  const state = said.outcome === "again" ? "taken" : said.outcome;
  const { about, answer, reason, advice, clashes, version } = said;
  if (one.kind === "spot_decided" && state === "refused") { await compareAnew(one); return; }
  await answered(one, { state, about, answer, reason, advice, because: said.because ?? "", clashes, version });
}

/** Send the files of a command; one that the server will not keep has the command refused for that reason. */
async function sendFiles(here: Session, one: Queued): Promise<boolean> {
  for (const id of one.files) {
    const refusal = await sendFile(here, id);
    if (!refusal) continue;
    await answered(one, { state: "refused", reason: refusal.title, advice: refusal.advice ?? "" });
    return false;
  }
  return true;
}

interface Problem { title: string; advice?: string }

/** Send a file from where the server says that it stopped. */
async function sendFile(here: Session, id: string): Promise<Problem | undefined> {
  const file = await (await store()).get("files", id);
  if (!file) return undefined;
  const asked = await ask(here, `uploads/${id}`);
  if (!asked.ok) throw new Error(`upload ${asked.status}`);
  let { arrived, whole } = (await asked.json()) as { arrived: number; whole: boolean };
  while (!whole) {
    const answer = await sendPart(here, file, arrived);
    if (answer.status === 409) { arrived = await whereItStands(here, id); continue; }
    if (answer.status >= 400 && answer.status < 500) return (await answer.json()) as Problem;
    if (!answer.ok) throw new Error(`upload ${answer.status}`);
    ({ arrived, whole } = (await answer.json()) as { arrived: number; whole: boolean });
  }
  return undefined;
}

async function whereItStands(here: Session, id: string): Promise<number> {
  const answer = await ask(here, `uploads/${id}`);
  if (!answer.ok) throw new Error(`upload ${answer.status}`);
  return ((await answer.json()) as { arrived: number }).arrived;
}

function sendPart(here: Session, file: KeptFile, offset: number): Promise<Response> {
  const told = new URLSearchParams({ kind: file.kind, purpose: file.purpose, digest: file.digest, size: String(file.blob.size), offset: String(offset) });
  const body = file.blob.slice(offset, offset + PART);
  return ask(here, `uploads/${file.id}?${told}`, { method: "PUT", body, headers: { "Content-Type": "application/octet-stream" } });
}

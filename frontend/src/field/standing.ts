// A task with what was done on this phone and the server has not told of yet; and the hours on patrol that follow.
import type { Day, Fieldwork, Task } from "./day";
import type { Queued } from "./store";

export interface Carried { day: Day | undefined; fieldwork: Fieldwork | undefined; queue: Queued[] }

export function tasksOf(here: Carried): Task[] {
  return (here.fieldwork?.tasks ?? []).filter((one) => !one.about);
}

export interface Standing {
  task: Task; started: boolean; ended: boolean; seen: Set<string>; looks: Map<string, string>; last: string[];
  /** When it was started and ended on this phone; nothing where that was elsewhere. */
  since: number | undefined; until: number | undefined;
}

interface Look { stop: string; item: string; outcome: string }

export function standing(here: Carried, id: string): Standing | undefined {
  const task = here.fieldwork?.tasks.find((one) => one.id === id);
  if (!task) return undefined;
  const mine = here.queue.filter((one) => one.content["task"] === id && isNews(one, here.fieldwork!));
  const when = (...events: string[]): number | undefined => {
    const found = mine.find((one) => events.includes(String(one.content["event"])));
    return found && Date.parse(found.madeAt);
  };
  const [since, until] = [when("start"), when("finish", "sign_none")];
  const seen = new Set(task.stops.filter((stop) => stop.seen_at).map((stop) => stop.id));
  const looks = new Map(task.stops.flatMap((stop) => Object.entries(stop.looks).map(([item, outcome]): [string, string] => [`${stop.id} ${item}`, outcome])));
  for (const one of mine) overlay(one, seen, looks);
  return {
    task, seen, looks, since, until, started: task.state === "started" || since !== undefined,
    ended: ["done", "signed_none"].includes(task.state) || until !== undefined,
    last: mine.filter((one) => one.kind === "task_step" && one.state === "waiting").slice(-1).map((one) => one.id),
  };
}

/** Whether what was taken along does not show this yet: it waits, or it arrived only afterwards. */
function isNews(one: Queued, fieldwork: Fieldwork): boolean {
  return one.state === "waiting" || (one.state === "taken" && one.answeredAt > (fieldwork.asked ?? ""));
}

function overlay(one: Queued, seen: Set<string>, looks: Map<string, string>): void {
  const at = one.content["at"] as { stop?: string } | undefined;
  if (at?.stop) seen.add(at.stop);
  for (const look of (one.content["looks"] as Look[] | undefined) ?? []) looks.set(`${look.stop} ${look.item}`, look.outcome);
}

/** Tasks that are walked and that this person has begun: those of others have no step by which to end them. */
function patrols(here: Carried): Standing[] {
  const walked = new Set(here.fieldwork?.kinds.filter((one) => one.tracks).map((one) => one.code));
  const begun = tasksOf(here).filter((one) => walked.has(one.kind)).map((one) => standing(here, one.id)!).filter((one) => one.started);
  return begun.filter((one) => one.since !== undefined || one.until !== undefined || one.task.steps.some((step) => step.event === "finish"));
}

/** The patrol that is going on: the latest begun, unless a whole day's work has gone by since. */
export function openPatrol(here: Carried): Standing | undefined {
  const longest = (here.day?.hours?.most ?? 480) * 60_000;
  const begun = (one: Standing): number => one.since ?? Date.parse(one.task.started_at ?? "");
  const going = patrols(here).filter((one) => !one.ended && Date.now() - begun(one) <= longest);
  return going.sort((one, other) => begun(one) - begun(other)).at(-1);
}

/** Minutes on patrol today, walked and left, and whether it is time for a rest. */
export interface HoursNow { walked: number; left: number; rest: boolean; walking: boolean }

export function hoursNow(here: Carried, now = Date.now()): HoursNow | undefined {
  const told = here.day?.hours;
  const asked = Date.parse(here.fieldwork?.asked ?? "");
  if (!told || !asked) return undefined;
  const today = new Date(asked).toDateString() === new Date(now).toDateString();
  const base = today ? told : { ...told, walked: 0, left: told.most, without_rest: 0 };
  const spans = patrols(here).map((one) => ({ since: Math.max(one.since ?? asked, asked), until: one.until ?? (one.ended ? asked : now) }));
  const since = spans.length ? Math.min(...spans.map((one) => one.since)) : now;
  // Patrols at the same time are walked once; what lies between is at most the same stretch.
  const more = Math.max(0, Math.floor((Math.max(asked, ...spans.map((one) => one.until)) - since) / 60_000));
  const rested = since - asked >= told.rest * 60_000;
  const walking = openPatrol(here) !== undefined;
  const without = (rested ? 0 : base.without_rest) + more;
  return { walked: base.walked + more, left: Math.max(0, base.left - more), rest: walking && without >= told.rest_after, walking };
}

// The day that was taken along, as the server gave it (`/api/v1/field/day`).
import { kept } from "./store";

export interface Named { code: string; name: string }
export interface Step { event: string; label: string; needs: string[]; may_take: string[] }
export interface CarriedStep extends Step { then: Step[] }
export interface Grid extends Named { path: string; shape: { type: string; coordinates: unknown } | null }
export interface Look { report: string; text: string; address: string; place: string; lon: number | null; lat: number | null; asked_at: string; due_at: string }
export interface CarriedCase {
  number: string; version: number; title: string; text: string; result: string; matter: string; place: string; address: string;
  state: string; state_label: string; due_at: string; lon: number | null; lat: number | null;
  evidence: string[]; steps: CarriedStep[]; may_whistle: boolean;
}
export interface Called { id: string; number: string; title: string; task: string; state_label: string; come_by: string | null; steps: Step[] }
export interface Clue { id: string; version: number; rule: string; about: string; matter: string; place: string; address: string; text: string; due_at: string }
/** Minutes on patrol today as of the day, with the rule of rests. */
export interface Hours { walked: number; left: number; without_rest: number; rest_after: number; rest: number; most: number }
/** The facts of a spot that may be put right, in the order of the form. */
export const FACTS = ["name", "kind", "address", "hours", "access", "fire", "area"] as const;
export type Fact = (typeof FACTS)[number];
export interface Spot extends Record<Fact, string> { id: string; place: string; lon: number | null; lat: number | null; version: number }
export interface Matter extends Named { group: string; spot: boolean }
export interface Message { id: string; at: string; text: string; body: string; about: string; read: boolean }
export interface Count { kind: string; label: string; day: number; week: number; month: number }
export interface Day {
  as_of: string; account: string; name: string; rights: string[]; grids: Grid[]; looks: Look[]; cases: CarriedCase[];
  called: Called[]; clues: Clue[]; hours: Hours | null; spots: Spot[]; spot_kinds: Named[]; conflicts: string[]; matters: Matter[]; evidence: Named[]; whistles: Named[]; units: Named[]; officials: Named[];
  messages: Message[]; unread: number; numbers: Count[]; more: string[];
}

export function dayOf(account: string): Promise<Day | undefined> {
  return kept<Day>(`day:${account}`);
}

/** Fieldwork as it was taken along (`/api/v1/fieldwork/today`, `/api/v1/fieldwork/basics`). */
export interface FormField extends Named { type: "text" | "long" | "count" | "choice" | "yes_no"; choices: string[]; required: boolean; matter: string }
export interface RecordForm extends Named { fields: FormField[] }
export interface TaskKind extends Named { form: string; checks_in: boolean; tracks: boolean; signs_none: boolean }
export interface Item extends Named { category_name: string; matter: string }
export interface Stop { id: string; seq: number; name: string; area: string; address: string; lon: number | null; lat: number | null; seen_at: string | null; looks: Record<string, string> }
export interface Task {
  id: string; kind: string; title: string; place: string; due_at: string; state: string; state_label: string; about: string;
  version: number; form: string; items: Item[]; stops: Stop[]; found: number; looks_due: number; steps: Step[]; started_at: string | null; ended_at: string | null;
}
/** ``asked`` is when it was asked for, by the phone's own clock. */
export interface Fieldwork { tasks: Task[]; kinds: TaskKind[]; forms: RecordForm[]; asked: string }

export function fieldworkOf(account: string): Promise<Fieldwork | undefined> {
  return kept<Fieldwork>(`fieldwork:${account}`);
}

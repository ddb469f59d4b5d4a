// Who else has this record open, as the stream says it.
import { all, word } from "./page";

interface Present { record: string; you: string; who: { ref: string; name: string }[]; more: number }

let present: Present | undefined;

export function isMine(by: string | undefined): boolean {
  return by !== undefined && by === present?.you;
}

/** What to say of an act by someone who has this record open too. */
export function said(by: string | undefined): string | undefined {
  const known = present?.who.find((one) => one.ref === by);
  return known ? word("acted").replace("{who}", known.name) : undefined;
}

export function show(data: string): void {
  present = JSON.parse(data) as Present;
  const names = present.who.map((one) => one.name).join(document.documentElement.lang === "en" ? ", " : "、");
  const more = present.more ? ` ${word("others").replace("{n}", String(present.more + present.who.length))}` : "";
  for (const bar of all("[data-presence]")) {
    bar.hidden = present.who.length === 0;
    const line = bar.querySelector("span");
    if (line) line.textContent = word("here").replace("{who}", names + more);
  }
}

// Who works on this phone. The pages' own sign-in opens the session; a token of it sends what was done.
import { forget, keep, kept } from "./store";

export interface Line { key: string; label: string; href: string }
export interface Session { account: string; name: string; post: string; token: string; expires: string; lines: Line[] }

const NAME = "session";
/** That someone has left this phone, until the server has heard of it. */
const LEFT = "left";
/** A token that ends within this time is exchanged for a new one while the session still can. */
const RENEW_BEFORE_MS = 60 * 60 * 1000;

export function session(): Promise<Session | undefined> {
  return kept<Session>(NAME);
}

export function address(path: string): string {
  return new URL(path, `${self.location.origin}/field/`).pathname;
}

interface Standing { account: string; name: string; post: string; csrf: string; lines: Line[] }

/**
 * Ask the server who has signed in, and have a token for that account. Where the pages' session has ended the token
 * still serves as long as it lasts; ``force`` asks for a new one and gives nothing when nobody is signed in.
 */
export async function renew(force = false): Promise<Session | undefined> {
  const here = await session();
  const answer = await fetch(address("session"), { credentials: "same-origin", cache: "no-store" });
  if (answer.status === 401) { await forget(LEFT); return force ? undefined : here; }
  if (!answer.ok) throw new Error(`session ${answer.status}`);
  const standing = (await answer.json()) as Standing;
  if (await kept<boolean>(LEFT)) { await end(standing.csrf); return undefined; }
  const same = here && here.account === standing.account ? here : undefined;
  const lasts = same && Date.parse(same.expires) - Date.now() > RENEW_BEFORE_MS;
  if (same && lasts && !force) {
    const fresh = { ...same, name: standing.name, post: standing.post, lines: standing.lines };
    await keep(NAME, fresh);
    return fresh;
  }
  const made = await fetch(address("token"), { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": standing.csrf } });
  if (made.status === 401) return undefined;
  if (!made.ok) throw new Error(`token ${made.status}`);
  const { token, expires_at: expires } = (await made.json()) as { token: string; expires_at: string };
  const { account, name, post, lines } = standing;
  const fresh = { account, name, post, lines, token, expires };
  await keep(NAME, fresh);
  await keep(`person:${account}`, name);
  return fresh;
}

/** Leave: the token and what was taken along are gone from the phone; what waits to be sent stays for its owner. */
export async function leave(here: Session): Promise<void> {
  await keep(LEFT, true); // without a network the server hears of it later
  await forget(NAME);
  await forget(`day:${here.account}`);
  await forget(`fieldwork:${here.account}`);
  void fetch("/api/v1/sign-out", { method: "POST", headers: { Authorization: `Bearer ${here.token}` } }).catch(() => undefined);
  await renew().catch(() => undefined);
}

/** End the pages' session, too. */
async function end(csrf: string): Promise<void> {
  const answer = await fetch("/sign-out", { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": csrf } });
  if (answer.ok || answer.type === "opaqueredirect") await forget(LEFT);
}

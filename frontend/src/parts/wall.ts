// A board on a wall: it goes through the places below the one it began with, and finds back by itself.
import { all } from "./page";

const KEY = "gewu-wall";

interface Round { begun: string; places: string[]; at: number }

function round(): Round {
  const kept = sessionStorage.getItem(KEY);
  if (kept) return JSON.parse(kept) as Round;
  const below = all<HTMLAnchorElement>("tr[data-code] td:first-child a").map((link) => link.href).filter((href) => href.includes("/board/"));
  return { begun: location.href, places: [location.href, ...below.map((href) => `${href}&wall=1`)], at: 0 };
}

async function onward(): Promise<void> {
  const now = round();
  now.at = (now.at + 1) % now.places.length;
  const next = now.places[now.at] ?? now.begun;
  // A page that does not answer is not gone to: the figures on the wall stay, marked by their age.
  const answer = await fetch(next, { credentials: "same-origin" }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  sessionStorage.setItem(KEY, JSON.stringify(now));
  location.replace(next);
}

export function startWall(): void {
  const board = document.querySelector<HTMLElement>("[data-cycle]");
  if (!board) {
    sessionStorage.removeItem(KEY);
    return;
  }
  document.body.classList.add("wall");
  setInterval(() => void onward(), Number(board.dataset["cycle"]) * 1000);
  document.addEventListener("click", () => { if (!document.fullscreenElement) void document.documentElement.requestFullscreen().catch(() => undefined); }, { once: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") location.href = location.pathname; });
}

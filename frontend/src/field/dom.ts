// Making elements, the words of the app, and the line that says what just happened.

type Child = Node | string | false | undefined | null;
type Values = Record<string, string | boolean | number | ((event: Event) => void) | undefined>;

/** An element with its attributes and children; a function is a listener, `class` may be left out. */
export function h<K extends keyof HTMLElementTagNameMap>(name: K, values: Values = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === "function") made.addEventListener(key.replace(/^on/, ""), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

let words: Record<string, string> = {};

/** The words of the app in one language; kept with the app, so that they are there without a network. */
export async function loadWords(language: string): Promise<void> {
  const answer = await fetch(`/field/words/${language}.json`);
  words = (await answer.json()) as Record<string, string>;
  document.documentElement.lang = language === "en" ? "en" : "zh-Hans";
}

/** A sentence by its key, with its values; a key without words shows itself, which a test forbids. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const PATHS: Record<string, string> = {
  camera: "M4 8h3l1.6-2.5h6.8L17 8h3v11H4zM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z",
  look: "M12 21s6.5-6.2 6.5-11a6.5 6.5 0 0 0-13 0c0 4.8 6.5 11 6.5 11zM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  map: "M9 5 4 7v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12",
  check: "M5 12.5 10 17.5 19.5 7",
  whistle: "M4 11a5 5 0 1 0 9.6 2H20V9H9a5 5 0 0 0-5 2zM14 6l1-2M17 6l2-1.500",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10.5 20.5h3",
  queue: "M12 16V5M8 9l4-4 4 4M5 15v4h14v-4",
  today: "M5 6h14v14H5zM5 10h14M9 4v4M15 4v4",
  more: "M4 7h16M4 12h16M4 17h16",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.5 19c0-3.3 2.4-5 5.5-5s5.5 1.7 5.5 5M16 5.5a3 3 0 0 1 0 5.5M17 14.2c2.2.6 3.5 2.2 3.5 4.8",
  walk: "M13 5.5a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM12 8l-3 3v3M12 8l2 4 3 1.500M12 8l-1 6 3 3 1 4M11 14l-3 6",
  chart: "M4 19h16M7 15v-4M12 15V7M17 15v-6",
  back: "M14.5 5.5 8 12l6.5 6.5",
  help: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9.8 9.5a2.3 2.3 0 1 1 3.3 2.1c-.8.4-1.1.9-1.1 1.700M12 16.400v.1",
  mic: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  aim: "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM12 3v4M12 17v4M3 12h4M17 12h4",
  clue: "M10.5 16a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM14.5 14.5 20 20M10.5 8v3M10.5 13.300v.1",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
};

export function icon(name: string): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" })) made.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? "");
  made.append(path);
  return made;
}

/** Say something for a few seconds; screen readers hear it too. */
export function say(text: string): void {
  document.querySelector(".toast")?.remove();
  const box = h("div", { class: "toast", role: "status" }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), 5000);
}

export function due(at: string): HTMLElement {
  const left = Date.parse(at) - Date.now();
  const hours = Math.floor(Math.abs(left) / 3_600_000);
  const span = hours >= 48 ? t("days", { n: Math.floor(hours / 24) }) : hours ? t("hours", { n: hours }) : t("minutes", { n: Math.ceil(Math.abs(left) / 60_000) });
  const [text, tone] = left < 0 ? [t("late", { span }), "bad"] : [t("left", { span }), hours < 2 ? "warn" : "good"];
  return h("span", { class: `chip due ${tone}` }, text);
}

export function clock(at: string): string {
  const day = new Date(at);
  const same = day.toDateString() === new Date().toDateString();
  const time = day.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  return same ? time : `${day.toLocaleDateString(document.documentElement.lang, { month: "numeric", day: "numeric" })} ${time}`;
}

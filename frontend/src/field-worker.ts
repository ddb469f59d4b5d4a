// The service worker: the app itself is kept on the phone, what waits is sent when the line is back, and a push is shown.
import { kept } from "./field/store";
import { speak, sync } from "./field/sync";

declare const self: ServiceWorkerGlobalScope;

/** Written in front of this script by the server: another build is another worker. */
interface Shell { version: string; files: string[]; icon: string }
const shell = (self as unknown as { FIELD_SHELL: Shell }).FIELD_SHELL;
const CACHE = `gewu-field-${shell.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(shell.files.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("gewu-field-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

/** The app comes from the phone at once; everything else is asked of the server. */
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  const own = event.request.mode === "navigate" && pathname.replace(/\/$/, "") === "/field" ? "/field" : pathname;
  if (!shell.files.includes(own)) return;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(own)) ?? fetch(event.request)));
});

interface SyncEvent extends ExtendableEvent { tag: string }
self.addEventListener("sync" as keyof ServiceWorkerGlobalScopeEventMap, (event) => {
  if ((event as SyncEvent).tag === "gewu-queue") (event as SyncEvent).waitUntil(sync());
});

interface Pushed { words: string; words_en: string; link: string; tag: string }
self.addEventListener("push", (event) => {
  const told = event.data?.json() as Pushed | undefined;
  if (told) event.waitUntil(show(told));
});

async function show(told: Pushed): Promise<void> {
  const english = (await kept<string>("language")) === "en";
  speak(english ? "en" : "zh-hans");
  await self.registration.showNotification(english ? "Gewu" : "格物", {
    body: english ? told.words_en : told.words, tag: told.tag, icon: shell.icon, data: told.link,
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data)));
});

async function open(link: string): Promise<void> {
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) { await self.clients.openWindow(link); return; }
  await window.focus();
  window.postMessage({ open: link });
}

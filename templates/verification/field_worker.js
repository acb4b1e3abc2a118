// Keeps the app on the phone, and sends in the background where the browser can (Background Sync).
"use strict";

{% for script in sync %}importScripts("{{ script }}");
{% endfor %}
const FILES = {{ files|safe }};
const HOME = "{{ home }}";
const PLACE = { home: HOME, take: "{{ take }}", send: "{{ send }}", piece: {{ piece }} };
const SHELL = "uep-lapangan-{{ version }}";
const PATIENCE = 5000; // ms: on a line that barely carries, the page comes from the phone

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => (await caches.keys()).filter((name) => name.startsWith("uep-lapangan-") && name !== SHELL);
  event.waitUntil(old().then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function page(request) {
  const cache = await caches.open(SHELL);
  const limit = new Promise((_, refuse) => setTimeout(refuse, PATIENCE));
  try {
    const answer = await Promise.race([fetch(request), limit]);
    if (answer.status === 200 && !answer.redirected) await cache.put(HOME, answer.clone());
    return answer;
  } catch {
    return (await cache.match(HOME)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === HOME && request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.includes(url.pathname) && url.pathname !== HOME) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag === "kirim") event.waitUntil(fieldSync.run(PLACE).then(tell, (stop) => { if (!(stop instanceof fieldSync.Stop) || stop.code === "offline") throw stop; }));
});

async function tell() {
  (await self.clients.matchAll()).forEach((client) => client.postMessage("sent"));
}

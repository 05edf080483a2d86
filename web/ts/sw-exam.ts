// The service worker of the pages of tests (/t/...): the page of a test that was opened here once opens again without network.
// It keeps that page and the files that it is made of, nothing else, until the test is handed in; requests that change something
// pass it by.
interface Keep {
  page: string;
  parts: string[];
}

interface Worker extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listen: (e: { waitUntil(p: Promise<unknown>): void }) => void): void;
  addEventListener(type: "message", listen: (e: MessageEvent<Keep> & { waitUntil(p: Promise<unknown>): void }) => void): void;
  addEventListener(type: "fetch", listen: (e: { request: Request; respondWith(r: Promise<Response>): void }) => void): void;
}

const worker = self as unknown as Worker;
const pages = "exam-page";
const files = "exam-files";

/** Milliseconds after which a network that does not answer counts as gone. */
const slow = 5000;

const page = /^\/t\/[0-9a-f-]{36}$/;

worker.addEventListener("install", (e) => e.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (e) => e.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (e) => e.waitUntil(keep(e.data)));

/** Keeps a page's files, forgets those of earlier builds, and keeps the page when it was loaded before this worker began. */
async function keep(what: Keep): Promise<void> {
  const cache = await caches.open(files);
  const have = new Set((await cache.keys()).map((r) => new URL(r.url).pathname));
  await Promise.all(what.parts.filter((p) => !have.has(p)).map((p) => cache.add(p)));
  for (const old of have) if (!what.parts.includes(old) && /\.(js|css)$/.test(old)) await cache.delete(old);
  if (page.test(what.page) && !(await (await caches.open(pages)).match(what.page))) await fresh(what.page);
}

/** Fetches a page and keeps it while its test can be taken. */
async function fresh(path: string): Promise<Response> {
  const response = await fetch(path, { signal: AbortSignal.timeout(slow), credentials: "same-origin" });
  if (response.status >= 500) throw new TypeError("the server cannot answer");
  const cache = await caches.open(pages);
  if (response.ok && !response.redirected) {
    const text = await response.clone().text();
    if (text.includes("data-exam=")) await cache.put(path, new Response(text, { headers: response.headers }));
    else await cache.delete(path);
  }
  return response;
}

/** The page from the network or, when there is none, as it was; its clock is then no longer the server's. */
async function open(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  try {
    return await fresh(path);
  } catch {
    const kept = await (await caches.open(pages)).match(path);
    if (!kept) return fetch(request);
    return new Response((await kept.text()).replace("data-now=", "data-kept-at="), { headers: kept.headers });
  }
}

worker.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) e.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(e.request)));
  else if (e.request.mode === "navigate" && page.test(url.pathname)) e.respondWith(open(e.request));
});

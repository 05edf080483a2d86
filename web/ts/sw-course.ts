// The service worker of the courses: pages of a course that is kept on this device open without network. The page keeps them
// (lib/keeping.ts); here they are served, and kept anew when the network gives them. What changes something passes it by.
export {}; // a module of its own for the type checker

interface CourseWorker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listen: (e: { waitUntil(p: Promise<unknown>): void }) => void): void;
  addEventListener(type: "fetch", listen: (e: { request: Request; respondWith(r: Promise<Response>): void; waitUntil(p: Promise<unknown>): void }) => void): void;
}

interface Found {
  name: string;
  cache: Cache;
  response: Response;
}

const worker = self as unknown as CourseWorker;
const prefix = "course-";

/** Milliseconds after which a kept page is shown although the network has not answered. */
const slow = 2500;

worker.addEventListener("install", (e) => e.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (e) => e.waitUntil(worker.clients.claim()));

async function find(path: string): Promise<Found | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefix)) continue;
    const cache = await caches.open(name);
    const response = await cache.match(path);
    if (response) return { name, cache, response };
  }
  return undefined;
}

/** Keeps what the network gave in the place of what was kept, if it is the same reader's. Another reader's page means that
    the device has changed hands: nothing of the one before stays. */
async function renew(found: Found, path: string, response: Response): Promise<void> {
  if (!response.ok || response.redirected) return;
  const text = await response.text();
  const note = await found.cache.match(`/courses/${found.name.slice(prefix.length)}/keep`);
  const owner = note ? String(((await note.json()) as { owner?: string }).owner) : "";
  if (owner !== "" && text.includes(owner)) {
    if (await caches.has(found.name)) await found.cache.put(path, new Response(text, { headers: response.headers }));
    return;
  }
  if (text.includes(`="${prefix}`)) for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
}

/** The page as it was kept; it says so. */
async function asKept(found: Found): Promise<Response> {
  const text = await found.response.text();
  return new Response(text.replace("<body ", "<body data-kept-page "), { headers: found.response.headers });
}

async function open(request: Request, path: string, after: (p: Promise<unknown>) => void): Promise<Response> {
  const found = await find(path);
  if (!found) return fetch(request);
  const network = fetch(request).then(async (r) => {
    if (r.status >= 500) throw new TypeError("the server cannot answer");
    after(renew(found, path, r.clone()).catch(() => undefined));
    return r;
  });
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, slow, undefined));
  const first = await Promise.race([network.catch(() => undefined), late]);
  return first ?? asKept(found);
}

/** A file that is kept, or the part of it that a player asks for. */
async function file(request: Request, path: string): Promise<Response> {
  const found = await find(path);
  if (!found) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!range) return found.response;
  const body = await found.response.blob();
  const from = Number(range[1]);
  const to = Math.min(body.size - 1, range[2] ? Number(range[2]) : body.size - 1);
  const headers = new Headers({ "Content-Type": found.response.headers.get("Content-Type") ?? body.type, "Content-Range": `bytes ${from}-${to}/${body.size}`, "Accept-Ranges": "bytes" });
  return from > to ? new Response(null, { status: 416, headers }) : new Response(body.slice(from, to + 1), { status: 206, headers });
}

worker.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/") || /^\/courses\/[^/]+\/media\//.test(url.pathname)) e.respondWith(file(e.request, url.pathname));
  else if (e.request.mode === "navigate" && url.search === "") e.respondWith(open(e.request, url.pathname, (p) => e.waitUntil(p)));
});

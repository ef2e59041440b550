// Keeps what was loaded, so that the page works offline, and isolates it, so that WebAssembly may use threads.

const worker = self as unknown as ServiceWorkerGlobalScope;
// The build puts both in (vite.config.ts): the version changes with every byte of the page.
const VERSION = "__VERSION__";
const SHELL = "__SHELL__".split("|");
const PREFIX = "flowlab-page-";

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(worker.registration.scope)) event.respondWith(answer(event.request));
});

async function keepShell(): Promise<void> {
  await (await caches.open(PREFIX + VERSION)).addAll(SHELL);
}

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** What is kept, or else what the server says, kept from then on. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(PREFIX + VERSION);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return isolated(known);
  const response = await fetch(request);
  if (response.status === 200) await cache.put(request, response.clone());
  return isolated(response);
}

/** Shared memory is for pages that load nothing from elsewhere and share no window with others; this page does neither. */
function isolated(response: Response): Response {
  if (response.status !== 200) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

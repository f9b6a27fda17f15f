// The demo shop's pages, served by workerd on an origin of their own as a real shop's would be.
// EDGE is this run's edge; the pages name the usual one (in script tags, and in content security policies as ws: too).

const KINDS = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  webp: "image/webp",
  ico: "image/x-icon",
  txt: "text/plain; charset=utf-8",
};

const kind = (path) => KINDS[path.slice(path.lastIndexOf(".") + 1)];

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    // A page in a folder is asked for with the slash, or its relative links would miss.
    const candidates = pathname.endsWith("/") ? [`${pathname}index.html`] : [pathname, `${pathname}.html`];
    for (const path of candidates.filter(kind)) {
      const file = await env.FILES.fetch(`http://files.invalid${path}`);
      if (file.status !== 200) continue;
      const headers = { "content-type": kind(path), "cache-control": "no-cache" };
      if (!path.endsWith(".html")) return new Response(file.body, { headers });
      const page = (await file.text()).replaceAll("//localhost:8787", env.EDGE.replace("http:", ""));
      return new Response(page, { headers });
    }
    const folder = await env.FILES.fetch(`http://files.invalid${pathname}/index.html`);
    if (folder.status === 200) return new Response(null, { status: 302, headers: { location: `${pathname}/` } });
    return new Response("There is no such page in this shop.\n", { status: 404 });
  },
};

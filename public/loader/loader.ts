// The loader: draws the launcher and an empty panel, and fetches and stores nothing until somebody means it.
//
// It is built into one expression, `(function(c){…})`, which the edge serves followed by `(config)`; `c` is that
// config. Everything a shopper says or sees inside the panel is the widget's (WebAssembly), which this script loads
// once: on a click, for a conversation that already exists, or shortly before a campaign could speak.

import css from "./loader.css";
import labels from "./labels.json";

interface Config {
  site: string;
  edge: string;
  name: string;
  accent: string;
  js: string;
  wasm: string;
  /** Visible milliseconds until the earliest campaign could speak; null when there is none. */
  proactive: number | null;
  /** Whether a campaign may speak on pages without a product. */
  anywhere?: boolean;
  languages: string[];
}

/** What the widget calls back: see `widget/src/host.rs`. */
interface Api {
  frame: HTMLElement;
  emit(name: string, detail?: unknown): void;
  close(): void;
  open(): void;
  unread(count: number, label: string): void;
  /** Remembers, for this tab, that the panel is open; called only when a conversation exists. */
  keep(): void;
  /** Visible milliseconds on this page so far. */
  seen: number;
  cart: boolean;
  /** What the shop's server has signed of the shopper. */
  identity?: string;
  shown: boolean;
}

type Send = (command: string, value?: unknown) => void;
type Handler = (detail: unknown) => void;

declare const c: Config;

const d = document;
const w = window as any;
const key = "edgedesk:" + c.site;
const early = w.edgedesk;
let identity = (d.currentScript as any)?.dataset.identity;

const boot = () => {
  const host = d.createElement("edgedesk-widget");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  host.style.setProperty("--accent", c.accent);
  host.style.setProperty("--on", readable(c.accent));

  const launcher = element("button", "l");
  const badge = element("b", "");
  badge.hidden = true;
  launcher.append(
    icon("i", "M12 3.6c-5 0-9 3.3-9 7.6 0 2.5 1.4 4.7 3.5 6.1v3.2l3.1-1.9c.8.2 1.6.3 2.4.3 5 0 9-3.4 9-7.7s-4-7.6-9-7.6ZM8.4 12c.9 1.3 2.1 2 3.6 2s2.7-.7 3.6-2"),
    icon("x", "M6 9.5l6 6 6-6"),
    badge,
  );
  launcher.ariaExpanded = "false";
  const wanted = [d.documentElement.lang, ...navigator.languages].map(tag);
  const lang = wanted.find((l) => c.languages.includes(l)) || c.languages[0];
  launcher.ariaLabel = (labels as any)[lang] || labels.en;

  const frame = element("div", "p");
  frame.tabIndex = -1;
  frame.role = "dialog";
  frame.ariaLabel = c.name;
  root.append(frame, launcher);
  d.body.append(host);

  const handlers: Record<string, Set<Handler>> = {};
  const emit = (name: string, detail?: unknown) => {
    for (const handle of handlers[name] || []) handle(detail);
    w.dispatchEvent(new CustomEvent("edgedesk:" + name, { detail }));
  };

  let send: Send | undefined;
  let loading: Promise<void> | undefined;
  let fetched: Promise<[any, WebAssembly.Module]> | undefined;
  let waiting: [string, unknown][] = [];
  let open = false;
  let cart = false;

  // Code and module come together; a failure is forgotten, so that the next try starts afresh.
  const prefetch = () => {
    fetched ||= Promise.all([import(c.edge + c.js), WebAssembly.compileStreaming(fetch(c.edge + c.wasm))]);
    fetched.catch(() => (fetched = undefined));
    return fetched;
  };
  const load = () => {
    loading ||= prefetch().then(async ([code, module_or_path]) => {
      await code.default({ module_or_path });
      const api: Api = {
        frame,
        emit,
        close: () => toggle(false),
        open: () => toggle(true),
        unread: (count, label) => {
          badge.hidden = !count;
          badge.textContent = count > 9 ? "9+" : count + "";
          launcher.ariaLabel = label;
          edgedesk.unreadCount = count;
        },
        keep: () => stored("sessionStorage", open ? "1" : ""),
        get seen() {
          return seen();
        },
        get cart() {
          return cart;
        },
        get identity() {
          return identity;
        },
        shown: open,
      };
      send = code.start(root, c, api) as Send;
      waiting.forEach((call) => send!(...call));
      waiting = [];
      emit("ready");
    });
    loading.catch((error) => {
      loading = undefined;
      if (open) toggle(false);
      if (error instanceof WebAssembly.CompileError) {
        launcher.hidden = true;
        console.error("Edgedesk needs 'wasm-unsafe-eval' in script-src");
      } else {
        console.error("Edgedesk", error);
      }
      emit("error", error);
    });
  };
  const tell = (command: string, value?: unknown) => (send ? send(command, value) : waiting.push([command, value]));

  const toggle = (to: boolean) => {
    if (to == open) return;
    edgedesk.isOpen = open = to;
    frame.classList.toggle("on", to);
    launcher.ariaExpanded = to + "";
    if (to) {
      load();
      frame.focus({ preventScroll: true });
    } else if (root.activeElement) launcher.focus({ preventScroll: true });
    if (send) send(to ? "open" : "close");
    emit(to ? "open" : "close");
  };
  launcher.onclick = () => toggle(!open);
  frame.onkeydown = (event) => {
    if (event.key == "Escape" && !send) toggle(false);
  };
  // A finger enters, too, when it comes down.
  for (const intent of ["pointerenter", "focus"]) {
    launcher.addEventListener(intent, prefetch, { once: true });
  }

  // How long the page has been visible, and the one timer that may load the widget by itself.
  let since = 0;
  let before = 0;
  let timer: ReturnType<typeof setTimeout>;
  const seen = () => before + (since && Date.now() - since);
  const watch = () => {
    before = seen();
    since = d.hidden ? 0 : Date.now();
    clearTimeout(timer);
    if (c.proactive != null && !send && since) {
      // A second early, so that the campaign finds the widget ready.
      timer = setTimeout(() => {
        if (c.anywhere || (!cart && product())) idle(load);
      }, c.proactive - before - 1000);
    }
  };
  d.addEventListener("visibilitychange", watch);

  const added = () => {
    cart = true;
    if (send) send("cart");
  };
  d.addEventListener("click", (event) => (event.target as Element).closest?.("[data-add-to-cart]") && added(), true);
  d.addEventListener("submit", (event) => /\/cart\b/.test((event.target as HTMLFormElement).action) && added(), true);

  // Single-page shops change the page without loading one.
  let url = location.href;
  const moved = () =>
    setTimeout(() => {
      if (url == location.href) return;
      url = location.href;
      if (!host.isConnected) d.body.append(host);
      cart = false;
      since = before = 0;
      watch();
      if (send) send("page");
    }, 200);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...args) {
      original.apply(this, args);
      moved();
    };
  }
  w.addEventListener("popstate", moved);

  const commands: Record<string, (...args: any[]) => unknown> = {
    open: () => toggle(true),
    close: () => toggle(false),
    toggle: () => toggle(!open),
    show: () => (host.hidden = false),
    hide: () => (toggle(false), (host.hidden = true)),
    on: (name: string, handle: Handler) => {
      (handlers[name] ||= new Set()).add(handle);
      return () => handlers[name].delete(handle);
    },
    off: (name: string, handle: Handler) => handlers[name]?.delete(handle),
    setLocale: (tag: string) => tell("locale", tag),
    identify: (token: string) => {
      identity = token;
      if (send) send("identify");
    },
    track: (event: string) => event == "add_to_cart" && added(),
    shutdown: () => {
      if (send) send("shutdown");
      clearTimeout(timer);
      d.removeEventListener("visibilitychange", watch);
      host.remove();
      delete w.edgedesk;
    },
  };
  const edgedesk: any = (name: string, ...args: unknown[]) => commands[name]?.(...args);
  edgedesk.live = true;
  edgedesk.isOpen = false;
  edgedesk.unreadCount = 0;
  w.edgedesk = edgedesk;
  for (const call of early?.q || []) edgedesk(...call);

  watch();
  if (stored("localStorage")) {
    idle(() => (stored("sessionStorage") ? toggle(true) : load()));
  }
};

// Storage may be refused (private windows, sandboxed frames); then there is simply none.
const stored = (area: "localStorage" | "sessionStorage", value?: string) => {
  try {
    if (value != null) w[area].setItem(key, value);
    return w[area].getItem(key);
  } catch {}
};

const idle = (task: () => void) => (w.requestIdleCallback || setTimeout)(task);

const element = (name: string, className: string) => Object.assign(d.createElement(name), { className });

const icon = (name: string, path: string) => {
  const make = (tag: string) => d.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = make("svg");
  const line = make("path");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = "true";
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};

/** Black or white, whichever reads better on the accent (WCAG 2 relative luminance). */
const readable = (hex: string) => {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(hex.substr(at, 2), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#101216" : "#fff";
};

/** A BCP 47 tag as the settings write it: `zh-Hant-HK` → `zh-TW`, `en-GB` → `en`. */
const tag = (text: string) =>
  /^zh|^yue/i.test(text) ? (/hant|tw|hk|mo|yue/i.test(text) ? "zh-TW" : "zh-CN") : text.slice(0, 2).toLowerCase();

const product = () =>
  [...d.querySelectorAll('script[type="application/ld+json"]')].some((s) =>
    /"@type"\s*:\s*(\[[^\]]*)?"Product/.test(s.textContent!),
  );

if (!early?.live) {
  if (d.body) boot();
  else d.addEventListener("DOMContentLoaded", boot);
}

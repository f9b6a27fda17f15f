// The shop's own script: the cart, the gallery and the connector finder. The cart lives in this browser only.
(() => {
  "use strict";
  const KEY = "tidewater.cart";
  const MOST = 9;

  /** The cart as a map from SKU to quantity; anything unreadable counts as empty. */
  const read = () => {
    try {
      const lines = JSON.parse(localStorage.getItem(KEY) || "{}");
      const sound = ([sku, n]) => /^TW-[A-Z0-9]{2}$/.test(sku) && Number.isInteger(n) && n > 0 && n <= MOST;
      return new Map(Object.entries(lines).filter(sound));
    } catch {
      return new Map();
    }
  };
  const write = (cart) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(cart)));
    } catch {
      // Without storage the cart lasts as long as the page.
    }
    show(cart);
  };

  const show = (cart) => {
    const count = [...cart.values()].reduce((sum, n) => sum + n, 0);
    for (const badge of document.querySelectorAll("[data-cart-count]")) {
      badge.textContent = String(count);
      badge.classList.toggle("has", count > 0);
    }
    const page = document.querySelector("[data-cart]");
    if (page) showLines(page, cart);
  };

  const showLines = (page, cart) => {
    const { currency, freeFrom, shipping } = page.dataset;
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
    let goods = 0;
    let now = 0;
    let shown = 0;
    for (const line of page.querySelectorAll("[data-sku]")) {
      const n = cart.get(line.dataset.sku) || 0;
      line.hidden = n === 0;
      const sum = n * Number(line.dataset.price);
      line.querySelector(".sum").textContent = money.format(sum);
      if (n > 0) line.querySelector("select").value = String(n);
      now += sum;
      // A deposit reserves; what it reserves is shipped, and paid for, later.
      if (!line.hasAttribute("data-deposit")) goods += sum;
      shown += n;
    }
    const fee = goods === 0 || goods >= Number(freeFrom) ? 0 : Number(shipping);
    const put = (name, text) => {
      page.querySelector(`[data-total="${name}"]`).textContent = text;
    };
    put("goods", money.format(now));
    put("shipping", fee === 0 ? page.dataset.free : money.format(fee));
    put("all", money.format(now + fee));
    page.hidden = shown === 0;
    document.querySelector("[data-cart-empty]").hidden = shown > 0;
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const add = at("[data-add-to-cart]");
    if (add) {
      const cart = read();
      const sku = add.dataset.addToCart;
      cart.set(sku, Math.min(MOST, (cart.get(sku) || 0) + 1));
      write(cart);
      document.querySelector("[data-added]").textContent = add.dataset.done;
    }
    const remove = at("[data-remove]");
    if (remove) {
      const cart = read();
      cart.delete(remove.closest("[data-sku]").dataset.sku);
      write(cart);
      document.querySelector("h1").focus();
    }
    if (at("[data-checkout]")) document.querySelector("[data-checkout-note]").hidden = false;
    const thumb = at("[data-view]");
    if (thumb) {
      const picture = document.querySelector("[data-picture]");
      const small = thumb.querySelector("img");
      picture.src = small.src;
      picture.alt = thumb.getAttribute("aria-label");
      picture.classList.toggle("full", thumb.dataset.view === "full");
      for (const other of document.querySelectorAll("[data-view]")) {
        other.setAttribute("aria-pressed", String(other === thumb));
      }
    }
    // An open language menu closes on a click elsewhere.
    for (const menu of document.querySelectorAll(".tongues[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("change", (event) => {
    const line = event.target.closest("[data-sku]");
    if (!line || event.target.tagName !== "SELECT") return;
    const cart = read();
    cart.set(line.dataset.sku, Number(event.target.value));
    write(cart);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(".tongues[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // iPhone 15 and later and nearly all Android phones take USB-C; iPhone 14 and earlier take Lightning.
  const finder = document.querySelector("[data-finder]");
  finder?.querySelector("input").addEventListener("input", (event) => {
    const model = event.target.value.normalize("NFKC").toLowerCase();
    const iphone = /(?:iphone|苹果|アイフォン?)\s*(se|x[rs]?|\d{1,2})?/.exec(model);
    const android = /galaxy|pixel|xperia|aquos|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|nothing|android|华为|小米|荣耀|三星/;
    let answer = "unknown";
    if (iphone) answer = iphone[1] ? (Number(iphone[1]) >= 15 ? "usb" : "lightning") : "unknown";
    else if (android.test(model)) answer = "usb";
    finder.querySelector("output").textContent = finder.dataset[answer];
  });

  // Another tab changed the cart.
  addEventListener("storage", (event) => {
    if (event.key === KEY) show(read());
  });
  show(read());
})();

import assert from "node:assert/strict";
import { test } from "node:test";

import { direct } from "./direct.js";

/** What worker-build and wasm-bindgen make of an object, as far as it matters here. */
function proxied() {
  const wasm = { instance: 1, down: false, made: 0, looks: 0 };
  class Inner {
    constructor() {
      this.__wbg_ptr = ++wasm.made;
      this.__wbg_inst = wasm.instance;
    }
    webSocketMessage(socket, data) {
      if (this.__wbg_inst !== wasm.instance) throw new Error("Invalid stale object from previous Wasm instance");
      if (data === "trap") throw new WebAssembly.RuntimeError("unreachable");
      if (data === "refused") throw new Error("refused");
      return `${this.__wbg_ptr}: ${data} from ${socket}`;
    }
    heard(mark, text) {
      return Inner.prototype.webSocketMessage.call(this, `mark ${mark}`, text);
    }
    alarm() {
      return `alarm of ${this.__wbg_ptr}`;
    }
  }
  const renew = () => {
    if (wasm.down) Object.assign(wasm, { down: false, instance: wasm.instance + 1 });
  };
  const Proxied = function () {
    let inner = new Inner();
    return new Proxy(inner, {
      get(_, name) {
        wasm.looks += 1;
        if (inner.__wbg_inst !== wasm.instance) inner = new Inner();
        const value = inner[name];
        if (typeof value !== "function") return value;
        return new Proxy(value, {
          apply(method, itself, args) {
            renew();
            try {
              return Reflect.apply(method, itself, args);
            } catch (error) {
              wasm.down ||= error instanceof WebAssembly.RuntimeError;
              throw error;
            }
          },
        });
      },
    });
  };
  const Direct = direct(Proxied);
  return { wasm, object: () => new Direct({}, {}) };
}

test("an event costs no look through the proxy", () => {
  const { wasm, object } = proxied();
  const one = object();
  const before = wasm.looks;
  assert.equal(one.webSocketMessage("s", "hello"), "1: hello from s");
  assert.equal(wasm.looks, before);
  assert.equal(one.alarm(), "alarm of 1");
});

test("after a trap every object is made anew, and the event that finds out is handled", () => {
  const { wasm, object } = proxied();
  const [one, other] = [object(), object()];
  assert.throws(() => one.webSocketMessage("s", "trap"), WebAssembly.RuntimeError);
  assert.equal(other.webSocketMessage("s", "a"), "3: a from s");
  assert.equal(other.webSocketMessage("s", "b"), "3: b from s");
  assert.equal(one.webSocketMessage("s", "c"), "4: c from s");
  assert.equal(wasm.instance, 2);
});

test("what was refused is not tried again", () => {
  const { wasm, object } = proxied();
  const one = object();
  assert.throws(() => one.webSocketMessage("s", "refused"), /refused/);
  assert.equal(wasm.made, 1);
});

test("a socket that the object has marked is told by its mark, and of what is no text nothing", () => {
  const { object } = proxied();
  const one = object();
  const socket = { edgedeskSocket: 7, toString: () => "s" };
  assert.equal(one.webSocketMessage(socket, "hello"), "1: hello from mark 7");
  assert.equal(one.webSocketMessage(socket, new ArrayBuffer(2)), "1: undefined from mark 7");
  assert.throws(() => one.webSocketMessage(socket, "trap"), WebAssembly.RuntimeError);
  assert.equal(one.webSocketMessage(socket, "again"), "2: again from mark 7");
});

// Socket events without detours. worker-build hands out every object behind a proxy, which makes a new instance when
// the one it has went down with a WebAssembly trap. Every look at such an object costs a trip through that proxy, and an
// event takes several: a tenth of what a message costs the processor. So what an event needs is looked up once.

/** The class as the platform is to know it; `Proxied` is what worker-build made of it. */
export const direct = (Proxied) =>
  class {
    constructor(state, env) {
      this.proxied = new Proxied(state, env);
      this.know();
    }

    know() {
      const { __wbg_ptr, __wbg_inst } = this.proxied;
      // All that wasm-bindgen's methods read of their object.
      this.itself = { __wbg_ptr, __wbg_inst };
      this.message = this.proxied.webSocketMessage;
      this.heard = this.proxied.heard;
    }

    webSocketMessage(socket, data) {
      // The object marks sockets that it knows by sight: then neither the socket nor what it is has to cross.
      const mark = this.heard && socket.edgedeskSocket;
      if (mark === undefined) return this.handle("message", socket, data);
      return this.handle("heard", mark, typeof data === "string" ? data : undefined);
    }

    handle(method, from, data) {
      try {
        return this[method].call(this.itself, from, data);
      } catch (error) {
        // Thrown before anything was done when there is a new instance since: then the proxy has made a new object.
        if (this.proxied.__wbg_inst === this.itself.__wbg_inst) throw error;
        this.know();
        if (!/stale object/.test(error?.message)) throw error;
        return this[method].call(this.itself, from, data);
      }
    }

    webSocketClose(socket, code, reason, clean) {
      return this.proxied.webSocketClose(socket, code, reason, clean);
    }

    webSocketError(socket, error) {
      return this.proxied.webSocketError(socket, error);
    }

    fetch(request) {
      return this.proxied.fetch(request);
    }

    alarm() {
      return this.proxied.alarm();
    }
  };

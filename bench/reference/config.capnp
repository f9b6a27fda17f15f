# The reference in plain workerd, set up as xtask/src/serve/config.rs sets up the edge. The address and the directory
# of the databases are given on the command line.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "reference", worker = .reference),
    (name = "objects", disk = (writable = true)),
  ],
  sockets = [(name = "http0", http = (), service = "reference")],
);

const reference :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "ROOM", durableObjectNamespace = "Room")],
  durableObjectNamespaces = [(className = "Room", uniqueKey = "reference-room", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
);

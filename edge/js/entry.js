// What the platform loads: worker-build's module, with the objects that have sockets.
import * as worker from "worker-build";
import { direct } from "./direct.js";

export { Archive, Hooks, Site, default } from "worker-build";
export const Conversation = direct(worker.Conversation);
export const Desk = direct(worker.Desk);

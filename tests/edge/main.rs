//! Edge tests: the real build in real workerd.

mod api;
mod assist;
mod bad_input;
mod console;
mod crash;
mod entries;
mod faults;
mod heads;
mod hooks;
mod identities;
mod insights;
mod isolation;
mod kb;
mod lesson;
mod limits;
mod log;
mod outside;
mod passes;
mod questions;
mod roster;
mod routing;
mod slots;
mod story;
mod tokens;

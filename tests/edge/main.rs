//! Edge tests: the real build in real workerd.

mod api;
mod assist;
mod bad_input;
mod console;
mod crash;
mod faults;
mod hooks;
mod insights;
mod isolation;
mod kb;
mod lesson;
mod log;
mod outside;
mod questions;
mod roster;
mod routing;
mod story;
mod tokens;

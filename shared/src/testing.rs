//! In-memory ports and the seeded simulation.

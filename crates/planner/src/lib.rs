//! Room `planner`.

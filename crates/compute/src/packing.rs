//! Which node of a pool a task goes to.

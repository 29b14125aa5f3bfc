//! What kind of work a task is, and how long it will run.

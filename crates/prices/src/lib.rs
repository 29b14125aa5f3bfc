//! Room `prices`.

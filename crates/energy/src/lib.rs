//! Room `energy`.

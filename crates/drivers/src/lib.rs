//! Room `drivers`.

//! What is held.

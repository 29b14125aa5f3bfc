//! Fair shares of unlike processors.

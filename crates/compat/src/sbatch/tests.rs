//! Scripts in, jobs out.

//! Task files in, jobs out.

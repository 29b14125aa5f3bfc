//! Gavel's protocol: jobs that run at unlike speeds on unlike accelerators.

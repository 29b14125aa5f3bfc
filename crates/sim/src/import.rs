//! Traces and topologies of others.

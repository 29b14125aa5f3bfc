//! A world, a trace, faults and policies in one readable file.

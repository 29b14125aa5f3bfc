//! SkyPilot task files.

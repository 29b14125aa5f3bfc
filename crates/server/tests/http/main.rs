//! The HTTP API as callers meet it: a real server with its engine and an embedded database on a free port.

#[cfg(test)]
mod caller;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod console;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod form;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod market;
#[cfg(test)]
mod power;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod watch;

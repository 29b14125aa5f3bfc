//! An agent between a real driver and a centre that only pretends.

#[cfg(test)]
mod agent;
#[cfg(test)]
mod centre;
#[cfg(test)]
mod data;
#[cfg(test)]
mod orders;

//! The store against real databases. PostgreSQL takes part where `TEST_POSTGRES_URL` names a server.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod counters;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod power;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod world;

//! The drivers against real processes: what every driver must do, and what only the local one does.

#[cfg(test)]
mod clusters;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod container;
#[cfg(test)]
mod data;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod image;
#[cfg(test)]
mod kubernetes;
#[cfg(test)]
mod local;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod site;
#[cfg(test)]
mod slurm;
#[cfg(test)]
mod slurm_faults;
#[cfg(test)]
mod slurm_rest;
#[cfg(test)]
mod slurm_time;

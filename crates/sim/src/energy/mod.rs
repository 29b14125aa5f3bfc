//! Experiments with electricity and carbon: how each is done by others, and what our kernels make of it.

pub mod battery;
pub mod cfe;
pub mod forecast;
pub mod gaia;
pub mod lwa;
pub mod series;

#[cfg(test)]
mod tests;

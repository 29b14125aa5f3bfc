//! The openb protocol: pods arrive until demand is more than there is.

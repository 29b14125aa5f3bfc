//! Who may do what: principals, the policy, permit or deny and the rule that says so.
//!
//! The policy is a set of Cedar rules in files (`policies/` at the root of the repository, built in), checked
//! strictly against `policies/jingwei.cedarschema` when it is loaded. Knows nothing of tokens, sockets or storage;
//! actions come as the ids of endpoints, and which ones exist the schema says.

mod asked;
mod load;
mod policy;
pub mod signed;

pub use asked::{Asked, Principal, Target};
pub use load::AccessError;
pub use policy::{Denied, Policy};

#[cfg(test)]
mod tests;

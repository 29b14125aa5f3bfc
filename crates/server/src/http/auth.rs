//! Who asks: from the bearer token to the principal.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use access::Principal;
use api::{Problem, ProblemKind, Role, TokenView};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use model::Name;
use sha2::{Digest, Sha256};
use store::Store;
use units::Time;

use crate::{clock, http::reads};

/// A token that was ended at another server is still taken so long here.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Tokens remembered at once.
const MOST: usize = 10_000;

/// Whoever asks, known by a token that is valid.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Hex SHA-256 of the token.
    pub(crate) hash: String,
    pub(crate) token: TokenView,
    pub(crate) principal: Principal,
}

/// Callers seen lately, so that not every request asks the store. Unknown tokens are not remembered.
#[derive(Debug, Default)]
pub(crate) struct Callers(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    by_hash: HashMap<String, (Instant, Arc<Caller>)>,
    /// Goes up with every forgetting: what was read before it is not remembered after it.
    forgotten: u64,
}

impl Callers {
    /// The caller whose token stands in the headers.
    pub(crate) async fn find(
        &self,
        store: &Store,
        headers: &HeaderMap,
    ) -> Result<Arc<Caller>, Problem> {
        self.known(store, hash(bearer(headers)?)).await
    }

    /// The caller with the token of this hash, if it is still valid.
    pub(crate) async fn known(&self, store: &Store, hash: String) -> Result<Arc<Caller>, Problem> {
        let (remembered, forgotten) = self.remembered(&hash);
        let caller = match remembered {
            Some(caller) => caller,
            None => self.read(store, hash, forgotten).await?,
        };
        not_expired(&caller, clock::now())?;
        Ok(caller)
    }

    async fn read(
        &self,
        store: &Store,
        hash: String,
        forgotten: u64,
    ) -> Result<Arc<Caller>, Problem> {
        let token = reads::token(store, &hash)
            .await?
            .ok_or_else(|| unauthenticated("the token is not known here"))?;
        let caller = Arc::new(Caller { principal: principal(&token), token, hash });
        self.remember(&caller, forgotten);
        Ok(caller)
    }

    fn remembered(&self, hash: &str) -> (Option<Arc<Caller>>, u64) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = all.by_hash.get(hash).filter(|(seen, _)| seen.elapsed() < REMEMBERED);
        (fresh.map(|(_, caller)| caller.clone()), all.forgotten)
    }

    fn remember(&self, caller: &Arc<Caller>, forgotten: u64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.forgotten != forgotten {
            return;
        }
        if all.by_hash.len() >= MOST {
            all.by_hash.clear();
        }
        all.by_hash.insert(caller.hash.clone(), (Instant::now(), caller.clone()));
    }

    /// The token of this name has ended.
    pub(crate) fn forget(&self, name: &Name) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.forgotten += 1;
        all.by_hash.retain(|_, (_, caller)| caller.token.name != *name);
    }
}

pub(crate) fn unauthenticated(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Unauthenticated, detail)
}

fn not_expired(caller: &Caller, now: Time) -> Result<(), Problem> {
    match caller.token.expires {
        Some(expires) if expires <= now => Err(unauthenticated(format!(
            "the token `{}` expired at {expires}: ask for a new one",
            caller.token.name
        ))),
        _ => Ok(()),
    }
}

/// The secret in `Authorization: Bearer <token>` (RFC 6750).
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (all.next(), all.next()) else {
        return Err(unauthenticated("send one header `Authorization: Bearer <token>`"));
    };
    let text = header.to_str().unwrap_or_default();
    let token = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token =
        token.map(|(_, token)| token.trim()).filter(|token| (1..=256).contains(&token.len()));
    token.ok_or_else(|| unauthenticated("the header Authorization is not `Bearer <token>`"))
}

/// What is kept of a secret: lower-case hex SHA-256.
pub(crate) fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 256 random bits, as they are given out.
pub(crate) fn new_secret() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random bytes");
        Problem::new(ProblemKind::Internal, "the system gives no random bytes")
    })?;
    Ok(format!("jw_{}", hex(&bytes)))
}

fn principal(token: &TokenView) -> Principal {
    Principal {
        name: token.name.clone(),
        role: role(token.role).to_owned(),
        project: token.project.clone(),
        site: token.site.clone(),
        edge: token.edge.clone(),
    }
}

/// As it stands in the policy.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Operator => "operator",
        Role::Member => "member",
        Role::Viewer => "viewer",
        Role::Agent => "agent",
        Role::Edge => "edge",
        Role::Joiner => "joiner",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap())).collect()
    }

    #[test]
    fn a_bearer_token_is_read() {
        assert_eq!(bearer(&headers(&["Bearer jw_1"])).unwrap(), "jw_1");
        assert_eq!(bearer(&headers(&["bearer  jw_1"])).unwrap(), "jw_1");
        for bad in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic eA=="],
            &["jw_1"],
            &["Bearer a", "Bearer b"],
        ] {
            assert!(bearer(&headers(bad)).unwrap_err().is(ProblemKind::Unauthenticated), "{bad:?}");
        }
        assert!(bearer(&headers(&[&format!("Bearer {}", "x".repeat(257))])).is_err());
    }

    #[test]
    fn a_hash_is_hex_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (a, b) = (new_secret().unwrap(), new_secret().unwrap());
        assert_eq!(a.len(), 3 + 64);
        assert!(a.starts_with("jw_") && a != b);
    }

    fn caller(name: &str, expires: Option<Time>) -> Arc<Caller> {
        let name: Name = name.parse().unwrap();
        let created = Time::from_millis(0);
        let token = TokenView {
            name,
            role: Role::Admin,
            project: None,
            site: None,
            edge: None,
            created,
            expires,
        };
        Arc::new(Caller { hash: hash(token.name.as_str()), principal: principal(&token), token })
    }

    #[test]
    fn a_token_ends_at_its_time() {
        let token = caller("a", Some(Time::from_millis(10)));
        assert!(not_expired(&token, Time::from_millis(9)).is_ok());
        let late = not_expired(&token, Time::from_millis(10)).unwrap_err();
        assert_eq!(
            late.detail,
            "the token `a` expired at 1970-01-01T00:00:00.01Z: ask for a new one"
        );
        assert!(not_expired(&caller("a", None), Time::MAX).is_ok());
    }

    #[test]
    fn a_forgotten_caller_is_not_remembered_by_who_read_it_before() {
        let callers = Callers::default();
        let a = caller("a", None);
        let (none, before) = callers.remembered(&a.hash);
        assert!(none.is_none());
        callers.remember(&a, before);
        assert!(callers.remembered(&a.hash).0.is_some());
        callers.forget(&a.token.name);
        assert!(callers.remembered(&a.hash).0.is_none());
        callers.remember(&a, before);
        assert!(callers.remembered(&a.hash).0.is_none());
    }
}

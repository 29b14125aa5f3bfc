//! Texts signed with Ed25519 (RFC 8032). Keys and signatures are Base64.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// Whether the owner of the key that `public` belongs to signed the text.
#[must_use]
pub fn is_signed(public: &str, text: &str, signature: &str) -> bool {
    let (Ok(public), Ok(signature)) = (STANDARD.decode(public), STANDARD.decode(signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, public).verify(text.as_bytes(), &signature).is_ok()
}

/// Whether one of the keys signed it.
///
/// # Errors
/// None did, in words.
pub fn by_any(keys: &[String], text: &str, signature: &str) -> Result<(), &'static str> {
    let signed = keys.iter().any(|key| is_signed(key, text, signature));
    signed
        .then_some(())
        .ok_or("the signature is of none of the keys that the site's description names")
}

/// The signature of a text. None if the secret is not 32 bytes.
#[must_use]
pub fn sign(secret: &str, text: &str) -> Option<String> {
    Some(STANDARD.encode(pair(secret)?.sign(text.as_bytes())))
}

/// The public key of a secret. None if that is not 32 bytes.
#[must_use]
pub fn public_of(secret: &str) -> Option<String> {
    Some(STANDARD.encode(pair(secret)?.public_key()))
}

/// A secret, as it is written down.
#[must_use]
pub fn secret_of(seed: &[u8; 32]) -> String {
    STANDARD.encode(seed)
}

fn pair(secret: &str) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(&STANDARD.decode(secret.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_of_the_key_signs() {
        let (ours, theirs) = (STANDARD.encode([7; 32]), STANDARD.encode([8; 32]));
        let public = public_of(&ours).unwrap();
        let signature = sign(&ours, "less").unwrap();
        assert!(is_signed(&public, "less", &signature));
        assert!(!is_signed(&public, "more", &signature));
        assert!(!is_signed(&public_of(&theirs).unwrap(), "less", &signature));
        assert!(!is_signed("", "less", &signature) && !is_signed(&public, "less", "?"));
        assert_eq!((sign("short", "x"), public_of(&STANDARD.encode([1; 31]))), (None, None));
    }
}

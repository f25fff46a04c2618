//! Idempotency keys as callers give them, and what came of a request that makes something.

use ajet_domain::asked::Key;
use ajet_domain::verb::Made;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The key of a request that makes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenKey {
    /// The caller gave none: nothing can repeat the request.
    Fresh,
    /// The caller's own, with a digest of the request as the caller wrote it.
    Given { text: String, fingerprint: i64 },
}

impl GivenKey {
    /// The key of a request whose parts are these, in the words of its sender.
    #[must_use]
    pub fn given(text: String, parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            // Its length first: no two lists of parts are alike.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self::Given { text, fingerprint: leading(&digest.finalize().into()) }
    }

    /// The same key in a set of its own, for one of several requests whose keys the domain keeps in one set. A name holds no `:`.
    #[must_use]
    pub fn among(self, set: &str) -> Self {
        match self {
            GivenKey::Fresh => GivenKey::Fresh,
            GivenKey::Given { text, fingerprint } => {
                GivenKey::Given { text: format!("{set}:{text}"), fingerprint }
            }
        }
    }

    /// The key as the domain takes it, of a request that release 0.1.0 does not know: there is no digest of its to compare with.
    #[must_use]
    pub fn without_former(self) -> Key {
        Key { former: None, ..self.key(|| 0) }
    }

    /// The key as the domain takes it; `former` computes the digest that release 0.1.0 stored for this request.
    #[must_use]
    pub fn key(self, former: impl FnOnce() -> i64) -> Key {
        match self {
            GivenKey::Fresh => Key { text: Uuid::new_v4().to_string(), fingerprint: 0, former: None },
            GivenKey::Given { text, fingerprint } => Key { text, fingerprint, former: Some(former()) },
        }
    }
}

/// The digest of a request as release 0.1.0 stored it.
#[must_use]
pub fn former(request: &impl Serialize) -> i64 {
    match serde_json::to_vec(request) {
        Ok(json) => digest_of(&json),
        // What is given here are ids, texts and numbers, which always serialize; should one not, no two are alike.
        Err(_) => rand::random(),
    }
}

/// The leading 64 bits of the SHA-256 of some bytes.
pub(super) fn digest_of(bytes: &[u8]) -> i64 {
    leading(&Sha256::digest(bytes).into())
}

fn leading(hash: &[u8; 32]) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// What a request that makes something came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created<T> {
    /// It was made by this request.
    New(T),
    /// An earlier request with the same key made it; this is how it is now.
    Before(T),
}

impl<T> Created<T> {
    /// The object.
    pub fn into_inner(self) -> T {
        match self {
            Created::New(object) | Created::Before(object) => object,
        }
    }
}

impl<T> Created<T> {
    /// The object that was made now, or the one that `read` finds under the id of what was made before.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn of<M, E>(
        made: Made<M>,
        shape: impl FnOnce(M) -> Result<T, E>,
        read: impl AsyncFnOnce(Uuid) -> Result<T, E>,
    ) -> Result<Self, E> {
        match made {
            Made::New(object) => shape(object).map(Created::New),
            Made::Before(id) => read(id).await.map(Created::Before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_compared_with_a_former_digest_only_where_there_may_be_one() {
        let given = || GivenKey::given("k".into(), &[b"one".as_slice()]);
        let (known, newer) = (given().key(|| 7), given().without_former());
        assert_eq!((known.former, newer.former), (Some(7), None));
        assert_eq!((&newer.text, newer.fingerprint), (&known.text, known.fingerprint));
        assert_eq!(GivenKey::Fresh.without_former().former, None);
    }

    #[test]
    fn sets_of_keys_share_none() {
        let of = |text: &str, set| GivenKey::given(text.into(), &[]).among(set).without_former().text;
        assert_eq!(of("k", "one"), "one:k");
        assert_ne!(of("two:k", "one"), of("k", "two"));
        assert_eq!(GivenKey::Fresh.among("one"), GivenKey::Fresh);
    }
}

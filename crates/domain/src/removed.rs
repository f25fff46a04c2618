//! What is left of something that somebody removed where neither an audit log nor a row of its own tells of it: a spent key of theirs.
//! It says for as long as keys are kept that it was they, so that their repetition is answered as the first time. To all others what was
//! removed never was.

use ajet_protocol::{Timestamp, UserId};
use uuid::Uuid;

use crate::change::Change;
use crate::journal::DuplicateKey;
use crate::verb::KeySpace;
use crate::writer::SpentKey;

/// No verb has its keys there, so no client can spend one.
const REMOVED: KeySpace = KeySpace::Of("removed");

/// The key that is spent once a person has removed this.
#[must_use]
pub fn removal_key(by: UserId, object: Uuid) -> DuplicateKey {
    REMOVED.stored(by, &object.to_string())
}

/// The row by which a person has removed this.
pub(crate) fn removed(by: UserId, object: Uuid, at: Timestamp) -> Change {
    Change::SpendKey(SpentKey { key: removal_key(by, object), object, fingerprint: 0, at })
}

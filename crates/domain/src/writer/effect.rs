//! What the writer asks its shell to do, and what it is told.

use std::sync::Arc;

use ajet_protocol::Addressed;

use crate::ask::AskError;
use crate::journal::Append;
use crate::need::{Facts, Needs};
use crate::verb::{AnswerOf, RefusedOf};
use crate::writer::Core;

/// What a caller is told; `None`: another activation owns the entity, ask again with the same key.
pub type Told<C> = Option<Result<AnswerOf<C>, AskError<RefusedOf<C>>>>;

/// What the shell is to do.
pub enum Effect<C: Core, T> {
    /// Look these up, then [`super::Writer::gathered`]; `fresh`: what is remembered of rights will not do.
    Gather { needs: Box<Needs>, fresh: bool },
    /// Commit this, then [`super::Writer::appended`].
    Append(Append<C::Change>),
    /// Look at the stream, then [`super::Writer::sighted`].
    Look,
    /// Answer a caller.
    Answer(T, Told<C>),
    /// Durable events, in order, with the ACL version of their commit: deliver and publish them.
    Publish(Arc<Vec<Addressed>>),
    /// Stop, emitting nothing more: another activation has taken over, or must read afresh what is stored.
    StepAside,
}

/// What came of a lookup.
#[derive(Debug)]
pub enum Found {
    /// Read just now.
    Looked(Facts),
    /// Remembered: good enough to accept on, since the fence checks it, not to refuse on.
    Recalled(Facts),
    /// The store could not be asked.
    Away,
}

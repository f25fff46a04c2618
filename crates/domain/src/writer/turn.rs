//! What a verb's decision may look at, and what it leads to.

use ajet_protocol::{ChannelId, Timestamp};
use uuid::Uuid;

use crate::acl::Affected;
use crate::asked::{Caller, Key};
use crate::event::Emit;
use crate::need::{Facts, StandingOf};
use crate::{Standing, Universe};

/// What a decision may look at.
pub struct Turn<'a> {
    pub by: &'a Caller,
    pub key: Option<&'a Key>,
    pub facts: &'a Facts,
    /// The number of the next event on the stream.
    pub seq: u64,
    pub now: Timestamp,
    pub universe: &'a mut dyn Universe,
}

impl Turn<'_> {
    /// What the caller may do here: with the rights of the person who made it for a webhook, and within the scopes of a token.
    #[must_use]
    pub fn rights(&self, channel: Option<ChannelId>) -> Standing {
        self.within_scopes(self.facts.of(&StandingOf { user: self.by.rights_of(), channel }))
    }

    /// The same of rights of the caller's that another answer brought.
    #[must_use]
    pub fn within_scopes(&self, standing: Standing) -> Standing {
        match self.by.scopes {
            Some(scopes) => Standing { permissions: standing.permissions.and(scopes), ..standing },
            None => standing,
        }
    }
}

/// What a command leads to.
#[derive(Debug)]
pub struct Decision<C, A> {
    /// In the order in which they are numbered.
    pub events: Vec<Emit>,
    pub changes: Vec<C>,
    /// Whose rights may change; empty where nothing changes for anybody.
    pub raises: Vec<Affected>,
    /// The object that was made, where the verb takes a key.
    pub made: Option<Uuid>,
    pub answer: A,
}

impl<C, A> Decision<C, A> {
    /// Nothing is to be done, now or any more.
    #[must_use]
    pub fn nothing(answer: A) -> Self {
        Self { events: Vec::new(), changes: Vec::new(), raises: Vec::new(), made: None, answer }
    }

    /// The same with its answer in another form.
    #[must_use]
    pub fn map<B>(self, form: impl FnOnce(A) -> B) -> Decision<C, B> {
        let Self { events, changes, raises, made, answer } = self;
        Decision { events, changes, raises, made, answer: form(answer) }
    }
}

//! What writers look up before they decide: typed questions, all of one kind in one query, all kinds at once.
//!
//! Each kind is answered in its aggregate's file. A kind that no file answers does not compile here. Standings are the exception:
//! they come from what the node knows of rights (`src/rights`), which stands on the store.

use std::collections::HashMap;

use ajet_domain::Place;
use ajet_domain::need::{Facts, Needs, Question};
use ajet_protocol::{ChannelId, CommunityId};
use uuid::Uuid;

use super::{Store, StoreError};

/// Where questions are asked from.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    pub store: &'a Store,
    /// The nil id, which no community has, where the entity is in none.
    pub community: CommunityId,
    /// None where the community itself asks, or a person.
    pub channel: Option<ChannelId>,
}

/// What was found, with a value for every question.
pub type Answered<Q> = Result<HashMap<Q, <Q as Question>::Found>, StoreError>;

/// Answers one kind of question, all of a batch in one query.
pub trait Answers<Q: Question> {
    /// The answers to all of these.
    fn answer(&self, asked: &[Q]) -> impl Future<Output = Answered<Q>> + Send;
}

macro_rules! gather {
    (
        $(#[$first:meta])* standings: StandingOf => Standing,
        $($(#[$doc:meta])* $field:ident: $question:ident => $found:ty),+ $(,)?
    ) => {
        impl Lookup<'_> {
            /// Looks everything up but standings, each kind in a snapshot of its own. They belong together all the same: under this
            /// epoch no other writer changes these rows, but for accounts, which no decision about rights rests on, and what markers and
            /// notices find of a channel: the membership carries its version, and a message that is deleted later may have been told of.
            pub async fn gather(&self, needs: Needs) -> Result<Facts, StoreError> {
                // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
                let ($($field,)+) = tokio::join!($(self.all(&needs.$field)),+);
                let mut facts = Facts::default();
                $(facts.$field = $field?;)+
                Ok(facts)
            }
        }
    };
}

ajet_domain::with_questions!(gather);

impl<'a> Lookup<'a> {
    /// The look-ups of the entity whose events stand here: a community, a channel or a person.
    #[must_use]
    pub fn new(store: &'a Store, place: Place) -> Self {
        let community = place.community.unwrap_or(CommunityId(Uuid::nil()));
        Self { store, community, channel: place.channel }
    }

    async fn all<Q: Question>(&self, asked: &[Q]) -> Answered<Q>
    where
        Self: Answers<Q>,
    {
        if asked.is_empty() { Ok(HashMap::new()) } else { self.answer(asked).await }
    }
}

/// The answers to all questions: what was found, and the default for the others.
pub(super) fn complete<Q: Question>(
    asked: &[Q],
    found: impl IntoIterator<Item = (Q, Q::Found)>,
) -> HashMap<Q, Q::Found> {
    let mut answers: HashMap<_, _> =
        asked.iter().map(|question| (question.clone(), Q::Found::default())).collect();
    answers.extend(found);
    answers
}

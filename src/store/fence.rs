//! What a read for a person rests on, checked in the statement that reads.
//!
//! Rights are judged before the statement, from what the node remembers, by the domain's one rule. The statement itself tells whether
//! they still held: its first part looks whether a later change altered the rights of everyone, of the channel or of the person. If
//! so, it finds nothing and says that the judgement is stale. A statement never decides rights, and no other file looks at
//! `acl_changes` for a read.
//!
//! The check and the rows come from one snapshot. So whatever is shown was there while the person might see it, even if the statement
//! ran on a standby that lags: it would answer as of its own snapshot, which holds nothing that was written after a right had been
//! taken away. A snapshot older than the judgement itself proves nothing, since changes between the two are not in it: it counts as
//! stale. All pools go to the primary all the same, because a standby would not show the reader's own last write.
//!
//! Changes are kept as long as the event log, and the oldest go first. A judgement after which the next change is no longer there is
//! too old to be checked: it counts as stale.

use ajet_domain::Scope;
use ajet_protocol::{ChannelId, UserId};
use uuid::Uuid;

use super::streams::stored;

/// What a read is about, and so which changes of rights concern it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The scope itself and its people: no channel's rights matter.
    Community,
    /// One channel.
    Channel(ChannelId),
    /// All channels that the person sees: the rights of any of them matter.
    Channels,
}

/// For whom something is read, and as of which ACL version their rights were judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The community, or the direct message.
    pub scope: Scope,
    pub about: About,
    pub person: UserId,
    pub version: u64,
}

// As the statement takes them: `$1` to `$4` of every fenced statement, which may use them for its rows as well.
impl Fence {
    /// `$1`
    pub(super) fn scope(&self) -> Uuid {
        self.scope.0
    }

    /// `$2`
    pub(super) fn version(&self) -> i64 {
        stored(self.version)
    }

    /// `$3`; null: any channel. No channel has the nil id.
    pub(super) fn channel(&self) -> Option<Uuid> {
        match self.about {
            About::Community => Some(Uuid::nil()),
            About::Channel(channel) => Some(channel.0),
            About::Channels => None,
        }
    }

    /// `$4`
    pub(super) fn person(&self) -> Uuid {
        self.person.0
    }
}

/// What a fenced statement found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fenced<T> {
    /// The rights still held.
    Holds(T),
    /// They may have changed: they are to be judged anew.
    Stale,
}

impl<T> Fenced<T> {
    /// The same, with what was found in another form.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Fenced<U> {
        match self {
            Self::Holds(found) => Fenced::Holds(form(found)),
            Self::Stale => Fenced::Stale,
        }
    }

    /// The same, where the other form may not exist.
    pub fn try_map<U, E>(self, form: impl FnOnce(T) -> Result<U, E>) -> Result<Fenced<U>, E> {
        match self {
            Self::Holds(found) => form(found).map(Fenced::Holds),
            Self::Stale => Ok(Fenced::Stale),
        }
    }
}

impl<T> Fenced<Vec<T>> {
    /// The rows of a list. There is always at least one, which tells of the fence.
    pub(super) fn all<R: FencedRow<Found = T>>(rows: Vec<R>) -> Self {
        if !rows.first().is_some_and(R::holds) {
            return Self::Stale;
        }
        Self::Holds(rows.into_iter().filter_map(R::found).collect())
    }
}

impl<T> Fenced<Option<T>> {
    /// The row of a statement that finds one thing or none.
    pub(super) fn one<R: FencedRow<Found = T>>(row: R) -> Self {
        if row.holds() { Self::Holds(row.found()) } else { Self::Stale }
    }
}

/// A row as a fenced statement returns it: the fence, left joined with what was found.
pub(super) trait FencedRow {
    type Found;
    /// Whether the rights still held.
    fn holds(&self) -> bool;
    /// The row, if there is one.
    fn found(self) -> Option<Self::Found>;
}

/// Defines a row, and the same as a fenced statement returns it, where each of its columns may be missing.
macro_rules! fenced_row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident / $fenced:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($vis $field: $type),+ }

        /// The same, of a fenced statement.
        $vis struct $fenced {
            $vis holds: bool,
            $($vis $field: Option<$type>),+
        }

        impl $crate::store::fence::FencedRow for $fenced {
            type Found = $name;
            fn holds(&self) -> bool {
                self.holds
            }
            fn found(self) -> Option<$name> {
                Some($name { $($field: self.$field?),+ })
            }
        }
    };
}

/// The fence, before the statement that it guards, which begins with `select f.holds as "holds!"` and joins `from fence f left join …
/// on f.holds`: it returns at least one row, whatever it finds. `$1` to `$4` are the fence's own; the statement's arguments follow. The
/// statement is one literal, or several with `+` between them.
macro_rules! fenced {
    ($row:path, $fence:expr, $sql:tt $(+ $more:tt)* $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            "with fence as materialized (
               select exists (
                 select 1 from acl a where a.scope = $1 and a.version >= $2 and (a.version = $2 or (
                   exists (select 1 from acl_changes ch where ch.scope = a.scope and ch.version = $2 + 1)
                   and not exists (
                     select 1 from acl_changes ch where ch.scope = a.scope and ch.version > $2
                       and (ch.affects = 1 or (ch.affects = 2 and ($3::uuid is null or ch.id = $3)) or (ch.affects = 3 and ch.id = $4))
                   )
                 ))
               ) as holds
             ) "
                + $sql $(+ $more)*,
            $fence.scope(),
            $fence.version(),
            $fence.channel(),
            $fence.person(),
            $($argument),*
        )
    };
}

pub(super) use fenced;
pub(super) use fenced_row;

#[cfg(test)]
mod tests {
    use super::*;

    fenced_row! {
        struct One / FencedOne { id: i64, text: Option<String> }
    }

    fn row(holds: bool, id: Option<i64>) -> FencedOne {
        FencedOne { holds, id, text: Some(None) }
    }

    #[test]
    fn nothing_found_is_not_the_same_as_stale() {
        let ids =
            |found: Fenced<Vec<One>>| found.map(|all| all.into_iter().map(|one| one.id).collect::<Vec<_>>());
        assert_eq!(ids(Fenced::all(vec![row(true, Some(1)), row(true, Some(2))])), Fenced::Holds(vec![1, 2]));
        assert_eq!(ids(Fenced::all(vec![row(true, None)])), Fenced::Holds(vec![]));
        assert_eq!(ids(Fenced::all(vec![row(false, None)])), Fenced::Stale);
        let found = Fenced::one(row(true, Some(3)));
        assert!(matches!(found, Fenced::Holds(Some(One { id: 3, text: None }))));
        assert!(matches!(Fenced::one(row(true, None)), Fenced::Holds(None)));
        assert!(matches!(Fenced::one(row(false, None)), Fenced::Stale));
    }

    #[test]
    fn a_read_that_is_about_no_channel_rests_on_none_and_a_list_on_all() {
        let about = |about| {
            let (scope, person) = (Scope(Uuid::nil()), UserId(Uuid::nil()));
            Fence { scope, about, person, version: 1 }.channel()
        };
        let one = ChannelId(Uuid::from_u128(7));
        assert_eq!(about(About::Community), Some(Uuid::nil()));
        assert_eq!((about(About::Channel(one)), about(About::Channels)), (Some(one.0), None));
    }
}

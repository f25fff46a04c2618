//! Deletions that are repeated, as by a client that did not get the answer: what is gone already is answered as before, for as long as the audit
//! log tells of it, and to those who may delete such things. Of what no audit log names, the key tells that its removal spent, and that for who
//! removed it alone. To all others it is not there, as what never was.

use ajet_domain::Standing;
use ajet_domain::asked::Caller;
use ajet_domain::removed::removal_key;
use ajet_domain::verb::{Listed, Verb};
use ajet_protocol::{Code, Permission, UserId};
use uuid::Uuid;

use super::reading::{Reading, belongs, may};
use super::{Context, Failure};
use crate::cluster::{IdOf, Lives};

/// Something of a community that is to be deleted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deletion {
    /// What the community's audit log calls it.
    pub action: &'static str,
    pub id: Uuid,
    /// What allows it, and tells others than who deleted it that it is gone. `None` where it stood in a channel, which they may not see.
    pub right: Option<Permission>,
}

/// What becomes of a removal: what the person had removed before, and is not there therefore, is removed.
///
/// # Errors
/// Those of the removal; others of [`Failure`]
pub(super) async fn again_as_before(
    context: &Context,
    person: UserId,
    object: Uuid,
    removal: Result<(), Failure>,
) -> Result<(), Failure> {
    match removal {
        Err(failure) if failure.code == Code::NotFound => {
            let spent = context.store.made_under(&removal_key(person, object)).await?;
            spent.map(drop).ok_or(failure)
        }
        removal => removal,
    }
}

impl Deletion {
    /// Asks the community where the thing is; what it decides is what becomes of the request, unless the thing was deleted before.
    ///
    /// # Errors
    /// Those of the verb; others of [`Failure`]
    pub async fn ask<V>(
        self,
        context: &Context,
        by: Caller,
        home: Option<IdOf<V>>,
        verb: V,
    ) -> Result<(), Failure>
    where
        V: Listed<Entity: Lives> + Verb<Answer = ()>,
    {
        let decided = match home {
            Some(community) => context.ask(community, by.clone(), verb).await,
            None => Err(Failure::not_found()),
        };
        match decided {
            Err(failure) if failure.code == Code::NotFound && self.was_done(context, &by).await? => Ok(()),
            decided => decided,
        }
    }

    /// Whether it was done before, and the caller did it or might have done it.
    async fn was_done(self, context: &Context, by: &Caller) -> Result<bool, Failure> {
        let Some(noted) = context.store.noted_deletion(self.action, self.id).await? else {
            return Ok(false);
        };
        if self.right.is_some_and(|right| !by.scopes.is_none_or(|scopes| scopes.contains(right))) {
            return Ok(false);
        }
        let did_it = noted.actor == Some(by.id());
        let judge = |standing: Standing| match self.right {
            _ if did_it => belongs(standing),
            Some(right) => may(right)(standing),
            None => Err(Failure::not_found()),
        };
        match Reading::of(context, by.rights_of(), noted.community).let_in_now(judge).await {
            Ok(()) => Ok(true),
            Err(failure) if [Code::NotFound, Code::Forbidden].contains(&failure.code) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

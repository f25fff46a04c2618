//! All that a deleted community had goes: its channels with what they had, some at a time, then its people with their roles, its bans,
//! invites and audit log, its roles and categories, and at the end its own row.
//!
//! The command that deleted it marked its row. Each step finds what is left by that row and by those of the channels, which so go last of
//! what they lead to. Events stay until their retention ends.

use ajet_protocol::{Code, CommunityId};

use super::channel_delete::{PAUSE, remove_all};
use crate::store::removal::{OfCommunity, Removed};
use crate::usecases::{Context, Failure};

/// Removes all that is left of a community.
///
/// # Errors
/// The store is away, or the community is not deleted.
pub async fn run(context: &Context, community: CommunityId) -> Result<(), Failure> {
    let store = &context.store;
    if store.has_community(community).await? {
        return Err(Failure::new(Code::Forbidden, "The community is not deleted."));
    }
    loop {
        let channels = store.channels_to_remove(community).await?;
        if channels.is_empty() {
            break;
        }
        remove_all(store, &channels).await?;
        store.remove_channels(&channels).await?;
    }
    for what in OfCommunity::ALL {
        while store.remove_of_community(what, community).await? == Removed::Some {
            tokio::time::sleep(PAUSE).await;
        }
    }
    store.remove_community(community).await?;
    Ok(())
}

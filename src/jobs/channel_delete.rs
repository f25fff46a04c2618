//! What a deleted channel had goes: its messages with their reactions, what people were told of it, and how they had set it.
//!
//! The channel's own row went with the command that deleted it. Events stay until their retention ends.

use std::time::Duration;

use ajet_protocol::{ChannelId, Code};

use crate::store::removal::{OfChannels, Removed};
use crate::store::{Store, StoreError};
use crate::usecases::{Context, Failure};

/// Between two statements: others get on meanwhile.
pub(super) const PAUSE: Duration = Duration::from_millis(10);

/// Removes all that is left of a channel.
///
/// # Errors
/// The store is away, or the channel is still there.
pub async fn run(context: &Context, channel: ChannelId) -> Result<(), Failure> {
    let store = &context.store;
    if store.has_channel(channel).await? {
        return Err(Failure::new(Code::Forbidden, "The channel is still there."));
    }
    remove_all(store, &[channel]).await?;
    Ok(())
}

/// Removes all rows of some channels but their own.
pub(super) async fn remove_all(store: &Store, channels: &[ChannelId]) -> Result<(), StoreError> {
    for channel in channels {
        while store.remove_messages(*channel).await? == Removed::Some {
            tokio::time::sleep(PAUSE).await;
        }
    }
    while store.mark_attachments_of(channels).await? == Removed::Some {
        tokio::time::sleep(PAUSE).await;
    }
    for what in OfChannels::ALL {
        while store.remove_of_channels(what, channels).await? == Removed::Some {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

//! Slow mode: set for a channel, and told to those whom it makes wait.

use std::time::Duration;

use ajet_domain::asked::Caller;
use ajet_domain::community::SetSlowMode;
use ajet_domain::slash::in_words;
use ajet_protocol::{Channel, ChannelId, Code, Timestamp, UserId};

use super::{Context, Failure, channels};

/// Sets the pause between two messages of one person in a channel; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn set(context: &Context, by: Caller, set: SetSlowMode) -> Result<Channel, Failure> {
    let (id, reader) = (set.channel_id, by.id());
    let community = context.community_of(id).await?;
    context.ask(community, by, set).await?;
    channels::get(context, reader, id).await
}

/// What became of a post; where slow mode refused it, with the time after which the author may try again.
///
/// # Errors
/// [`Failure`], that of the post
pub(super) async fn told_when<T>(
    context: &Context,
    (author, channel): (UserId, ChannelId),
    posted: Result<T, Failure>,
) -> Result<T, Failure> {
    match posted {
        Err(refused) if refused.code == Code::SlowMode => {
            let until = context.store.posts_again_at(channel, author).await?;
            let retry_after = until.map_or(refused.retry_after, |until| pause(context.now(), until));
            let left = in_words(at_a_glance(retry_after.as_secs()));
            let detail = format!("This channel is in slow mode: you may post again in {left}.");
            Err(Failure { retry_after, detail, ..refused })
        }
        other => other,
    }
}

/// Whole seconds until then, at least one.
fn pause(now: Timestamp, until: Timestamp) -> Duration {
    let left = until.unix_millis().saturating_sub(now.unix_millis());
    Duration::from_secs(left.div_ceil(1000).max(1))
}

/// A time that is not over sooner, in seconds, minutes or hours as people read them.
fn at_a_glance(seconds: u64) -> u64 {
    let unit = match seconds {
        0..=90 => 1,
        91..=5400 => 60,
        _ => 3600,
    };
    seconds.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_as_long_as_told_may_post() {
        let at = Timestamp::from_unix_millis;
        for (now, until, seconds) in [(0, 5_000, 5), (1, 5_000, 5), (4_001, 5_000, 1), (6_000, 5_000, 1)] {
            assert_eq!(pause(at(now), at(until)), Duration::from_secs(seconds), "{now} {until}");
        }
    }

    #[test]
    fn a_wait_is_told_in_units_that_people_read() {
        let told = [1, 45, 89, 91, 299, 5401, 21_573].map(|seconds| in_words(at_a_glance(seconds)));
        let expected =
            ["1 second", "45 seconds", "89 seconds", "2 minutes", "5 minutes", "2 hours", "6 hours"];
        assert_eq!(told, expected);
    }
}

//! Reactions to messages.

use ajet_domain::asked::Caller;
use ajet_domain::channel::{React, Unreact};
use ajet_protocol::MessageId;

use super::{Context, Failure, Found};

/// Puts an emoji under a message; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn add(context: &Context, by: Caller, message_id: MessageId, emoji: &str) -> Result<(), Failure> {
    let emoji = kept(emoji)?;
    let channel = context.store.channel_of(message_id).await?.or_not_found()?;
    context.ask(channel, by, React { message_id, emoji }).await
}

/// Takes one's own emoji back; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(
    context: &Context,
    by: Caller,
    message_id: MessageId,
    emoji: &str,
) -> Result<(), Failure> {
    let emoji = kept(emoji)?;
    let channel = context.store.channel_of(message_id).await?.or_not_found()?;
    context.ask(channel, by, Unreact { message_id, emoji }).await
}

/// An emoji in the form in which it is kept: the channel compares texts.
fn kept(emoji: &str) -> Result<String, Failure> {
    let emoji = ajet_markup::as_emoji(emoji);
    emoji.map(str::to_owned).ok_or_else(|| Failure::field("emoji", "bad_format", "is not exactly one emoji"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_emoji_is_the_fault_of_that_field() {
        assert_eq!(kept("❤").ok().as_deref(), Some("❤\u{fe0f}"));
        let failure = kept(":heart:").expect_err("is a name");
        assert_eq!(
            (failure.errors[0].field.as_str(), failure.errors[0].code.as_str()),
            ("emoji", "bad_format")
        );
    }
}

//! Reactions to messages.

use ajet_domain::asked::Caller;
use ajet_domain::channel::{React, Unreact};
use ajet_protocol::{MessageId, Page, PageQuery, User, UserId};

use super::reading::{Reading, sees};
use super::{Context, Failure};

/// Puts an emoji under a message; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn add(context: &Context, by: Caller, message_id: MessageId, emoji: &str) -> Result<(), Failure> {
    let emoji = kept(emoji)?;
    let channel = context.channel_of(message_id).await?;
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
    let channel = context.channel_of(message_id).await?;
    context.ask(channel, by, Unreact { message_id, emoji }).await
}

/// The people who put an emoji under a message, by their ids; none where no one did.
///
/// # Errors
/// [`Failure`]
pub async fn who(
    context: &Context,
    reader: UserId,
    (message, emoji): (MessageId, &str),
    query: &PageQuery,
) -> Result<Page<User>, Failure> {
    let emoji = kept(emoji)?;
    let channel = context.channel_of(message).await?;
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.who_reacted(fence, (message, &emoji), query)).await
}

/// An emoji in the form in which it is kept: the channel compares texts. A custom one is kept as `:name:`; whether the community has it,
/// the channel asks.
fn kept(emoji: &str) -> Result<String, Failure> {
    if is_custom(emoji) {
        return Ok(emoji.to_owned());
    }
    let emoji = ajet_markup::as_emoji(emoji);
    emoji.map(str::to_owned).ok_or_else(|| Failure::field("emoji", "bad_format", "is not exactly one emoji"))
}

/// Whether it is the name of a custom emoji between colons.
fn is_custom(emoji: &str) -> bool {
    let name = emoji.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).unwrap_or_default();
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    (2..=32).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_kept_in_one_form() {
        for (given, form) in [("❤", "❤\u{fe0f}"), (":party_9:", ":party_9:")] {
            assert_eq!(kept(given).ok().as_deref(), Some(form));
        }
    }

    #[test]
    fn what_is_no_emoji_is_the_fault_of_that_field() {
        let long = format!(":{}:", "a".repeat(33));
        for given in ["heart", ":heart", "heart:", "::", ":", ":a:", ":Heart:", ":ä_ä:", ":a b:", &long] {
            let failure = kept(given).expect_err("is none");
            assert_eq!(
                (failure.errors[0].field.as_str(), failure.errors[0].code.as_str()),
                ("emoji", "bad_format"),
                "{given}"
            );
        }
    }
}

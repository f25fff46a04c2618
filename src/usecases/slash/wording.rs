//! What commands say to who typed them, in the words of a language.

use ajet_domain::slash::in_words;
use ajet_protocol::CommandInfo;

/// What a command answers to its caller alone. Names are as they were given: who words it makes Markdown of them.
pub enum Reply<'a> {
    /// This many messages were deleted.
    Purged(u32),
    /// After this many seconds.
    RemindedIn(u64),
    /// Somebody may come in by an address.
    MayComeIn { username: &'a str, url: &'a str },
    /// The token of a bot; `None` where it was made before under the same key, and is not shown again.
    Token { bot: &'a str, token: Option<&'a str> },
    /// The address of a webhook; `None` where it was made before under the same key, and is not shown again.
    Webhook(Option<&'a str>),
    /// The community has no webhooks that the caller may manage.
    NoWebhooks,
    /// There are more webhooks than a page lists.
    MoreWebhooks,
}

/// A language, as far as commands speak it.
#[derive(Debug, Clone, Copy)]
pub struct Wording {
    /// How a command is described.
    pub described: fn(CommandInfo) -> CommandInfo,
    /// A reply, as Markdown.
    pub replied: fn(&Reply<'_>) -> String,
}

impl Wording {
    /// What the API says.
    pub const ENGLISH: Self = Self { described: std::convert::identity, replied: english };
}

/// A person in a reply.
#[must_use]
pub fn called(username: &str) -> String {
    format!("@{}", ajet_markup::escape(username))
}

fn english(reply: &Reply<'_>) -> String {
    match reply {
        Reply::Purged(deleted) => {
            let plural = if *deleted == 1 { "" } else { "s" };
            format!("Deleted {deleted} message{plural}.")
        }
        Reply::RemindedIn(seconds) => format!("You will be reminded in {}.", in_words(*seconds)),
        Reply::MayComeIn { username, url } => format!("{} may come in by {url}", called(username)),
        Reply::Token { bot, token } => {
            let bot = ajet_markup::escape(bot);
            match token {
                Some(token) => format!("The token of **{bot}**, which is shown this once: `{token}`"),
                None => format!("The token of **{bot}** was made before, and is not shown again."),
            }
        }
        Reply::Webhook(Some(url)) => format!("The address of the webhook, which is shown this once: {url}"),
        Reply::Webhook(None) => "The webhook was made before, and its address is not shown again.".to_owned(),
        Reply::NoWebhooks => "There are no webhooks here.".to_owned(),
        Reply::MoreWebhooks => "…and more".to_owned(),
    }
}

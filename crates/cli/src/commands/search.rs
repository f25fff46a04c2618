//! `ajet-chat search`.

use ajet_protocol::{SearchQuery, SearchSort, SearchType};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named;

const MESSAGES: [Column; 5] = [
    ("id", "message.id"),
    ("at", "message.created_at"),
    ("channel", "message.channel_id"),
    ("author", "message.author.username"),
    ("text", "message.body_md"),
];
const CHANNELS: [Column; 3] = [("id", "channel.id"), ("name", "channel.name"), ("topic", "channel.topic")];
const PEOPLE: [Column; 3] = [("id", "user.id"), ("username", "user.username"), ("name", "user.display_name")];

#[derive(Debug, clap::Args)]
pub struct Search {
    /// Words, all of which are there; "a phrase", from:ann, in:general, has:link|file|image, before: and after: a day.
    #[arg(required = true)]
    words: Vec<String>,
    /// What to find: messages, channels or users.
    #[arg(long = "type", value_name = "TYPE", default_value = "messages")]
    kind: String,
    /// In this channel alone.
    #[arg(long, value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    channel: Option<String>,
    /// By this person alone.
    #[arg(long, value_name = "PERSON", add = ArgValueCompleter::new(complete::people))]
    author: Option<String>,
    /// The order: newest or best.
    #[arg(long, default_value = "newest")]
    sort: String,
    /// Where the last page ended, as it said.
    #[arg(long, value_name = "NEXT")]
    next: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

/// Finds something.
pub async fn run(app: &App, args: Search) -> Done {
    let kind: SearchType = named("--type", &args.kind)?;
    let sort: SearchSort = named("--sort", &args.sort)?;
    let channel_id = match &args.channel {
        Some(channel) => Some(app.channel("--channel", channel).await?),
        None => None,
    };
    let author_id = match &args.author {
        Some(author) => Some(app.person("--author", author).await?.id),
        None => None,
    };
    let community_id = match app.options.community {
        Some(_) => Some(app.community().await?.community.id),
        None => None,
    };
    let words: Vec<String> = args.words.iter().map(|word| quoted(word)).collect();
    let query = SearchQuery {
        q: words.join(" ").into(),
        kind,
        community_id,
        channel_id,
        author_id,
        sort,
        page: args.paging.query(),
        next: args.next,
    };
    let found = app.client()?.search(&query).await?;
    let columns: &[Column] = match kind {
        SearchType::Messages => &MESSAGES,
        SearchType::Channels => &CHANNELS,
        SearchType::Users => &PEOPLE,
    };
    app.screen.list(&found, columns)?;
    if let Some(next) = &found.next {
        app.screen.note(format!("the next page: --next {next}"));
    }
    Ok(())
}

/// A word that the shell took out of its quotes is a phrase.
fn quoted(word: &str) -> String {
    let is_phrase = word.contains(char::is_whitespace) && !word.contains('"') && !word.contains(':');
    if is_phrase { format!("\"{word}\"") } else { word.to_owned() }
}

//! `ajet-chat poll` and `vote`.

use ajet_protocol::{PostMessage, PostPoll};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::complete;
use crate::failure::Done;

#[derive(Debug, clap::Args)]
pub struct Poll {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    to: String,
    question: String,
    #[arg(required = true, num_args = 2..)]
    option: Vec<String>,
    /// Several options may be chosen.
    #[arg(long)]
    multiple: bool,
    /// When it closes: 2d, 2026-11-28 09:00 or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    closes: Option<String>,
    /// What is said above it; the question if not given.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Vote {
    message: String,
    /// The places of the options, the first one is 0.
    option: Vec<i64>,
}

/// Asks a question.
pub async fn poll(app: &App, args: Poll) -> Done {
    let closes_at = args.closes.as_deref().map(|text| app.later("--closes", text)).transpose()?;
    let channel = app.channel("CHANNEL", &args.to).await?;
    let poll = PostPoll {
        question: args.question.as_str().into(),
        options: args.option.iter().map(|option| option.as_str().into()).collect(),
        multiple: args.multiple,
        closes_at,
    };
    let request = PostMessage {
        body_md: args.text.unwrap_or(args.question).into(),
        poll: Some(poll),
        client_mutation_id: app.key(),
        ..PostMessage::default()
    };
    let message = app.client()?.post(channel, &request).await?;
    let names = app.names_for(std::slice::from_ref(&message)).await.unwrap_or_default();
    app.screen.message(&message, &names)
}

/// Votes, or takes a vote back.
pub async fn vote(app: &App, args: Vote) -> Done {
    let id = app.message("MESSAGE", &args.message).await?;
    let message = app.client()?.vote(id, &args.option).await?;
    let names = app.names_for(std::slice::from_ref(&message)).await.unwrap_or_default();
    app.screen.message(&message, &names)
}

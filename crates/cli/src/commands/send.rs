//! `ajet-chat send`: says something, now or later, with files.

use ajet_protocol::{AttachmentId, ChannelId, MessageId, PostMessage, ScheduleMessage};
use clap_complete::engine::ArgValueCompleter;

use super::files::upload_file;
use super::scheduled::SCHEDULED;
use crate::app::App;
use crate::complete;
use crate::failure::{Done, Failure};

#[derive(Debug, clap::Args)]
pub struct Send {
    /// Where: general, @ann, @ann,@bob, an id or the address of a page.
    #[arg(value_name = "CHANNEL|@PERSON", add = ArgValueCompleter::new(complete::channels))]
    to: String,
    /// The text, in Markdown; without it, or with -, the input.
    #[arg(value_name = "TEXT|-")]
    text: Vec<String>,
    /// Send this file along; may be given ten times.
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: Vec<std::path::PathBuf>,
    /// Reply to this message, in its thread.
    #[arg(long, value_name = "MESSAGE")]
    thread: Option<String>,
    /// Show the reply in the channel as well.
    #[arg(long, requires = "thread")]
    also_to_channel: bool,
    /// Send it later: 2026-11-28 09:00, 09:00, 2h or an RFC 3339 time.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["file", "also_to_channel"])]
    at: Option<String>,
}

/// Says it, and shows the message as it is then.
pub async fn run(app: &App, args: Send) -> Done {
    let at = args.at.as_deref().map(|at| app.later("--at", at)).transpose()?;
    let channel = app.channel("CHANNEL", &args.to).await?;
    let parent = match &args.thread {
        Some(thread) => Some(app.message("--thread", thread).await?),
        None => None,
    };
    let body = body(app, &args).await?;
    if let Some(send_at) = at {
        let request = ScheduleMessage {
            body_md: body.into(),
            parent_id: parent,
            send_at,
            client_mutation_id: app.key(),
        };
        let scheduled = app.client()?.schedule(channel, &request).await?;
        return app.screen.show(&scheduled, &SCHEDULED);
    }
    let attachment_ids = attached(app, channel, &args.file).await?;
    post(app, channel, Say { body, parent, also_to_channel: args.also_to_channel, attachment_ids }).await
}

/// What is to be said.
struct Say {
    body: String,
    parent: Option<MessageId>,
    also_to_channel: bool,
    attachment_ids: Vec<AttachmentId>,
}

async fn post(app: &App, channel: ChannelId, say: Say) -> Done {
    let request = PostMessage {
        body_md: say.body.into(),
        parent_id: say.parent,
        also_to_channel: say.also_to_channel,
        attachment_ids: say.attachment_ids,
        poll: None,
        client_mutation_id: app.key(),
    };
    let message = app.client()?.post(channel, &request).await?;
    let names = app.names_for(std::slice::from_ref(&message)).await.unwrap_or_default();
    app.screen.message(&message, &names)
}

/// The text: the words, or the input. A file may go without one.
async fn body(app: &App, args: &Send) -> Result<String, Failure> {
    if args.text.is_empty() && !args.file.is_empty() {
        return Ok(String::new());
    }
    app.words("TEXT", &args.text).await
}

async fn attached(
    app: &App,
    channel: ChannelId,
    files: &[std::path::PathBuf],
) -> Result<Vec<AttachmentId>, Failure> {
    let mut ids = Vec::new();
    // Under the same key a message has the same files.
    for (number, file) in (1..).zip(files) {
        ids.push(upload_file(app, channel, file, (None, app.key_of_part(number))).await?.id);
    }
    Ok(ids)
}

//! Effects that are calls of the server, and what comes of them.
//!
//! Most run beside each other. Changes of one message arrive in the order in which they were asked for, since an earlier edit that the
//! client sends again would take the place of a later one; and so do marks of all kinds.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::{Client, Error, Retries};
use ajet_protocol::{
    AttachmentId, ChannelId, KeepDraft, MessageId, MessageQuery, MuteChannel, Page, PageQuery, PostMessage,
    ReadNotifications, RunCommand, SaveMessage, SearchQuery, TypingState, User,
};
use tokio::sync::mpsc::{self, Sender, error::TrySendError};
use tokio::task::JoinHandle;

use super::files;
use super::turns::Turns;
use crate::effect::Effect;
use crate::message::{Failure, Message, Reply};
use crate::pictures::Picture;
use crate::state::Command;
use crate::state::outbox::Unsent;
use crate::state::timeline::Way;
use crate::text::clean;
use crate::update::replies::MARKED_READ;

/// Messages of a page.
const PAGE: i64 = 60;
/// Lines of other lists.
const LIST: i64 = 100;
/// People of a channel.
const PEOPLE: i64 = 200;
/// Effects that wait for their turn at most; more are refused, as only a server that is away makes so many wait.
const QUEUED: usize = 256;
/// Why an effect is refused for which there is no room.
const NO_ROOM: &str = "too much waits for the server";
/// Why one is refused that nothing carries out any more.
const BROKEN: &str = "a part of this program has failed: start it again";
/// How long a file may take.
const FILE_TAKES: Duration = Duration::from_secs(300);

/// What an error says to people.
#[must_use]
pub fn failure(error: &Error) -> Failure {
    let text = match error {
        Error::Problem(problem) => match problem.errors.first() {
            Some(field) if problem.detail.is_empty() => format!("{} {}", field.field, field.message),
            _ if problem.detail.is_empty() => problem.title.clone(),
            _ => problem.detail.clone(),
        },
        Error::Status { status, .. } => format!("the server answered {status}"),
        Error::Transport(error) if error.is_timeout() => "no answer in time".to_owned(),
        Error::Transport(_) => "the server is not reached".to_owned(),
        Error::Unreadable(_) => "an answer that this version can't read".to_owned(),
        Error::Device(_) | Error::GaveUp => error.to_string(),
    };
    let text = clean::line(&text).into_owned();
    Failure { text, code: error.code(), is_passing: error.is_passing() }
}

/// Calls of one client.
pub struct Calls {
    client: Client,
    out: Sender<Message>,
    /// Edits, votes and deletions.
    changes: Turns,
    /// Drafts, typing, markers, reactions and the like.
    marks: Queue,
}

/// Effects that are carried out one after another, whatever they are about.
struct Queue {
    /// None once nothing more comes.
    waiting: Option<Sender<Effect>>,
    task: JoinHandle<()>,
}

impl Queue {
    fn new(client: Client, out: Sender<Message>) -> Self {
        let (waiting, mut next) = mpsc::channel(QUEUED);
        let task = tokio::spawn(async move {
            while let Some(effect) = next.recv().await {
                // When the client ends it listens no more, and what is left is still carried out.
                tell_of(&out, in_order(&client, effect).await);
            }
        });
        Self { waiting: Some(waiting), task }
    }

    /// Waits until it is empty.
    async fn finish(mut self) {
        self.waiting = None;
        // A panic in it has been told already.
        let _ = (&mut self.task).await;
    }
}

impl Calls {
    /// Calls whose results are told to `out`.
    #[must_use]
    pub fn new(client: Client, out: Sender<Message>) -> Self {
        let marks = Queue::new(client.clone(), out.clone());
        Self { changes: Turns::new(QUEUED), marks, client, out }
    }

    /// Carries an effect out; what is no call comes back.
    pub fn carry_out(&mut self, effect: Effect) -> Option<Effect> {
        if let Some(message) = changed(&effect) {
            self.change(message, effect);
            return None;
        }
        if is_mark(&effect) {
            self.mark(effect);
            return None;
        }
        if !is_call(&effect) {
            return Some(effect);
        }
        let (client, out) = (self.client.clone(), self.out.clone());
        tokio::spawn(async move {
            let reply = Box::pin(answer(&client, effect)).await;
            if let Some(reply) = reply {
                let _ = out.send(Message::Reply(Box::new(reply))).await;
            }
        });
        None
    }

    fn change(&mut self, message: MessageId, effect: Effect) {
        let (client, out) = (self.client.clone(), self.out.clone());
        match self.changes.place() {
            Some(place) => self.changes.run(message, place, async move {
                tell_of(&out, in_order(&client, effect).await);
            }),
            None => tell_refused(&out, effect, NO_ROOM),
        }
    }

    fn mark(&self, effect: Effect) {
        let Some(waiting) = &self.marks.waiting else { return };
        match waiting.try_send(effect) {
            Ok(()) => {}
            Err(TrySendError::Full(effect)) => tell_refused(&self.out, effect, NO_ROOM),
            Err(TrySendError::Closed(effect)) => tell_refused(&self.out, effect, BROKEN),
        }
    }

    /// Waits until all changes and marks have ended.
    pub async fn finish(self) {
        tokio::join!(self.changes.finish(), self.marks.finish());
    }
}

/// The message that an edit, a vote or a deletion changes.
fn changed(effect: &Effect) -> Option<MessageId> {
    match effect {
        Effect::Edit { message, .. } | Effect::Vote { message, .. } | Effect::Delete(message) => {
            Some(*message)
        }
        _ => None,
    }
}

/// Drafts, typing, markers, reactions and the like.
fn is_mark(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::KeepDraft { .. }
            | Effect::DropDraft { .. }
            | Effect::Typing { .. }
            | Effect::MarkRead { .. }
            | Effect::MarkUnread { .. }
            | Effect::React { .. }
            | Effect::Pin { .. }
            | Effect::Save { .. }
            | Effect::Follow { .. }
            | Effect::Mute { .. }
            | Effect::ReadNotification(_)
            | Effect::Heartbeat
    )
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Tells of an answer at once, or else when there is room: the queue does not wait for that.
fn tell_of(out: &Sender<Message>, reply: Reply) {
    if let Err(TrySendError::Full(message)) = out.try_send(Message::Reply(Box::new(reply))) {
        let out = out.clone();
        tokio::spawn(async move { out.send(message).await });
    }
}

fn tell_refused(out: &Sender<Message>, effect: Effect, why: &str) {
    if let Some(reply) = refused(effect, why) {
        tell_of(out, reply);
    }
}

/// What is said of an effect that is not carried out; nothing of those that tell of a passing state or come again by themselves, and of
/// drafts, which are kept once more with the next connection.
fn refused(effect: Effect, why: &str) -> Option<Reply> {
    let failure = Failure { text: why.to_owned(), code: None, is_passing: true };
    let what = name_of(&effect);
    match effect {
        Effect::Edit { message, text } => Some(Reply::Edited { message, text, result: Err(failure) }),
        Effect::Vote { .. } => Some(Reply::Changed { what, result: Err(failure) }),
        _ if what.is_empty() => None,
        _ => Some(Reply::Done { what, result: Err(failure) }),
    }
}

/// What a call is called where it fails. Empty for an edit, of which the text is shown, and where it fails without harm.
fn name_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::Vote { .. } => "vote",
        Effect::Delete(_) => "delete it",
        Effect::MarkRead { .. } => MARKED_READ,
        Effect::MarkUnread { .. } => "mark it as unread",
        Effect::React { on: true, .. } => "react",
        Effect::React { on: false, .. } => "take it back",
        Effect::Pin { on: true, .. } => "pin it",
        Effect::Pin { on: false, .. } => "take its pin away",
        Effect::Save { on: true, .. } => "save it",
        Effect::Save { on: false, .. } => "take it out of what you saved",
        Effect::Follow { on: true, .. } => "follow it",
        Effect::Follow { on: false, .. } => "stop following it",
        Effect::Mute { .. } => "mute it",
        _ => "",
    }
}

fn is_call(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::KeepUnsent(_)
            | Effect::ForgetUnsent(_)
            | Effect::LoadUnsent(_)
            | Effect::ListFiles(_)
            | Effect::Refetch
            | Effect::Notify { .. }
            | Effect::Title(_)
            | Effect::Copy(_)
            | Effect::OpenUrl(_)
            | Effect::Editor(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit
    )
}

/// One that waits for its turn.
async fn in_order(client: &Client, effect: Effect) -> Reply {
    let what = name_of(&effect);
    let result = match effect {
        Effect::Edit { message, text } => {
            let result = client.edit(message, &text).await.map(Box::new).map_err(|error| failure(&error));
            return Reply::Edited { message, text, result };
        }
        Effect::Vote { message, options } => {
            let result = client.vote(message, &options).await.map(Box::new).map_err(|error| failure(&error));
            return Reply::Changed { what, result };
        }
        Effect::Save { message, on: true } => match save(client, message).await {
            Ok(()) => return Reply::Saved(message),
            Err(error) => Err(error),
        },
        Effect::Delete(message) => client.delete(message).await,
        Effect::KeepDraft { channel, parent, text } => {
            let draft = KeepDraft { body_md: text.into(), parent_id: parent };
            client.keep_draft(channel, &draft).await.map(drop)
        }
        Effect::DropDraft { channel, parent } => client.drop_draft(channel, parent).await,
        Effect::Typing { channel, on } => {
            let state = if on { TypingState::Start } else { TypingState::Stop };
            client.with_retries(Retries::none()).typing(channel, state).await
        }
        Effect::Heartbeat => client.with_retries(Retries::none()).heartbeat().await,
        Effect::MarkRead { channel, message } => client.mark_read(channel, message).await,
        Effect::MarkUnread { channel, message } => client.mark_unread(channel, message).await,
        Effect::React { message, emoji, on: true } => client.react(message, &emoji).await,
        Effect::React { message, emoji, on: false } => client.unreact(message, &emoji).await,
        Effect::Pin { message, on: true } => client.pin(message).await,
        Effect::Pin { message, on: false } => client.unpin(message).await,
        Effect::Save { message, on: false } => client.unsave(message).await,
        Effect::Follow { message, on: true } => client.follow(message).await,
        Effect::Follow { message, on: false } => client.unfollow(message).await,
        Effect::Mute { channel, on } => client.mute_channel(channel, &MuteChannel { muted: on }).await,
        Effect::ReadNotification(id) => {
            let ids = ReadNotifications { ids: Some(vec![id]), all: None };
            client.read_notifications(&ids).await.map(drop)
        }
        _ => Ok(()),
    };
    Reply::Done { what, result: result.map_err(|error| failure(&error)) }
}

/// Saves a message. One that is saved already stays so, with its note and its time: both would be replaced.
async fn save(client: &Client, message: MessageId) -> Result<(), Error> {
    if client.saved_one(message).await?.is_none() {
        client.save(message, &SaveMessage::default()).await?;
    }
    Ok(())
}

/// One that runs by itself.
async fn answer(client: &Client, effect: Effect) -> Option<Reply> {
    let fail = |error: Error| failure(&error);
    Some(match effect {
        Effect::Load { channel, way, turn } => {
            let result = client.history(channel, &query(way)).await.map_err(fail);
            Reply::Page { channel, way, turn, result }
        }
        Effect::LoadReplies { root, way, turn } => {
            let result = client.replies(root, &query(way).page).await.map_err(fail);
            Reply::Replies { root, way, turn, result }
        }
        Effect::Refresh(id) => {
            Reply::Message { id, result: client.message(id).await.map(Box::new).map_err(fail) }
        }
        Effect::Find(id) => Reply::Found(client.message(id).await.map(Box::new).map_err(fail)),
        Effect::Post(unsent) => post(client, unsent).await,
        Effect::Run { channel, text, key } => {
            let request = RunCommand {
                channel_id: channel,
                text: text.as_str().into(),
                client_mutation_id: Some(key.clone()),
            };
            let result = client.run_command(&request).await.map(Box::new).map_err(fail);
            Reply::Ran { command: Command { channel, text, key }, result }
        }
        other => return places(client, other).await,
    })
}

/// Calls about people, places and lists.
async fn places(client: &Client, effect: Effect) -> Option<Reply> {
    let fail = |error: Error| failure(&error);
    let list = PageQuery { limit: Some(LIST), ..PageQuery::default() };
    Some(match effect {
        Effect::Person(id) => Reply::Person(client.user(id).await.map_err(fail)),
        Effect::Members(channel) => {
            let query = PageQuery { limit: Some(PEOPLE), ..PageQuery::default() };
            Reply::Members { channel, result: client.channel_members(channel, &query).await.map_err(fail) }
        }
        Effect::Online(community) => Reply::Online(client.online(community).await.map_err(fail)),
        Effect::Commands(community) => {
            let result = client.commands(community).await.map(|page| page.items).map_err(fail);
            Reply::Commands { community, result }
        }
        Effect::Search { text, community } => {
            let query = SearchQuery {
                q: text.as_str().into(),
                community_id: community,
                page: list,
                ..SearchQuery::default()
            };
            Reply::Search { text, result: client.search(&query).await.map_err(fail) }
        }
        Effect::Inbox => Reply::Inbox(client.notifications(false, &list).await.map_err(fail)),
        Effect::SavedOnes => Reply::SavedOnes(client.saved(&list).await.map_err(fail)),
        Effect::Pins(channel) => Reply::Pins(client.pins(channel, &list).await.map_err(fail)),
        Effect::WhoReacted { message, emoji } => {
            let result = who_reacted(client, message, emoji, &list).await.map_err(fail);
            Reply::Reacted { message, result }
        }
        Effect::OpenDm(person) => {
            Reply::DmOpened(client.open_dm(&[person]).await.map(|dm| dm.id).map_err(fail))
        }
        Effect::Join(channel) => joined(client, channel).await,
        Effect::Leave(channel) => {
            Reply::Done { what: "leave", result: client.leave(channel).await.map_err(fail) }
        }
        Effect::LoadPicture(id) => {
            let result = match client.download(id, false).await {
                Ok(bytes) => decoded(bytes).await,
                Err(error) => Err(failure(&error).text),
            };
            Reply::Picture { id, result }
        }
        _ => return None,
    })
}

/// Who put each of these emoji under a message.
async fn who_reacted(
    client: &Client,
    message: MessageId,
    emoji: Vec<String>,
    list: &PageQuery,
) -> Result<Vec<(String, Page<User>)>, Error> {
    let mut all = Vec::with_capacity(emoji.len());
    for one in emoji {
        let people = client.who_reacted(message, &one, list).await?;
        all.push((one, people));
    }
    Ok(all)
}

async fn joined(client: &Client, channel: ChannelId) -> Reply {
    Reply::Joined(client.join(channel).await.map(|channel| channel.id).map_err(|error| failure(&error)))
}

/// Sent once for each call: the outbox decides when it is sent again, and tells the person meanwhile.
async fn post(client: &Client, unsent: Unsent) -> Reply {
    let key = unsent.key.clone();
    Reply::Posted { key, result: posted(&client.with_retries(Retries::none()), unsent).await.map(Box::new) }
}

async fn posted(client: &Client, unsent: Unsent) -> Result<ajet_protocol::Message, Failure> {
    let attachment_ids = uploaded(client, &unsent).await?;
    let request = PostMessage {
        body_md: unsent.body.into(),
        parent_id: unsent.parent,
        attachment_ids,
        client_mutation_id: Some(unsent.key),
        ..PostMessage::default()
    };
    client.post(unsent.channel, &request).await.map_err(|error| failure(&error))
}

/// The files of a message, each under a key that follows from its own: another try uploads the same ones, and so posts the same message.
async fn uploaded(client: &Client, unsent: &Unsent) -> Result<Vec<AttachmentId>, Failure> {
    let client = client.with_timeout(FILE_TAKES);
    let mut ids = Vec::with_capacity(unsent.files.len());
    for (number, path) in (1..).zip(&unsent.files) {
        let refused =
            |text: String| Failure { text: clean::line(&text).into_owned(), code: None, is_passing: false };
        let (name, bytes) = files::read(path).await.map_err(refused)?;
        let key = format!("{}-f{number}", unsent.key);
        let file = (name.as_str(), bytes.as_slice());
        let upload = client.upload_watched(unsent.channel, file, (None, Some(&key)), |_| ());
        ids.push(upload.await.map_err(|error| failure(&error))?.id);
    }
    Ok(ids)
}

/// Decoding takes a while, and would keep keys waiting.
async fn decoded(bytes: Vec<u8>) -> Result<Arc<Picture>, String> {
    let decoding = tokio::task::spawn_blocking(move || Picture::decode(&bytes));
    let picture = decoding.await.map_err(|_| "this picture can't be read".to_owned())?;
    picture.map(Arc::new)
}

fn query(way: Way) -> MessageQuery {
    let page = PageQuery { limit: Some(PAGE), ..PageQuery::default() };
    let (page, around) = match way {
        Way::Newest => (page, None),
        Way::Before(id) => (PageQuery { before: Some(id.0), ..page }, None),
        Way::After(id) => (PageQuery { after: Some(id.0), ..page }, None),
        Way::Around(id) => (page, Some(id.0)),
    };
    MessageQuery { page, around, top_level: true }
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;

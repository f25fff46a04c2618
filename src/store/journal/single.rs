//! The commonest commit, one message alone, without the machinery that serves many.

use ajet_domain::Change;
use ajet_domain::journal::{Append, Rests};
use ajet_protocol::Message;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::events::Events;
use super::tables::shown_author;
use crate::store::StoreError;
use crate::store::indexed::Indexed;
use crate::store::streams::{count, stored};

/// An append of one message to a stream of a community, decided by one person's rights there, and of nothing else: a message that
/// mentions anything, or has files, has rows in other tables.
pub struct Single<'a> {
    append: &'a Append<Change>,
    message: &'a Message,
    template: &'a str,
    fingerprint: i64,
    rests: Rests,
}

impl<'a> Single<'a> {
    /// An append that is no more than that.
    pub fn of(append: &'a Append<Change>) -> Option<Self> {
        let ([Change::InsertMessage { message, template, fingerprint }], [event], [rests]) =
            (append.changes.as_slice(), append.events.as_slice(), append.acl.rests_on.as_slice())
        else {
            return None;
        };
        let in_community =
            event.event.community_id.is_some_and(|community| community.0 == append.acl.scope.0);
        let fits = in_community && rests.scope == append.acl.scope;
        let alone = fits && append.raises.is_empty() && !append.founds && is_plain(message);
        alone.then_some(Self { append, message, template, fingerprint: *fingerprint, rests: *rests })
    }
}

/// Whether a new message is stored whole by the columns that the statement below writes. A field that messages gain does not compile here
/// until it is listed.
fn is_plain(message: &Message) -> bool {
    let Message {
        attachments,
        mentions,
        also_to_channel,
        poll,
        // Written below.
        id: _,
        author: _,
        parent_id,
        body_md: _,
        client_mutation_id: _,
        created_at: _,
        // The template is written instead, the channel is the stream, and the number is that of the event.
        body_html: _,
        channel_id: _,
        seq: _,
        // A new message has none of these.
        reactions: _,
        reply_count: _,
        pinned: _,
        edited_at: _,
        deleted: _,
        kind: _,
        previews: _,
        thread: _,
    } = message;
    // A reply concerns those who follow its thread: they are told by a row of its own.
    parent_id.is_none() && attachments.is_empty() && mentions.is_empty() && !also_to_channel && poll.is_none()
}

/// Commits it where the fence admits it, and returns the ACL version under which that was. `None` where nothing was written, for
/// whatever reason: the general statement finds out which.
///
/// The same fence as in [`super::statement`], without the locks and orders that only several streams need, and with plain values
/// in place of columns, which cost a third more. The log of changes is read only where the version has moved on.
pub async fn write(connection: &mut PgConnection, one: &Single<'_>) -> Result<Option<u64>, StoreError> {
    let Single { append, message, template, fingerprint, rests } = one;
    let e = Events::of(&append.events);
    let (author_name, author_avatar_url) = shown_author(message);
    let words = Indexed::of(message, template).map(|indexed| indexed.vector());
    let mentions = serde_json::to_string(&message.mentions).unwrap_or_default();
    let done = sqlx::query!(
        r#"with admitted as (
             update streams s set head = $4 from acl a
             where s.id = $1 and s.epoch = $2 and s.head = $3 and a.scope = $5
               and (a.version = $6 or (
                 select min(ch.version) = $6 + 1
                        and not bool_or(ch.affects = 1 or (ch.affects = 2 and ch.id = $1) or (ch.affects = 3 and ch.id = $7))
                 from acl_changes ch where ch.scope = $5 and ch.version > $6))
               and not exists (select 1 from messages m where m.author_id = $14 and m.client_mutation_id = $15)
             returning s.id, a.version
           ), new_event as (
             insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version,
                                 payload)
             select a.id, $4, $8, $9, $10, $5, a.id, $11, $5, $12, a.version, $13::text::json from admitted a
           ), new_message as (
             insert into messages (channel_id, author_id, client_mutation_id, id, author_name, author_avatar_url, parent_id,
                                   body_md, body_html, mentions, seq, fingerprint, created_at)
             select a.id, $14, $15, $16, $17,
                    nullif($18::text, (select u.avatar_url from users u where u.id = $14 and $18::text is not null)),
                    $19, $20, $21, $22::text::jsonb, $4, $23, $24
             from admitted a
           ), new_words as (
             insert into message_search (message_id, channel_id, tsv)
             select $16, a.id, $25::text::tsvector from admitted a where $25::text is not null
           )
           select a.version as "acl_version!" from admitted a"#,
        append.stream.0,
        stored(append.epoch),
        stored(append.head),
        stored(append.head + 1),
        append.acl.scope.0,
        stored(rests.version),
        rests.person.0,
        e.id[0],
        &e.kind[0],
        e.ts[0],
        e.actor_id[0],
        e.audience[0],
        &e.payload[0],
        message.author.id.0,
        &message.client_mutation_id,
        message.id.0,
        author_name,
        author_avatar_url,
        message.parent_id.map(|id| id.0),
        &message.body_md,
        *template,
        &mentions,
        *fingerprint,
        OffsetDateTime::from(message.created_at),
        words,
    )
    // To its end: a row alone does not say that the commit went well.
    .fetch_all(connection)
    .await?;
    Ok(done.first().map(|row| count(row.acl_version)))
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{ChannelId, MessageId, MessageKind, Poll, Timestamp, User, UserId};
    use uuid::Uuid;

    use super::*;

    fn message() -> Message {
        let at = Timestamp::from_unix_millis(1_000);
        let author = User {
            id: UserId(Uuid::nil()),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: at,
        };
        Message {
            id: MessageId(Uuid::nil()),
            channel_id: ChannelId(Uuid::nil()),
            author,
            parent_id: None,
            body_md: "hi".into(),
            body_html: "<p>hi</p>".into(),
            attachments: Vec::new(),
            reactions: Vec::new(),
            mentions: Vec::new(),
            reply_count: 0,
            pinned: false,
            seq: 1,
            client_mutation_id: "k".into(),
            created_at: at,
            edited_at: None,
            deleted: false,
            kind: MessageKind::Text,
            also_to_channel: false,
            previews: Vec::new(),
            poll: None,
            thread: None,
        }
    }

    #[test]
    fn only_a_text_alone_is_written_by_the_short_statement() {
        let options = Vec::new();
        let poll = Poll { question: "q".into(), options, multiple: false, closes_at: None, closed: false };
        assert!(is_plain(&message()));
        assert!(!is_plain(&Message { also_to_channel: true, ..message() }));
        assert!(!is_plain(&Message { parent_id: Some(MessageId(Uuid::nil())), ..message() }));
        assert!(!is_plain(&Message { poll: Some(poll), ..message() }));
    }
}

//! Decisions on notifications: tables of both verbs, and what becomes of several that wait together.

use ajet_protocol::events::NotificationsReadPayload;
use ajet_protocol::{Notification, NotificationReason, NotificationType};

use super::*;
use crate::Via;
use crate::person::{Notice, Notify, ReadNotifications, Which};

/// Who writes the messages.
const BOB: UserId = UserId(Uuid::from_u128(2));

fn notify(channel_id: ChannelId, n: u128) -> Notify {
    Notify { channel_id, message_id: message(n), kind: Notice::Mention }
}

fn via(user_id: UserId, via: Via) -> Caller {
    Caller { user: user(user_id), via, scopes: None }
}

/// A command of the server, about a message of bob.
fn by_server(verb: Notify) -> Asked<Command> {
    Asked { by: via(BOB, Via::System), key: None, verb: verb.into() }
}

fn notice(n: u128) -> NotificationId {
    NotificationId(Uuid::from_u128(n))
}

fn some(ids: &[u128]) -> ReadNotifications {
    ReadNotifications { which: Which::Ids(ids.iter().copied().map(notice).collect()) }
}

fn all() -> ReadNotifications {
    ReadNotifications { which: Which::All }
}

/// Ann has read `HERE` up to message 4. She was told of the messages 6, 7 and 8, and has read the first of these notifications.
fn stored() -> Stored {
    let notices = [(6, true), (7, false), (8, false)].map(|(n, read)| (notice(n), (message(n), read)));
    Stored { read_to: BTreeMap::from([(HERE, message(4))]), notices: notices.into(), ..Stored::default() }
}

/// The only event of a decision, and its only row.
fn one<V: Verb<Entity = PersonCore>>(by: &Caller, verb: &V) -> Result<Option<(Event, Change)>, V::Refusal> {
    decided(by, verb, &stored()).map(|decision| {
        assert!(decision.raises.is_empty() && decision.made.is_none());
        assert_eq!(decision.events.len(), decision.changes.len());
        let event = decision.events.first().map(|emit| event_of(emit.kind, emit.payload.get()))?;
        assert_eq!((decision.events.len(), decision.events[0].audience), (1, Some(Audience::Person)));
        Some((event, decision.changes[0].clone()))
    })
}

/// An event as readers decode it.
fn event_of(kind: ajet_protocol::EventType, payload: &str) -> Event {
    let text = serde_json::json!({
        "v": 1, "id": Uuid::nil(), "type": kind.as_str(), "ts": "2026-02-17T10:30:00Z", "stream": ANN, "seq": 1,
        "community_id": null, "channel_id": null, "actor_id": null, "acl_version": null,
        "payload": serde_json::from_str::<serde_json::Value>(payload).expect("JSON"),
    });
    let envelope = ajet_protocol::Envelope::parse(text.to_string().as_bytes()).expect("an envelope");
    envelope.event().expect("fits its type").expect("is known")
}

#[test]
fn a_person_is_told_once_of_what_others_say_where_they_are() {
    let cases = [
        (notify(HERE, 5), Some(false)),
        (notify(THERE, 1), Some(false)),
        (notify(HERE, 4), Some(true)),
        (notify(HERE, 3), Some(true)),
        // Told of.
        (notify(HERE, 6), None),
        (notify(HERE, 7), None),
        // Not joined, and not there.
        (notify(UNJOINED, 5), None),
        (notify(HERE, 10), None),
    ];
    for (verb, expected) in cases {
        let told = one(&via(BOB, Via::System), &verb).expect("is no refusal");
        let Some((Event::NotificationNew(new), change)) = told else {
            assert_eq!(expected, None, "{verb:?}");
            continue;
        };
        let Notification { id, kind, reason, source_id, community_id, channel_id, actor, read, .. } =
            new.notification.clone();
        let Notification { preview, silent, created_at, .. } = new.notification;
        assert_eq!((Some(read), kind, actor.id), (expected, NotificationType::Mention, BOB), "{verb:?}");
        assert_eq!((source_id, channel_id), (verb.message_id.0, Some(verb.channel_id)));
        assert_eq!((reason, community_id, silent), (NotificationReason::User, Some(COMMUNITY), false));
        assert_eq!(preview, None, "I19: the log has no text");
        let (user_id, actor, at) = (ANN, BOB, created_at);
        let row = Change::AddNotification {
            id,
            user_id,
            reason,
            source_id,
            cause: None,
            community_id,
            channel_id,
            actor,
            read,
            silent,
            at,
        };
        assert_eq!(change, row);
    }
}

#[test]
fn only_the_server_tells_a_person_and_only_they_read() {
    for from in [Via::Session, Via::Token, Via::Slash, Via::Webhook { maker: ANN }] {
        for person in [ANN, BOB] {
            assert_eq!(one(&via(person, from), &notify(HERE, 5)), Err(Denied::NotFound), "{from:?}");
        }
    }
    for verb in [some(&[7]), all()] {
        for from in [Via::Session, Via::System] {
            assert_eq!(one(&via(BOB, from), &verb), Err(Denied::NotFound), "{from:?}");
        }
    }
}

#[test]
fn what_is_unread_is_read_and_nothing_else() {
    let cases: [(&[u128], &[u128]); 5] =
        [(&[7], &[7]), (&[8, 6, 7, 8], &[7, 8]), (&[6], &[]), (&[99], &[]), (&[99, 8], &[8])];
    for (asked, expected) in cases {
        let read = one(&Caller::session(user(ANN)), &some(asked)).expect("is no refusal");
        let ids: Vec<_> = expected.iter().copied().map(notice).collect();
        let at = Still.now();
        let told = NotificationsReadPayload::Ids { ids: ids.clone() };
        let expected =
            (Event::NotificationRead(told), Change::ReadNotifications { user_id: ANN, ids: ids.clone(), at });
        assert_eq!(read, (!ids.is_empty()).then_some(expected), "{asked:?}");
    }
    let newest = notice(8);
    let told = NotificationsReadPayload::AllBefore { all_before: newest };
    let row = Change::ReadNotificationsBefore { user_id: ANN, newest, at: Still.now() };
    let read = one(&Caller::session(user(ANN)), &all()).expect("is no refusal");
    assert_eq!(read, Some((Event::NotificationRead(told), row)));
    let empty = decided(&Caller::session(user(ANN)), &all(), &Stored::default()).expect("is no refusal");
    assert!(empty.events.is_empty() && empty.changes.is_empty());
}

impl Shell {
    fn with(stored: Stored) -> Self {
        Self { stored, ..Self::new() }
    }

    /// What readers were told: of new notifications the message and whether it was read before, of others that they were read.
    fn told_in_short(&self) -> Vec<String> {
        let short = |one: &Addressed| match one.event.event() {
            Ok(Some(Event::NotificationNew(new))) => {
                format!("new {} {}", new.notification.source_id.as_u128(), new.notification.read)
            }
            Ok(Some(Event::NotificationRead(NotificationsReadPayload::Ids { ids }))) => {
                format!("read {:?}", ids.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>())
            }
            Ok(Some(Event::NotificationRead(NotificationsReadPayload::AllBefore { all_before }))) => {
                format!("all before {}", all_before.0.as_u128())
            }
            Ok(Some(Event::ReadUpdated(_))) => "marked".to_owned(),
            other => panic!("another event: {other:?}"),
        };
        self.published.iter().map(short).collect()
    }
}

#[test]
fn of_what_waits_together_a_person_is_told_once_and_of_what_they_read_as_read() {
    let mut shell = Shell::new();
    let waiting = vec![
        by_server(notify(HERE, 5)),
        by_server(notify(HERE, 5)),
        by_server(notify(UNJOINED, 5)),
        by_ann(mark(HERE, 7)),
        by_server(notify(HERE, 6)),
        by_server(notify(HERE, 8)),
    ];
    assert_eq!(shell.all(waiting), vec![Ok(()); 6]);
    assert_eq!(shell.told_in_short(), ["new 5 false", "marked", "new 6 true", "new 8 false"]);
    assert_eq!(shell.committed.len(), 1, "in one commit");
    assert_eq!(shell.all(vec![by_server(notify(HERE, 5)), by_server(notify(HERE, 8))]), vec![Ok(()); 2]);
    assert_eq!(shell.committed.len(), 1, "nothing is done twice");
    let once = [Rests { scope: COMMUNITY.into(), person: ANN, version: VERSION }];
    assert_eq!(shell.committed[0].acl.rests_on, once, "I6");
}

#[test]
fn of_what_waits_together_each_notification_is_read_once() {
    let mut shell = Shell::with(stored());
    let waiting =
        vec![by_ann(some(&[7])), by_ann(some(&[7, 8])), by_ann(all()), by_ann(some(&[8])), by_ann(all())];
    assert_eq!(shell.all(waiting), vec![Ok(()); 5]);
    assert_eq!(shell.told_in_short(), ["read [7]", "read [8]", "all before 8"]);
    assert_eq!(shell.all(vec![by_ann(all())]), [Ok(())]);
    assert_eq!(shell.committed.len(), 1, "nothing is left to read");
}

#[test]
fn what_a_batch_told_and_read_is_forgotten_where_it_did_not_become_durable() {
    let mut shell = Shell::with(stored());
    shell.fates.push(Outcome::StaleAcl);
    let waiting = vec![by_server(notify(HERE, 5)), by_ann(some(&[7])), by_ann(all())];
    assert_eq!(shell.all(waiting), vec![Ok(()); 3]);
    assert_eq!(shell.told_in_short(), ["new 5 false", "read [7]", "all before 8"]);
}

/// All that there are are those of the moment: who reads them has not seen what the same batch tells them of.
#[test]
fn what_is_new_in_a_batch_is_not_read_by_it() {
    let mut shell = Shell::with(stored());
    let waiting = vec![by_server(notify(HERE, 5)), by_ann(all())];
    assert_eq!(shell.all(waiting), vec![Ok(()); 2]);
    let unread = shell.stored.notices.values().filter(|(_, read)| !read).map(|(source, _)| *source);
    assert_eq!(unread.collect::<Vec<_>>(), [message(5)]);
}

//! Decisions about files: who may upload, post, describe and remove them, and what a batch makes of several commands on one.

use ajet_protocol::{Attachment, AttachmentId, AttachmentStatus};

use super::*;
use crate::channel::{
    AddAttachment, DescribeAttachment, NotAttached, NotTouched, RemoveAttachment, SettleAttachment, Settled,
};
use crate::need::{AttachmentFacts, BlockOf, HeadOf};
use crate::removed::removal_key;
use crate::verb::AuditTarget;
use crate::writer::AuditRow;

/// A channel with files and messages, of which a command is decided at a time.
struct Files {
    core: ChannelCore,
    standings: HashMap<UserId, Standing>,
    files: HashMap<AttachmentId, AttachmentFacts>,
    messages: HashMap<MessageId, Message>,
    blocked: Vec<BlockOf>,
    /// What the batch at hand has decided.
    changes: Vec<Change>,
}

/// More than a day after the beginning.
const NOW: u64 = 100_000_000;

impl Files {
    /// Three members.
    fn new() -> Self {
        Self {
            core: core(),
            standings: [1, 2, 3].map(|n| (user(n).id, member(Role::Member))).into(),
            files: HashMap::new(),
            messages: HashMap::new(),
            blocked: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        for one in &needs.standings {
            facts.put(*one, self.standings.get(&one.user).copied().unwrap_or_default());
        }
        for one in &needs.attachments {
            facts.put(*one, self.files.get(&one.0).cloned());
        }
        for one in &needs.messages {
            facts.put(*one, self.messages.get(&one.0).cloned());
        }
        for one in &needs.blocks {
            facts.put(*one, self.blocked.contains(one));
        }
        for HeadOf(id) in &needs.heads {
            facts.put(HeadOf(*id), self.messages.get(id).map(head));
        }
        facts
    }

    /// What a command leads to: its answer and its events.
    fn told<V: Verb<Entity = ChannelCore>>(
        &mut self,
        asked: &Asked<V>,
    ) -> Result<(V::Answer, Vec<Event>), V::Refusal> {
        let mut needs = Needs::default();
        asked.verb.needs(&self.core, &asked.by, &mut needs);
        let mut universe = At(NOW);
        self.core.narrow(&mut needs);
        let (facts, now) = (self.facts(&needs), universe.now());
        let (by, key) = (&asked.by, asked.key.as_ref());
        let mut turn = Turn { by, key, facts: &facts, seq: 1, now, universe: &mut universe };
        let decided = asked.verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        let decision = decided?;
        self.core.note(&decision.changes);
        self.changes.extend_from_slice(&decision.changes);
        let place = self.core.place();
        let events = decision.events.into_iter().map(|emit| {
            let numbered = Numbered { id: EventId(Uuid::nil()), seq: 1, at: now, actor: asked.by.id() };
            let one = addressed(place, emit, numbered).expect("has a channel");
            one.event.event().expect("decodes").expect("of a known type")
        });
        Ok((decision.answer, events.collect()))
    }

    /// The batch became durable.
    fn settle(&mut self) {
        self.core.settle(true);
        for change in self.changes.drain(..) {
            match change {
                Change::AddAttachment { attachment, uploader, at } => {
                    let facts = AttachmentFacts {
                        attachment: *attachment,
                        uploader,
                        message_id: None,
                        created_at: at,
                    };
                    self.files.insert(facts.attachment.id, facts);
                }
                Change::SettleAttachment { attachment } => {
                    let file = self.files.get_mut(&attachment.id).expect("is there");
                    file.attachment = *attachment;
                }
                Change::DescribeAttachment { id, alt } => {
                    let file = &mut self.files.get_mut(&id).expect("is there").attachment;
                    file.alt = Some(alt).filter(|alt| !alt.is_empty());
                }
                Change::AttachFile { id, message_id, .. } => {
                    self.files.get_mut(&id).expect("is there").message_id = Some(message_id);
                }
                Change::RemoveAttachment { id, .. } => drop(self.files.remove(&id)),
                Change::InsertMessage { message, .. } => drop(self.messages.insert(message.id, *message)),
                Change::DeleteMessage { id, .. } => {
                    self.messages.get_mut(&id).expect("is there").deleted = true;
                    self.files.retain(|_, file| file.message_id != Some(id));
                }
                // That those in a direct message are to be told, what is found of a message, and who removed a file.
                Change::Notice(_) | Change::IndexMessage { .. } | Change::SpendKey(_) => {}
                other => panic!("no row of a file: {other:?}"),
            }
        }
        // As the store fills them in.
        for message in self.messages.values_mut() {
            let of_it = |file: &Attachment| self.files.get(&file.id).map(|known| known.attachment.clone());
            message.attachments = message.attachments.iter().filter_map(of_it).collect();
        }
    }

    /// A file of a person, its bytes looked at.
    fn file(&mut self, by: u128) -> AttachmentId {
        let added = self.told(&add(by)).expect("may").0;
        let Made::New(added) = added else { panic!("is new") };
        self.told(&settled(added.id, None, true)).expect("settles");
        self.settle();
        added.id
    }

    fn posted(&mut self, by: u128, body: &str, files: &[AttachmentId]) -> Message {
        let (answer, _) = self.told(&post_with(by, body, files)).expect("may post");
        self.settle();
        message_of(answer)
    }
}

fn add(by: u128) -> Asked<AddAttachment> {
    let verb = AddAttachment {
        filename: "cat.png".into(),
        content_type: "image/png".into(),
        size_bytes: 9,
        alt: "A cat".into(),
    };
    let key = Key { text: "k".into(), fingerprint: 1, former: None };
    Asked { key: Some(key), ..asked(by, verb) }
}

fn post_with(by: u128, body: &str, files: &[AttachmentId]) -> Asked<Post> {
    post(by, "p", body).map(|post| Post { attachments: files.to_vec(), ..post })
}

fn settled(attachment_id: AttachmentId, message_id: Option<MessageId>, fit: bool) -> Asked<SettleAttachment> {
    let found = fit.then(|| Settled {
        content_type: "image/jpeg".into(),
        size_bytes: 7,
        width: Some(4),
        height: Some(2),
        thumbnail: true,
    });
    let by = Caller { via: Via::System, ..Caller::session(user(1)) };
    let (edited_at, shown_html) = found_text();
    Asked { by, ..asked(1, SettleAttachment { attachment_id, message_id, edited_at, shown_html, found }) }
}

fn describe(
    by: u128,
    attachment_id: AttachmentId,
    message_id: Option<MessageId>,
) -> Asked<DescribeAttachment> {
    let ((edited_at, shown_html), alt) = (found_text(), "Another cat".into());
    asked(by, DescribeAttachment { attachment_id, message_id, edited_at, shown_html, alt })
}

fn remove(by: u128, attachment_id: AttachmentId, message_id: Option<MessageId>) -> Asked<RemoveAttachment> {
    let (edited_at, shown_html) = found_text();
    asked(by, RemoveAttachment { attachment_id, message_id, edited_at, shown_html })
}

/// The text of a message that mentions person 1, as its readers get it.
const SHOWN: &str = "<p>hi U1</p>";

/// What a caller finds of the text of a message that was never edited.
fn found_text() -> (Option<Timestamp>, String) {
    (None, SHOWN.into())
}

/// The files of the message that an event shows.
fn files_of(events: &[Event]) -> Vec<Attachment> {
    match events {
        [Event::MessageEdited(payload)] => payload.message.attachments.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_may_upload() {
    let may = |one| Standing { permissions: Permissions::of(&[one]), ..member(Role::Member) };
    let outside = Standing { in_channel: false, ..member(Role::Owner) };
    let muted = Standing { muted_until: Some(Timestamp::FAR), ..member(Role::Member) };
    let archived = Standing { archived: true, ..member(Role::Owner) };
    let table: [(Standing, Option<&str>); 7] = [
        (member(Role::Member), None),
        (may(Permission::AttachFiles), None),
        (may(Permission::SendMessages), Some("MayNotPost")),
        (Standing::default(), Some("NotFound")),
        (outside, Some("NotJoined")),
        (muted, Some("Muted")),
        (archived, Some("Archived")),
    ];
    for (standing, refusal) in table {
        let mut files = Files::new();
        files.standings.insert(user(1).id, standing);
        let refused = files.told(&add(1)).err().map(crate::Refusal::name);
        assert_eq!(refused, refusal, "{standing:?}");
    }
}

#[test]
fn a_file_is_pending_until_its_bytes_were_looked_at() {
    let mut files = Files::new();
    let (answer, events) = files.told(&add(1)).expect("may");
    let Made::New(added) = answer else { panic!("is new") };
    assert_eq!((added.status, added.alt.as_deref()), (AttachmentStatus::Pending, Some("A cat")));
    assert!(events.is_empty(), "it is the uploader's alone");
    let by_hand = Asked { by: Caller::session(user(1)), ..settled(added.id, None, true) };
    assert_eq!(files.told(&by_hand).err(), Some(Denied::NotFound.into()), "is for the server to say");
    let (clean, events) = files.told(&settled(added.id, None, true)).expect("settles");
    assert!(events.is_empty());
    assert_eq!((clean.status, clean.size_bytes, clean.width), (AttachmentStatus::Clean, 7, Some(4)));
    assert_eq!(
        clean.thumbnail_url.as_deref(),
        Some(format!("/api/attachments/{}?thumbnail=true", clean.id).as_str())
    );
    let (again, _) = files.told(&settled(added.id, None, false)).expect("does nothing");
    assert_eq!(again, clean, "what was found first stands");
}

#[test]
fn a_message_takes_files_of_its_author_that_are_free() {
    let mut files = Files::new();
    let (mine, more, theirs) = (files.file(1), files.file(1), files.file(2));
    let unknown = AttachmentId(Uuid::nil());
    for (ids, refusal) in [
        (vec![theirs], NotAttached::NotYours),
        (vec![mine, unknown], NotAttached::NotYours),
        (vec![mine, mine], NotAttached::Twice),
        (vec![mine; 11], NotAttached::TooMany),
    ] {
        assert_eq!(files.told(&post_with(1, "hi", &ids)).err(), Some(refusal.into()), "{ids:?}");
    }
    let message = files.posted(1, "hi", &[more, mine]);
    let shown: Vec<_> = message.attachments.iter().map(|file| file.id).collect();
    assert_eq!(shown, [more, mine], "in the order of the request");
    assert_eq!(files.told(&post_with(1, "again", &[mine])).err(), Some(NotAttached::NotYours.into()));
}

#[test]
fn a_file_is_posted_once_within_a_batch_too() {
    let mut files = Files::new();
    let id = files.file(1);
    assert!(files.told(&post_with(1, "hi", &[id])).is_ok());
    assert_eq!(files.told(&post_with(1, "hi", &[id])).err(), Some(NotAttached::NotYours.into()));
}

#[test]
fn a_file_that_waited_for_too_long_or_is_unfit_is_not_posted() {
    let mut files = Files::new();
    let (old, unfit) = (files.file(1), files.file(1));
    files.files.get_mut(&old).expect("is there").created_at = Timestamp::from_unix_millis(0);
    files.files.get_mut(&unfit).expect("is there").attachment.status = AttachmentStatus::Infected;
    for id in [old, unfit] {
        assert_eq!(files.told(&post_with(1, "hi", &[id])).err(), Some(NotAttached::NotYours.into()));
    }
}

#[test]
fn who_may_describe_and_remove() {
    let mut files = Files::new();
    files.standings.insert(user(3).id, member(Role::Admin));
    let id = files.file(1);
    for by in [2, 3] {
        assert_eq!(files.told(&describe(by, id, None)).err(), Some(Denied::NotFound.into()), "is not posted");
        assert_eq!(files.told(&remove(by, id, None)).err(), Some(Denied::NotFound.into()));
    }
    let message = Some(files.posted(1, "hi", &[id]).id);
    assert_eq!(files.told(&describe(1, id, None)).err(), Some(NotTouched::Moved), "it was posted");
    for by in [2, 3] {
        assert_eq!(files.told(&describe(by, id, message)).err(), Some(Denied::Forbidden.into()));
    }
    let (described, events) = files.told(&describe(1, id, message)).expect("may");
    assert_eq!(described.alt.as_deref(), Some("Another cat"));
    assert_eq!(files_of(&events), [*described]);
    assert!(files.told(&describe(1, id, message)).expect("may").1.is_empty(), "again changes nothing");
    assert_eq!(files.told(&remove(2, id, message)).err(), Some(Denied::Forbidden.into()));
    let (_, events) = files.told(&remove(3, id, message)).expect("a moderator may");
    assert!(files_of(&events).is_empty());
    assert_eq!(files.told(&remove(1, id, message)).err(), Some(Denied::NotFound.into()), "is gone");
}

#[test]
fn a_message_keeps_saying_something() {
    let mut files = Files::new();
    let (one, other) = (files.file(1), files.file(1));
    let mut message = files.posted(1, "hi", &[one, other]);
    message.body_md.clear();
    let id = message.id;
    files.messages.insert(id, message);
    assert!(files.told(&remove(1, one, Some(id))).is_ok());
    assert_eq!(files.told(&remove(1, other, Some(id))).err(), Some(NotTouched::OnlyOne));
}

#[test]
fn a_deleted_message_takes_its_files_along() {
    let mut files = Files::new();
    let id = files.file(1);
    let message = files.posted(1, "hi", &[id]).id;
    files.told(&delete(1, message)).expect("may");
    for when in ["in the same batch", "after it"] {
        assert_eq!(
            files.told(&describe(1, id, Some(message))).err(),
            Some(Denied::NotFound.into()),
            "{when}"
        );
        assert_eq!(
            files.told(&settled(id, Some(message), true)).err(),
            Some(Denied::NotFound.into()),
            "{when}"
        );
        files.settle();
    }
}

#[test]
fn those_who_read_a_message_hear_when_its_file_was_looked_at() {
    let mut files = Files::new();
    let Made::New(added) = files.told(&add(1)).expect("may").0 else { panic!("is new") };
    files.settle();
    let message = files.posted(1, "hi", &[added.id]);
    assert_eq!(message.attachments[0].status, AttachmentStatus::Pending, "it may be posted all the same");
    assert_eq!(files.told(&settled(added.id, None, true)).err(), Some(NotTouched::Moved));
    let (clean, events) = files.told(&settled(added.id, Some(message.id), true)).expect("settles");
    assert_eq!(files_of(&events), [*clean]);
}

#[test]
fn a_key_of_a_file_is_none_of_a_message() {
    let mut files = Files::new();
    let Made::New(added) = files.told(&add(1)).expect("may").0 else { panic!("is new") };
    let spent = crate::writer::SpentKey {
        key: DuplicateKey::of_object(user(1).id, "attachments:k"),
        object: added.id.0,
        fingerprint: 1,
        at: Timestamp::from_unix_millis(NOW),
    };
    let key = spent.key.clone();
    let change = files.core.spend(spent.clone()).expect("a row of its own");
    files.core.note(&[change]);
    files.core.settle(true);
    let prior = files.core.prior(&key, &Facts::default());
    assert_eq!(prior, Some(PriorResult { object: added.id.0, fingerprint: 1 }));
    // Of a message that is posted under what looks like the key of the file.
    let of_message = DuplicateKey::of_message(key.author, key.key);
    assert_eq!(files.core.prior(&of_message, &Facts::default()), None);
    assert_eq!(files.core.spend(crate::writer::SpentKey { key: of_message, ..spent }), None);
}

/// A file that is gone or unfit is not found any more, also where both happen in one batch.
#[test]
fn a_message_is_found_by_the_files_that_it_has() {
    let mut files = Files::new();
    let Made::New(pending) = files.told(&add(1)).expect("may").0 else { panic!("is new") };
    files.settle();
    let other = files.file(1);
    let message = Some(files.posted(1, "hi", &[pending.id, other]).id);
    files.told(&remove(1, other, message)).expect("may");
    files.told(&settled(pending.id, message, false)).expect("settles");
    let indexed = files.changes.iter().filter_map(|change| match change {
        Change::IndexMessage { message } => {
            Some(message.attachments.iter().map(|file| (file.id, file.status)).collect::<Vec<_>>())
        }
        _ => None,
    });
    let (before, unfit) = (AttachmentStatus::Pending, AttachmentStatus::Infected);
    assert_eq!(indexed.collect::<Vec<_>>(), [[(pending.id, before)], [(pending.id, unfit)]]);
    files.settle();
    let waiting = files.file(1);
    files.told(&remove(1, waiting, None)).expect("may");
    let [gone, remembered] = files.changes.as_slice() else {
        panic!("no message has it: {:?}", files.changes)
    };
    assert_eq!(*gone, Change::RemoveAttachment { id: waiting, at: At(NOW).now() });
    let Change::SpendKey(spent) = remembered else { panic!("{remembered:?}") };
    assert_eq!((&spent.key, spent.object), (&removal_key(user(1).id, waiting.0), waiting.0));
}

/// What is stored of a text has placeholders for names: readers get it as the caller found it, or nothing.
#[test]
fn the_message_of_a_file_is_told_with_the_names_of_its_text() {
    let mut files = Files::new();
    let Made::New(pending) = files.told(&add(1)).expect("may").0 else { panic!("is new") };
    files.settle();
    let other = files.file(1);
    let id = files.posted(1, "hi", &[pending.id, other]).id;
    files.messages.get_mut(&id).expect("is there").body_html = r#"<p>hi <m u="1"></m></p>"#.into();
    let message = Some(id);
    let told = [
        files.told(&settled(pending.id, message, true)).expect("settles").1,
        files.told(&describe(1, pending.id, message)).expect("may").1,
        files.told(&remove(1, pending.id, message)).expect("may").1,
    ];
    for events in told {
        let [Event::MessageEdited(payload)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((payload.message.body_html.as_str(), payload.message.edited_at), (SHOWN, None));
    }
    files.messages.get_mut(&id).expect("is there").edited_at = Some(Timestamp::from_unix_millis(5));
    let edited = Some(NotTouched::Edited);
    assert_eq!(files.told(&describe(1, other, message)).err(), edited, "the text is another one meanwhile");
    assert_eq!(files.told(&remove(1, other, message)).err(), edited);
}

#[test]
fn new_words_of_a_posted_file_are_for_those_who_may_write() {
    let outside = Standing { in_channel: false, ..member(Role::Member) };
    let muted = Standing { muted_until: Some(Timestamp::FAR), ..member(Role::Member) };
    let archived = Standing { archived: true, ..member(Role::Member) };
    let silenced = Standing { permissions: Permissions::NONE, ..member(Role::Member) };
    for (standing, refusal) in [
        (outside, Silenced::NotJoined),
        (muted, Silenced::Muted),
        (archived, Silenced::Archived),
        (silenced, Silenced::MayNotPost),
    ] {
        let mut files = Files::new();
        let (posted, waiting) = (files.file(1), files.file(1));
        let message = Some(files.posted(1, "hi", &[posted]).id);
        files.standings.insert(user(1).id, standing);
        let refused = files.told(&describe(1, posted, message)).err();
        assert_eq!(refused, Some(refusal.into()), "{standing:?}");
        assert!(files.told(&describe(1, waiting, None)).is_ok(), "no one reads it");
        let none = describe(1, posted, message).map(|verb| DescribeAttachment { alt: String::new(), ..verb });
        assert!(files.told(&none).is_ok(), "what is there can be taken away");
    }
}

#[test]
fn a_block_keeps_new_words_from_a_direct_message() {
    let mut files = Files::new();
    let people = vec![user(1).id, user(2).id];
    files.core = ChannelCore::new(CHANNEL, None, Mint::above(1, None)).of_people(people);
    let id = files.file(1);
    let message = Some(files.posted(1, "hi", &[id]).id);
    files.blocked.push(BlockOf { by: user(2).id, of: user(1).id });
    assert_eq!(files.told(&describe(1, id, message)).err(), Some(Silenced::Blocked.into()));
}

#[test]
fn files_that_moderators_take_from_others_are_audited() {
    let mut files = Files::new();
    files.standings.insert(user(3).id, member(Role::Admin));
    let id = files.file(1);
    let message = files.posted(1, "hi", &[id]).id;
    for (by, is_audited) in [(3, true), (1, false)] {
        let command = remove(by, id, Some(message));
        let mut needs = Needs::default();
        command.verb.needs(&files.core, &command.by, &mut needs);
        let (facts, actor, at) = (files.facts(&needs), user(by).id, Timestamp::from_unix_millis(1));
        let audit = command.verb.audit().expect("a line");
        assert_eq!((audit.action, audit.target), ("message.remove_file", AuditTarget::Message(message)));
        assert_eq!(files.core.is_audited(&audit, actor, &facts), is_audited, "by {by}");
        assert!(!facts.take_unasked(), "by what was asked for");
        let row = AuditRow { id: Uuid::nil(), actor, at, audit, made: None, changes: 1 };
        let Some(Change::Audit { details, .. }) = files.core.audited(row) else { panic!("a row") };
        assert_eq!(
            details.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["attachment_id", "channel_id"]
        );
    }
    assert!(remove(1, id, None).verb.audit().is_none(), "no message has it");
}

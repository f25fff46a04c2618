//! Decisions on what the links of messages show: who may say it and take it away, and of which text.

use ajet_protocol::{EventType, LinkPreview};

use super::*;
use crate::channel::{NotStripped, Preview, SetPreviews, StripPreviews};
use crate::job::JobRequest;
use crate::need::{LinkPreviewsOn, PreviewsStripped};

const TITLED: &str = "https://a.example/";

fn preview(url: &str) -> Preview {
    Preview {
        url: url.into(),
        title: Some("A".into()),
        description: None,
        site_name: None,
        image_url: Some("https://a.example/a.png".into()),
    }
}

/// A message of person 1 that shows something.
fn showing() -> Message {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let posted = room.posted(&post(1, "k", "see"));
    Message { previews: vec![preview(TITLED).into()], ..posted }
}

/// What a channel knows besides the rights of who asks.
struct Known {
    message: Option<Message>,
    is_stripped: bool,
    is_on: bool,
}

impl Known {
    fn of(message: Message) -> Self {
        Self { message: Some(message), is_stripped: false, is_on: true }
    }

    fn decide<V: Verb<Entity = ChannelCore>>(
        &self,
        core: &mut ChannelCore,
        by: &Caller,
        verb: &V,
    ) -> Decided<V> {
        let (mut needs, mut facts) = (Needs::default(), Facts::default());
        verb.needs(core, by, &mut needs);
        needs.standings.iter().for_each(|one| facts.put(*one, standing_of(one.user)));
        needs.messages.iter().for_each(|one| facts.put(*one, self.message.clone()));
        needs.stripped.iter().for_each(|one| facts.put(*one, self.is_stripped));
        needs.link_previews.iter().for_each(|one| facts.put(*one, self.is_on));
        needs.edit_windows.iter().for_each(|one| facts.put(*one, limits::EDIT_WINDOW_SECONDS));
        let mut universe = At(2_000);
        let now = universe.now();
        let mut turn = Turn { by, key: None, facts: &facts, seq: 9, now, universe: &mut universe };
        let decided = verb.decide(core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        decided
    }
}

/// Person 3 is a moderator, 4 sees nothing, and the others are members.
fn standing_of(person: UserId) -> Standing {
    match person.0.as_u128() {
        3 => member(Role::Owner),
        4 => Standing::default(),
        _ => member(Role::Member),
    }
}

fn server() -> Caller {
    Caller { via: Via::System, ..Caller::session(user(1)) }
}

fn set(message: &Message, urls: &[&str]) -> SetPreviews {
    let previews = urls.iter().map(|url| preview(url)).collect();
    let (message_id, edited_at) = (message.id, message.edited_at);
    SetPreviews { message_id, edited_at, shown_html: "<p>see U1</p>".into(), previews }
}

fn strip(message: &Message) -> StripPreviews {
    let (message_id, edited_at) = (message.id, message.edited_at);
    StripPreviews { message_id, edited_at, shown_html: "<p>see U1</p>".into() }
}

/// The message that the only event tells of.
fn told(events: &[Emit]) -> Message {
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind, events[0].channel), (EventType::MessageEdited, Some(CHANNEL)));
    let payload: MessagePayload = serde_json::from_str(events[0].payload.get()).expect("decodes");
    payload.message.into()
}

#[test]
fn previews_are_told_without_an_edit() {
    let message = showing();
    let verb = set(&message, &["https://b.example/", TITLED]);
    let decision = Known::of(message.clone()).decide(&mut core(), &server(), &verb).expect("is the server");
    let shown = told(&decision.events);
    assert_eq!((shown.edited_at, shown.body_html.as_str()), (None, "<p>see U1</p>"));
    let previews: Vec<LinkPreview> = verb.previews.into_iter().map(LinkPreview::from).collect();
    assert_eq!(shown.previews, previews);
    assert_eq!(decision.changes, [Change::SetPreviews { message_id: message.id, previews }]);
}

#[test]
fn previews_of_another_text_or_of_nothing_new_are_not_told() {
    let message = showing();
    let other = SetPreviews { edited_at: Some(Timestamp::from_unix_millis(5)), ..set(&message, &[]) };
    let gone = Message { deleted: true, ..message.clone() };
    let stripped = Known { is_stripped: true, ..Known::of(message.clone()) };
    for (known, verb) in [
        (Known::of(message.clone()), other),
        (Known::of(message.clone()), set(&message, &[TITLED])),
        (Known::of(gone), set(&message, &[])),
        (stripped, set(&message, &[])),
    ] {
        let decision = known.decide(&mut core(), &server(), &verb).expect("is the server");
        assert!(decision.events.is_empty() && decision.changes.is_empty(), "{verb:?}");
    }
}

#[test]
fn the_server_alone_says_what_links_show() {
    let message = showing();
    let known = Known::of(message.clone());
    let by = Caller::session(user(1));
    let refused = known.decide(&mut core(), &by, &set(&message, &[])).err();
    assert_eq!(refused, Some(Denied::NotFound));
    let nowhere = Known { message: None, ..known };
    assert_eq!(nowhere.decide(&mut core(), &server(), &set(&message, &[])).err(), Some(Denied::NotFound));
}

#[test]
fn authors_and_moderators_take_previews_away() {
    let message = showing();
    let of_each: [(u128, Option<NotStripped>); 4] =
        [(1, None), (2, Some(Denied::Forbidden.into())), (3, None), (4, Some(Denied::NotFound.into()))];
    for (by, refusal) in of_each {
        let by = Caller::session(user(by));
        let decided = Known::of(message.clone()).decide(&mut core(), &by, &strip(&message));
        assert_eq!(decided.as_ref().err().copied(), refusal, "{by:?}");
        if let Ok(decision) = decided {
            let shown = told(&decision.events);
            assert!(shown.previews.is_empty() && shown.edited_at.is_none());
            assert_eq!(decision.changes, [Change::StripPreviews { message_id: message.id }]);
        }
    }
}

#[test]
fn what_shows_nothing_yet_is_stripped_in_silence() {
    let message = Message { previews: vec![], ..showing() };
    let by = Caller::session(user(1));
    let earlier = StripPreviews { edited_at: Some(Timestamp::from_unix_millis(5)), ..strip(&message) };
    let decision = Known::of(message.clone()).decide(&mut core(), &by, &earlier).expect("is the author");
    assert!(decision.events.is_empty(), "readers see no difference");
    assert_eq!(decision.changes.len(), 1, "what a job is about to find does not show");
    let again = Known { is_stripped: true, ..Known::of(message.clone()) };
    let decision = again.decide(&mut core(), &by, &strip(&message)).expect("is the author");
    assert!(decision.changes.is_empty());
}

#[test]
fn a_text_that_was_edited_meanwhile_is_not_told_again() {
    let message = showing();
    let earlier = StripPreviews { edited_at: Some(Timestamp::from_unix_millis(5)), ..strip(&message) };
    let refused = Known::of(message).decide(&mut core(), &Caller::session(user(1)), &earlier).err();
    assert_eq!(refused, Some(NotStripped::Edited));
}

/// What one batch decides one after the other.
#[test]
fn what_is_stripped_in_a_batch_is_not_set_in_it() {
    let message = showing();
    let (known, mut core) = (Known::of(message.clone()), core());
    let decision =
        known.decide(&mut core, &Caller::session(user(1)), &strip(&message)).expect("is the author");
    core.note(&decision.changes);
    let decision = known.decide(&mut core, &server(), &set(&message, &["https://b.example/"]));
    assert!(decision.expect("is the server").changes.is_empty());
    let decision = known.decide(&mut core, &Caller::session(user(1)), &edit(1, message.id, "other").verb);
    let shown = told(&decision.expect("is the author").events);
    assert!(shown.previews.is_empty(), "an edit tells what the batch has left");
}

/// The job that a decision asks for.
fn asked_job(changes: &[Change]) -> Option<&JobRequest> {
    changes.iter().find_map(|change| match change {
        Change::RequestJob(job) => Some(job),
        _ => None,
    })
}

#[test]
fn texts_with_links_ask_for_a_look_where_previews_are_on() {
    let message = Message { previews: vec![], ..showing() };
    let by = Caller::session(user(1));
    for (body, is_on, looks) in [
        ("see https://a.example/", true, true),
        ("see [this](https://a.example/)", true, true),
        ("see https://a.example/", false, false),
        ("see `https://a.example/`", true, false),
        ("see <a href=none>", true, false),
        ("nothing to see", true, false),
    ] {
        let known = Known { is_on, ..Known::of(message.clone()) };
        let verb = edit(1, message.id, body).verb;
        let decision = known.decide(&mut core(), &by, &verb).expect("is the author");
        let job = JobRequest::PreviewMessage { message_id: message.id };
        assert_eq!(asked_job(&decision.changes), looks.then_some(&job), "{body}");
        let posted = known.decide(&mut core(), &by, &post(1, "k", body).verb).expect("may post");
        assert_eq!(asked_job(&posted.changes).is_some(), looks, "{body}");
        assert_eq!(posted.changes.len(), if looks { 2 } else { 1 }, "a post without links is one row");
    }
}

#[test]
fn an_edit_that_leaves_no_link_has_the_former_previews_taken_back() {
    let message = showing();
    let (known, verb) =
        (Known { is_on: false, ..Known::of(message.clone()) }, edit(1, message.id, "none").verb);
    let decision = known.decide(&mut core(), &Caller::session(user(1)), &verb).expect("is the author");
    let job = JobRequest::PreviewMessage { message_id: message.id };
    assert_eq!(asked_job(&decision.changes), Some(&job));
}

#[test]
fn questions_are_asked_of_texts_with_links_alone() {
    for (body, asks) in [("see https://a.example/", true), ("nothing to see", false)] {
        let mut needs = Needs::default();
        post(1, "k", body).verb.needs(&core(), &Caller::session(user(1)), &mut needs);
        assert_eq!(needs.link_previews.contains(&LinkPreviewsOn), asks, "{body}");
    }
    let (mut needs, message) = (Needs::default(), showing());
    strip(&message).needs(&core(), &Caller::session(user(1)), &mut needs);
    assert_eq!(needs.stripped, [PreviewsStripped(message.id)]);
}

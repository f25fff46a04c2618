//! The live stream: what is new, what is missed, what is gone.

use ajet_client::News;
use ajet_protocol::Event;
use ajet_protocol::events::{ChannelGone, MessageGone, ReactionPayload, Resync, ResyncReason, TypingPayload};

use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::state::Link;
use crate::state::timeline::Way;
use crate::testing::{
    NOW, bob, channel_id, message, message_id, news, page, posted, press, state, sync, user_id, write,
};
use crate::update::update;

/// Whether the newest page of a channel is fetched.
fn loads(effects: &[Effect], of: ajet_protocol::ChannelId) -> bool {
    let is_it =
        |one: &Effect| matches!(one, Effect::Load { channel, way: Way::Newest, .. } if *channel == of);
    effects.iter().any(is_it)
}

#[test]
fn after_everything_was_fetched_the_open_channel_is_fetched_too() {
    let mut state = state();
    let resync = News::Resync(Resync { reason: ResyncReason::Behind });
    let effects = update(&mut state, NOW, Message::News(Box::new(resync)));
    assert!(effects.contains(&Effect::Refetch));
    let effects = update(&mut state, NOW, Message::Synced(Box::new(sync())));
    assert!(loads(&effects, channel_id(1)), "{effects:?}");
    assert_eq!(state.timeline(channel_id(1)).expect("is open").len(), 1, "what was there is seen meanwhile");
    page(&mut state, vec![message(10, "hello"), message(11, "missed")]);
    assert_eq!(state.timeline(channel_id(1)).expect("is open").len(), 2);
}

#[test]
fn what_one_writes_stays_when_everything_is_fetched() {
    let mut state = state();
    write(&mut state, "half a sen");
    let _ = update(&mut state, NOW, Message::Synced(Box::new(sync())));
    assert_eq!((state.open, state.composer.buffer.text()), (Some(channel_id(1)), "half a sen"));
}

#[test]
fn what_could_not_be_fetched_while_one_was_away_is_fetched_then() {
    let mut state = state();
    press(&mut state, "A-Down");
    let _ = update(&mut state, NOW, Message::Connected(false));
    let failure = crate::message::Failure { text: "away".into(), code: None, is_passing: true };
    let turn = state.timeline(channel_id(2)).expect("is open").turn();
    let reply = Reply::Page { channel: channel_id(2), way: Way::Newest, turn, result: Err(failure) };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(reply)));
    let effects = update(&mut state, NOW, Message::Connected(true));
    assert!(loads(&effects, channel_id(2)), "{effects:?}");
}

#[test]
fn a_reaction_is_fetched_a_moment_later_and_one_after_the_other() {
    let mut state = state();
    let _ = update(&mut state, NOW, posted(&message(11, "more")));
    for (number, id) in [(20, 10), (21, 10), (22, 11)] {
        let reaction =
            ReactionPayload { message_id: message_id(id), user_id: user_id(2), emoji: "👍".into() };
        let _ = update(&mut state, NOW, news(number, channel_id(1), &Event::ReactionAdded(reaction)));
    }
    let refreshes = |effects: &[Effect]| {
        effects.iter().filter(|one| matches!(one, Effect::Refresh(_))).cloned().collect::<Vec<_>>()
    };
    assert_eq!(refreshes(&update(&mut state, NOW + 500, Message::Tick)), [Effect::Refresh(message_id(10))]);
    let fresh = Reply::Message { id: message_id(10), result: Ok(Box::new(message(10, "hello"))) };
    let next = update(&mut state, NOW + 600, Message::Reply(Box::new(fresh)));
    assert_eq!(refreshes(&next), [Effect::Refresh(message_id(11))]);
}

#[test]
fn a_deleted_message_keeps_its_place() {
    let mut state = state();
    let gone = Event::MessageDeleted(MessageGone { message_id: message_id(10) });
    let _ = update(&mut state, NOW, news(20, channel_id(1), &gone));
    assert!(state.find(message_id(10)).is_some_and(|message| message.deleted && message.body_md.is_empty()));
}

#[test]
fn a_channel_that_is_gone_is_left() {
    let mut state = state();
    let gone = Event::ChannelDeleted(ChannelGone { channel_id: channel_id(1) });
    let _ = update(&mut state, NOW, news(20, channel_id(1), &gone));
    assert_eq!(state.open, Some(channel_id(2)));
    assert!(state.notice.is_some());
}

#[test]
fn somebody_who_types_is_believed_for_a_while() {
    let mut state = state();
    let start = Event::TypingStart(TypingPayload { user_id: user_id(2) });
    let _ = update(&mut state, NOW, news(20, channel_id(1), &start));
    assert_eq!(state.typing_in(channel_id(1)).collect::<Vec<_>>(), [user_id(2)]);
    let _ = update(&mut state, NOW, posted(&message(11, "said")));
    assert_eq!(state.typing_in(channel_id(1)).count(), 0, "who has said it types no more");
    let _ = update(&mut state, NOW, news(21, channel_id(1), &start));
    let _ = update(&mut state, NOW + 20_000, Message::Tick);
    assert_eq!(state.typing_in(channel_id(1)).count(), 0);
}

#[test]
fn ones_own_session_that_ends_is_told() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Over("signed out elsewhere".into()));
    assert_eq!(state.link, Link::Over("signed out elsewhere".into()));
}

#[test]
fn ten_thousand_messages_leave_memory_bounded() {
    let mut state = state();
    for number in 100..10_100 {
        let _ = update(&mut state, NOW, posted(&message(number, "flood")));
    }
    let timeline = state.timeline(channel_id(1)).expect("is open");
    assert_eq!(timeline.len(), crate::state::timeline::MOST);
    assert_eq!(timeline.newest(), Some(message_id(10_099)));
    assert!(state.people.get(bob().id).is_some());
}

#[test]
fn a_thread_gets_its_replies() {
    let mut state = state();
    press(&mut state, "Esc");
    press(&mut state, "Enter");
    assert_eq!(state.thread.as_ref().map(|thread| thread.root), Some(message_id(10)));
    let items = Vec::new();
    let result = Ok(ajet_protocol::Page { items, has_more: false });
    let turn = state.thread.as_ref().expect("is open").timeline.turn();
    let reply = Reply::Replies { root: message_id(10), way: Way::Newest, turn, result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(reply)));
    let mut said = message(11, "a reply");
    said.parent_id = Some(message_id(10));
    let _ = update(&mut state, NOW, posted(&said));
    assert_eq!(state.thread.as_ref().map(|thread| thread.timeline.len()), Some(1));
    assert_eq!(state.timeline(channel_id(1)).expect("is open").len(), 1, "it stands in the thread alone");
    assert!(state.refresh.contains(&message_id(10)), "how many there are is fetched");
}

/// An answer from before everything was fetched holds less than the one that was asked for since.
#[test]
fn a_page_that_was_given_up_is_not_taken_for_the_one_that_follows() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Synced(Box::new(sync())));
    let given_up = state.timeline(channel_id(1)).expect("is open").turn();
    let _ = update(&mut state, NOW, Message::Synced(Box::new(sync())));
    let items = vec![message(10, "hello")];
    let result = Ok(ajet_protocol::Page { items, has_more: false });
    let late = Reply::Page { channel: channel_id(1), way: Way::Newest, turn: given_up, result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(late)));
    assert!(state.timeline(channel_id(1)).expect("is open").stale, "the newer answer is waited for");
    page(&mut state, vec![message(10, "hello"), message(11, "missed")]);
    assert_eq!(state.timeline(channel_id(1)).expect("is open").len(), 2);
}

#[test]
fn a_thread_that_could_not_be_fetched_while_one_was_away_is_fetched_then() {
    let mut state = state();
    press(&mut state, "Esc");
    press(&mut state, "Enter");
    let turn = state.thread.as_ref().expect("is open").timeline.turn();
    let _ = update(&mut state, NOW, Message::Connected(false));
    let failure = crate::message::Failure { text: "away".into(), code: None, is_passing: true };
    let reply = Reply::Replies { root: message_id(10), way: Way::Newest, turn, result: Err(failure) };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(reply)));
    let effects = update(&mut state, NOW, Message::Connected(true));
    let is_it = |one: &Effect| matches!(one, Effect::LoadReplies { root, .. } if *root == message_id(10));
    assert!(effects.iter().any(is_it), "{effects:?}");
}

#[test]
fn reactions_that_could_not_be_fetched_are_fetched_later() {
    let mut state = state();
    let reaction = ReactionPayload { message_id: message_id(10), user_id: user_id(2), emoji: "👍".into() };
    let _ = update(&mut state, NOW, news(20, channel_id(1), &Event::ReactionAdded(reaction)));
    let refreshes = |effects: &[Effect]| effects.contains(&Effect::Refresh(message_id(10)));
    assert!(refreshes(&update(&mut state, NOW + 500, Message::Tick)));
    let failure = crate::message::Failure { text: "no answer".into(), code: None, is_passing: true };
    let reply = Reply::Message { id: message_id(10), result: Err(failure) };
    assert!(!refreshes(&update(&mut state, NOW + 600, Message::Reply(Box::new(reply)))), "not at once");
    assert!(refreshes(&update(&mut state, NOW + 9_000, Message::Tick)));
}

//! Going somewhere: to what a link of a message names, to what is unread.

use ajet_protocol::{Page, Unread};

use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::state::overlay::{Kind, Overlay};
use crate::state::timeline::{Timeline, Way};
use crate::state::{Pane, State};
use crate::testing::{NOW, channel_id, message, message_id, own, press, state_with, sync};
use crate::update::update;

#[test]
fn a_digit_opens_the_link_of_that_number() {
    let said = message(10, "see https://a.example/x and [this](https://b.example/y)");
    let mut state = state_with(sync(), vec![said, message(11, "later")]);
    press(&mut state, "Esc Up Up");
    assert_eq!(state.selected, Some(message_id(10)));
    let opened = press(&mut state, "A-o");
    assert!(!opened.iter().any(|one| matches!(one, Effect::OpenUrl(_))), "one chooses: {opened:?}");
    let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("the list is open") };
    let labels: Vec<&str> = picker.items().map(|item| item.label.as_str()).collect();
    assert_eq!((picker.kind, labels), (Kind::Links, vec!["1 https://a.example/x", "2 https://b.example/y"]));
    let effects = press(&mut state, "2");
    let opens = |address: &str| effects.contains(&Effect::OpenUrl(address.to_owned()));
    assert!(opens("https://b.example/y") && !opens("https://a.example/x"), "{effects:?}");
    assert!(state.overlay.is_none());
}

/// `#general` with these messages, of which all up to number 10 are read.
fn read_up_to_ten(messages: Vec<ajet_protocol::Message>) -> State {
    let mut sync = sync();
    sync.channels[0].channel.unread = Unread { count: 2, mentions: 0 };
    sync.channels[0].last_read_id = Some(message_id(10));
    state_with(sync, messages)
}

#[test]
fn one_goes_to_the_first_unread_message() {
    let mut state = read_up_to_ten(vec![message(10, "old"), message(11, "new"), message(12, "newer")]);
    press(&mut state, "A-u");
    assert_eq!((state.selected, state.pane), (Some(message_id(11)), Pane::Messages));
    let mut gone = message(12, "");
    gone.deleted = true;
    let others = vec![message(10, "old"), own(11, "mine"), gone, message(13, "new"), message(14, "newer")];
    let mut state = read_up_to_ten(others);
    press(&mut state, "A-u");
    assert_eq!(state.selected, Some(message_id(13)), "one's own and deleted ones are not unread");
    let mut state = read_up_to_ten(vec![message(9, "older"), message(10, "old"), own(11, "mine")]);
    press(&mut state, "A-u");
    assert_eq!(state.selected, Some(message_id(10)), "nothing is unread");
}

/// A channel with very many new messages, of which the newest ones alone are here: number 10 is not.
fn with_many_unread() -> State {
    let mut state = read_up_to_ten(Vec::new());
    let mut timeline = Timeline::default();
    timeline.begin(Way::Newest);
    let items = (100..140).map(|n| message(n, "text")).collect();
    timeline.page(Way::Newest, Page { items, has_more: true });
    *state.timeline_of(channel_id(1)) = timeline;
    state
}

/// The page around number 10 has come.
fn around_ten(state: &mut State) {
    let turn = state.timeline(channel_id(1)).expect("is open").turn();
    let result = Ok(Page { items: (5..30).map(|n| message(n, "text")).collect(), has_more: true });
    let reply = Reply::Page { channel: channel_id(1), way: Way::Around(message_id(10)), turn, result };
    let _ = update(state, NOW, Message::Reply(Box::new(reply)));
}

#[test]
fn the_first_unread_message_is_fetched_where_it_is_not_here() {
    let mut state = with_many_unread();
    let effects = press(&mut state, "A-u");
    let is_asked =
        |one: &Effect| matches!(one, Effect::Load { way: Way::Around(id), .. } if *id == message_id(10));
    assert!(effects.iter().any(is_asked), "{effects:?}");
    around_ten(&mut state);
    assert_eq!(state.selected, Some(message_id(11)));
    let mut state = with_many_unread();
    press(&mut state, "A-u Down");
    assert_eq!(state.selected, Some(message_id(101)));
    around_ten(&mut state);
    assert_ne!(state.selected, Some(message_id(11)), "who went on meanwhile is not taken back");
}

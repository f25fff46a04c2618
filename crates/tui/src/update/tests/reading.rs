//! Reading: what counts as read, moving about, what is told.

use ajet_protocol::{Notification, NotificationReason, Unread};

use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::state::Pane;
use crate::state::overlay::Overlay;
use crate::state::timeline::Way;
use crate::testing::{NOW, channel_id, message, message_id, page, posted, press, state, state_with, sync};
use crate::update::update;

/// Whether this page of `#general` is fetched.
fn loads(effect: &Effect, wanted: Way) -> bool {
    matches!(effect, Effect::Load { channel, way, .. } if *channel == channel_id(1) && *way == wanted)
}

fn read(effects: &[Effect]) -> Option<ajet_protocol::MessageId> {
    effects.iter().find_map(|one| match one {
        Effect::MarkRead { message, .. } => Some(*message),
        _ => None,
    })
}

#[test]
fn what_stands_before_ones_eyes_for_a_moment_is_read() {
    let mut state = state();
    assert_eq!(read(&update(&mut state, NOW + 100, Message::Tick)), None);
    assert_eq!(read(&update(&mut state, NOW + 2_000, Message::Tick)), Some(message_id(10)));
    assert_eq!(read(&update(&mut state, NOW + 9_000, Message::Tick)), None, "it is said once");
}

#[test]
fn what_a_thread_or_a_list_covers_is_not_read() {
    let mut state = state();
    press(&mut state, "Esc Enter");
    assert_eq!(read(&update(&mut state, NOW + 2_000, Message::Tick)), None, "the thread covers it at 80x24");
    state.size = (160, 24);
    let _ = update(&mut state, NOW + 2_000, Message::Tick);
    assert_eq!(read(&update(&mut state, NOW + 4_000, Message::Tick)), Some(message_id(10)));
    let mut state = crate::testing::state();
    (state.size, state.pane) = ((50, 24), Pane::Places);
    assert_eq!(read(&update(&mut state, NOW + 2_000, Message::Tick)), None, "the list covers it");
}

/// What one is told of a message.
fn notification(number: u64, reason: NotificationReason) -> Notification {
    let place = reason.is_of_message().then(|| channel_id(1));
    Notification {
        id: ajet_protocol::NotificationId(message_id(number).0),
        kind: reason.kind(),
        reason,
        source_id: message_id(number).0,
        community_id: place.map(|_| crate::testing::community_id()),
        channel_id: place,
        actor: crate::testing::bob(),
        preview: None,
        read: false,
        silent: false,
        created_at: ajet_protocol::Timestamp::from_unix_millis(NOW),
    }
}

/// What follows from the event that tells of it.
fn told(state: &mut crate::state::State, number: u64, reason: NotificationReason) -> Vec<Effect> {
    let notification = notification(number, reason);
    let event =
        ajet_protocol::Event::NotificationNew(ajet_protocol::events::NotificationPayload { notification });
    update(state, NOW, crate::testing::news(number + 100, channel_id(1), &event))
}

fn is_notify(effect: &Effect) -> bool {
    matches!(effect, Effect::Notify { .. })
}

/// Whether the terminal tells of a reply.
fn is_told(state: &mut crate::state::State, number: u64) -> bool {
    told(state, number, NotificationReason::ThreadReply).iter().any(is_notify)
}

#[test]
fn the_terminal_tells_of_what_is_not_before_ones_eyes() {
    let mut state = state();
    assert!(!is_told(&mut state, 10), "the channel is seen");
    press(&mut state, "Esc Enter");
    assert!(is_told(&mut state, 12), "the thread covers the channel");
    let mut reply = message(13, "in the thread");
    reply.parent_id = Some(message_id(10));
    let timeline = &mut state.thread.as_mut().expect("is open").timeline;
    timeline.page(Way::Newest, ajet_protocol::Page { items: vec![reply], has_more: false });
    assert!(!is_told(&mut state, 13), "the thread is seen");
    let _ = update(&mut state, NOW, Message::Focus(false));
    assert!(is_told(&mut state, 13));
}

/// Opens a list by its name among the commands.
fn open(state: &mut crate::state::State, name: &str) -> Vec<Effect> {
    press(state, "C-p");
    crate::testing::write(state, name);
    press(state, "Enter")
}

#[test]
fn a_reminder_is_told_before_ones_eyes_and_leads_to_its_message() {
    let mut state = state();
    assert!(told(&mut state, 10, NotificationReason::SavedReminder).iter().any(is_notify));
    assert!(open(&mut state, "inbox").contains(&Effect::Inbox));
    let items = vec![notification(5, NotificationReason::SavedReminder)];
    let page = ajet_protocol::Page { items, has_more: false };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(Reply::Inbox(Ok(page)))));
    let effects = press(&mut state, "Enter");
    assert!(effects.contains(&Effect::Find(message_id(5))), "{effects:?}");
}

#[test]
fn what_one_saved_is_shown_as_it_is_by_now() {
    let mut state = state();
    assert!(open(&mut state, "messages that you saved").contains(&Effect::SavedOnes));
    let remind_at = Some(ajet_protocol::Timestamp::from_unix_millis(NOW));
    let kept = ajet_protocol::Saved { message: message(10, "hello"), note: Some("look".into()), remind_at };
    let listed = |state: &mut crate::state::State, kept: ajet_protocol::Saved| {
        let page = ajet_protocol::Page { items: vec![kept], has_more: false };
        let _ = update(state, NOW, Message::Reply(Box::new(Reply::SavedOnes(Ok(page)))));
        let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("the list is open") };
        let item = picker.items().next().expect("a line");
        (item.label.contains("hello · look"), item.detail.contains("reminds"))
    };
    assert_eq!(listed(&mut state, kept.clone()), (true, true));
    let mark = ajet_protocol::SavedMark { note: Some("look".into()), remind_at: None };
    let payload = ajet_protocol::events::SavedPayload {
        message_id: message_id(10),
        channel_id: channel_id(1),
        saved: Some(mark),
    };
    let event = ajet_protocol::Event::SavedUpdated(payload);
    let effects = update(&mut state, NOW, crate::testing::news(90, channel_id(1), &event));
    assert!(effects.contains(&Effect::SavedOnes), "its time has come: {effects:?}");
    assert_eq!(listed(&mut state, ajet_protocol::Saved { remind_at: None, ..kept }), (true, false));
    let _ = update(&mut state, NOW, Message::Reply(Box::new(Reply::Saved(message_id(11)))));
    assert!(state.saved.contains(&message_id(10)) && state.saved.contains(&message_id(11)));
}

#[test]
fn what_comes_while_one_looks_elsewhere_stays_unread() {
    let mut state = state();
    let _ = update(&mut state, NOW + 2_000, Message::Tick);
    let _ = update(&mut state, NOW + 2_000, Message::Focus(false));
    let _ = update(&mut state, NOW + 2_000, posted(&message(11, "more")));
    assert_eq!(read(&update(&mut state, NOW + 9_000, Message::Tick)), None);
    let _ = update(&mut state, NOW + 9_000, Message::Focus(true));
    assert_eq!(read(&update(&mut state, NOW + 12_000, Message::Tick)), Some(message_id(11)));
}

#[test]
fn who_scrolls_up_stays_there_while_more_comes() {
    let mut state = state_with(sync(), (1..40).map(|n| message(n, "text")).collect());
    press(&mut state, "PageUp PageUp");
    let chosen = state.selected.expect("is chosen");
    let _ = update(&mut state, NOW, posted(&message(50, "new")));
    assert_eq!(state.selected, Some(chosen));
    assert_eq!(read(&update(&mut state, NOW + 5_000, Message::Tick)), None, "the end is not seen");
    press(&mut state, "Esc");
    press(&mut state, "End");
    assert_eq!(state.selected, None);
}

#[test]
fn who_marks_an_older_message_as_unread_is_at_the_end_then() {
    let mut state = crate::testing::at_an_older_place();
    let effects = press(&mut state, "A-U");
    assert!(effects.iter().any(|one| matches!(one, Effect::MarkUnread { .. })), "{effects:?}");
    assert!(effects.iter().any(|one| loads(one, Way::Newest)), "{effects:?}");
    assert_eq!(state.selected, None);
}

#[test]
fn the_next_channel_with_something_new_is_found() {
    let mut sync = sync();
    sync.channels[1].channel.unread = Unread { count: 3, mentions: 0 };
    sync.dms[0].channel.unread = Unread { count: 1, mentions: 1 };
    let mut state = state_with(sync, vec![message(10, "hello")]);
    assert_eq!(state.open, Some(channel_id(3)), "one begins where one is called");
    press(&mut state, "A-a");
    assert_eq!(state.open, Some(channel_id(2)));
    press(&mut state, "A-Left");
    assert_eq!(state.open, Some(channel_id(3)));
}

#[test]
fn older_messages_are_fetched_before_the_edge_is_reached() {
    let mut state = state();
    let mut timeline = crate::state::timeline::Timeline::default();
    timeline.begin(Way::Newest);
    let items = (100..140).map(|n| message(n, "text")).collect();
    timeline.page(Way::Newest, ajet_protocol::Page { items, has_more: true });
    *state.timeline_of(channel_id(1)) = timeline;
    let mut effects = Vec::new();
    for _ in 0..8 {
        effects.extend(press(&mut state, "PageUp"));
    }
    let way = Way::Before(message_id(100));
    let loads = effects.iter().filter(|one| loads(one, way)).count();
    assert_eq!(loads, 1, "once: {effects:?}");
}

#[test]
fn everything_that_can_be_done_is_found_by_name() {
    let mut state = state();
    press(&mut state, "C-p");
    crate::testing::write(&mut state, "inbox");
    let effects = press(&mut state, "Enter");
    assert!(effects.contains(&Effect::Inbox), "{effects:?}");
    assert!(matches!(state.overlay, Some(Overlay::Picker(_))));
    press(&mut state, "Esc");
    assert!(state.overlay.is_none());
}

#[test]
fn commands_that_come_late_stand_in_the_open_palette() {
    let mut state = state();
    press(&mut state, "C-p");
    crate::testing::write(&mut state, "/topic");
    let shown = |state: &crate::state::State| match &state.overlay {
        Some(Overlay::Picker(picker)) => picker.items().map(|item| item.label.clone()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(shown(&state), Vec::<String>::new());
    let command = ajet_protocol::CommandInfo {
        name: "topic".into(),
        usage: "/topic TEXT".into(),
        description: "sets the topic".into(),
        arguments: Vec::new(),
        bot_id: None,
    };
    let community = state.open_channel().and_then(|one| one.channel.community_id);
    let came = Reply::Commands { community, result: Ok(vec![command]) };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(came)));
    assert_eq!(shown(&state), ["/topic: sets the topic"]);
}

#[test]
fn a_message_is_found_by_its_link() {
    let mut state = state();
    let found = message(5, "old");
    press(&mut state, "C-p");
    crate::testing::write(&mut state, "go to a message");
    press(&mut state, "Enter");
    crate::testing::write(&mut state, &format!("https://chat.example/m/{}", found.id));
    let effects = press(&mut state, "Enter");
    assert!(effects.contains(&Effect::Find(found.id)), "{effects:?}");
    let around = update(&mut state, NOW, Message::Reply(Box::new(Reply::Found(Ok(Box::new(found))))));
    let way = Way::Around(message_id(5));
    assert!(around.iter().any(|one| loads(one, way)), "{around:?}");
    assert_eq!((state.selected, state.pane), (Some(message_id(5)), Pane::Messages));
}

#[test]
fn leaving_asks_where_something_is_unsent() {
    let mut state = state();
    assert!(press(&mut state, "C-c").contains(&Effect::Quit));
    let _ = update(&mut state, NOW, Message::Connected(false));
    crate::testing::write(&mut state, "hi");
    press(&mut state, "Enter");
    assert!(!press(&mut state, "C-c").contains(&Effect::Quit));
    assert!(press(&mut state, "y").contains(&Effect::Quit));
}

#[test]
fn a_late_page_of_a_channel_that_was_left_changes_nothing_that_is_seen() {
    let mut state = state();
    press(&mut state, "A-Down");
    assert_eq!(state.open, Some(channel_id(2)));
    page(&mut state, vec![message(11, "late")]);
    assert_eq!((state.open, state.selected), (Some(channel_id(2)), None));
}

fn marker_failed(state: &mut crate::state::State, now: u64, is_passing: bool) {
    let failure = crate::message::Failure { text: "no".into(), code: None, is_passing };
    let what = crate::update::replies::MARKED_READ;
    let _ = update(state, now, Message::Reply(Box::new(Reply::Done { what, result: Err(failure) })));
}

#[test]
fn a_read_marker_that_fails_is_not_sent_over_and_over() {
    let mut state = state();
    assert!(read(&update(&mut state, NOW + 2_000, Message::Tick)).is_some());
    marker_failed(&mut state, NOW + 2_100, true);
    assert_eq!(read(&update(&mut state, NOW + 4_000, Message::Tick)), None, "not at once");
    assert_eq!(read(&update(&mut state, NOW + 9_000, Message::Tick)), Some(message_id(10)));
    marker_failed(&mut state, NOW + 9_100, false);
    assert_eq!(read(&update(&mut state, NOW + 99_000, Message::Tick)), None, "it would be refused again");
}

#[test]
fn nothing_is_marked_as_read_while_one_is_away() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Connected(false));
    assert_eq!(read(&update(&mut state, NOW + 9_000, Message::Tick)), None);
    let _ = update(&mut state, NOW + 9_000, Message::Connected(true));
    assert_eq!(read(&update(&mut state, NOW + 12_000, Message::Tick)), Some(message_id(10)));
}

#[test]
fn who_reacted_is_listed_and_written_to() {
    let mut said = message(10, "hello");
    said.reactions = vec![ajet_protocol::Reaction { emoji: "👍".into(), count: 2, reacted_by_me: false }];
    let mut state = state_with(sync(), vec![said]);
    press(&mut state, "Esc");
    let effects = press(&mut state, "A-w");
    let asked = Effect::WhoReacted { message: message_id(10), emoji: vec!["👍".into()] };
    assert!(effects.contains(&asked), "{effects:?}");
    let people = ajet_protocol::Page { items: vec![crate::testing::bob()], has_more: true };
    let result = Ok(vec![("👍".to_owned(), people)]);
    let came = Reply::Reacted { message: message_id(10), result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(came)));
    let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("a list") };
    let labels: Vec<&str> = picker.items().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["👍 Bob", "👍 and more"]);
    let effects = press(&mut state, "Enter");
    assert!(effects.contains(&Effect::OpenDm(crate::testing::user_id(2))), "{effects:?}");
}

#[test]
fn who_reacted_to_a_message_without_an_emoji_is_said_at_once() {
    let mut state = state();
    press(&mut state, "Esc");
    assert!(press(&mut state, "A-w").is_empty());
    assert!(state.notice.is_some() && state.overlay.is_none());
}

#[test]
fn an_emoji_is_found_by_its_short_name() {
    let mut state = state();
    press(&mut state, "Esc");
    press(&mut state, "A-r");
    crate::testing::write(&mut state, "tada");
    let effects = press(&mut state, "Enter");
    let reacts = Effect::React { message: message_id(10), emoji: "🎉".into(), on: true };
    assert!(effects.contains(&reacts), "{effects:?}");
}

#[test]
fn where_letters_are_commands_none_is_written_at_first() {
    let settings = crate::settings::Settings::read("keymap = \"vim\"").expect("is understood");
    let mut state = crate::state::State::new(settings, "https://chat.example", 7);
    let _ = update(&mut state, NOW, Message::Synced(Box::new(sync())));
    press(&mut state, "x");
    assert_eq!((state.pane, state.composer.buffer.text()), (Pane::Messages, ""));
    press(&mut state, "i");
    assert_eq!(state.pane, Pane::Compose);
}

#[test]
fn a_voice_channel_is_opened_in_the_browser() {
    let mut sync = sync();
    sync.channels[1].channel.kind = ajet_protocol::ChannelType::Voice;
    let mut state = state_with(sync, vec![message(10, "hello")]);
    let page = |number| {
        let address = format!("https://chat.example/c/crew/channels/{}", channel_id(number));
        Effect::OpenUrl(address)
    };
    assert!(press(&mut state, "A-b").contains(&page(1)), "the open one");
    state.pane = Pane::Places;
    press(&mut state, "Down");
    assert_eq!(state.chosen_place, Some(channel_id(2)));
    assert!(press(&mut state, "A-b").contains(&page(2)), "the chosen one");
    assert!(press(&mut state, "Enter").contains(&page(2)));
    assert_eq!(state.open, Some(channel_id(1)), "nothing is read there");
}

#[test]
fn keys_that_go_to_another_channel_pass_voice_channels_over() {
    let mut sync = sync();
    sync.communities[0].community.default_channel_id = Some(channel_id(2));
    sync.channels[1].channel.kind = ajet_protocol::ChannelType::Voice;
    sync.channels[1].channel.unread = Unread { count: 1, mentions: 1 };
    let mut state = state_with(sync, vec![message(10, "hello")]);
    assert_eq!(state.open, Some(channel_id(1)), "at the beginning too");
    let mut effects = press(&mut state, "A-Down");
    assert_eq!(state.open, Some(channel_id(3)));
    effects.extend(press(&mut state, "A-a"));
    assert_eq!(state.open, Some(channel_id(3)), "nothing new can be read here");
    effects.extend(press(&mut state, "A-Up"));
    assert_eq!(state.open, Some(channel_id(1)));
    assert!(!effects.iter().any(|one| matches!(one, Effect::OpenUrl(_))), "{effects:?}");
}

/// What is copied may be pasted into a shell: it ends no bracketed paste, and types no key.
#[test]
fn what_is_copied_controls_no_terminal() {
    for hostile in crate::text::corpus_tests::CORPUS {
        let mut state = state_with(sync(), vec![message(10, &format!("see {hostile} here"))]);
        press(&mut state, "Esc");
        let effects = press(&mut state, "A-y");
        let copied = effects.iter().find_map(|one| match one {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        });
        let copied = copied.expect("is copied");
        assert!(copied.chars().all(|c| c == '\n' || crate::text::clean::is_safe(c)), "{copied:?}");
    }
}

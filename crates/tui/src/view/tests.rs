//! The screen as people see it, drawn on ratatui's `TestBackend`.

use std::sync::Arc;

use ajet_client::News;
use ajet_protocol::events::TypingPayload;
use ajet_protocol::{
    ChannelType, Event, Member, Page, Poll, PollOption, PresenceDiff, Reaction, Role, Timestamp, Unread, User,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use crate::keys::keymap::Keymap;
use crate::keys::presets::Preset;
use crate::message::{Message, Reply};
use crate::pictures::Picture;
use crate::state::overlay::{Overlay, Shown};
use crate::state::timeline::Way;
use crate::state::{Link, State};
use crate::testing::{
    NOW, ann, bob, channel_id, message, message_id, news, own, posted, press, state, state_with, sync,
    user_id, write,
};
use crate::update::update;
use crate::view::{draw, layout, overlay};

/// The lines of the screen at a size, without the blanks at their ends.
fn drawn(state: &mut State, columns: u16, lines: u16) -> Vec<String> {
    state.size = (columns, lines);
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a terminal");
    terminal.draw(|frame| draw(state, frame)).expect("is drawn");
    let cells = terminal.backend().buffer();
    let line = |y: u16| {
        let mut text = String::new();
        let mut skip = 0;
        for x in 0..columns {
            let symbol = cells[(x, y)].symbol();
            if skip == 0 {
                text.push_str(symbol);
                skip = crate::text::width::of(symbol).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        text.trim_end().to_owned()
    };
    (0..lines).map(line).collect()
}

fn text(state: &mut State, columns: u16, lines: u16) -> String {
    drawn(state, columns, lines).join("\n")
}

#[test]
fn a_small_screen_shows_channels_messages_and_the_composer() {
    let mut state = state();
    insta::assert_snapshot!(text(&mut state, 60, 8), @r"
    Crew               │#general
     #general          │── the beginning ───────────────────────
     #random           │── Friday, 27 November 2026 ────────────
    Direct messages    │Bob 11:00
     @Bob              │  hello
                       │── to #general ─────────────────────────
                       │>
                                                         F1 help
    ");
}

#[test]
fn what_is_new_stands_out_in_the_list() {
    let mut sync = sync();
    sync.channels[1].channel.unread = Unread { count: 12, mentions: 2 };
    sync.dms[0].channel.unread = Unread { count: 1, mentions: 0 };
    let mut state = state_with(sync, vec![message(10, "hello")]);
    press(&mut state, "A-Up A-Up");
    let lines = drawn(&mut state, 60, 8);
    assert!(lines[2].starts_with(" #random         @2│"), "{lines:#?}");
    assert!(lines[4].starts_with(" @Bob             1│"), "{lines:#?}");
}

#[test]
fn messages_of_one_person_stand_below_one_name() {
    let mut state = state_with(sync(), vec![message(10, "one"), message(11, "two"), own(12, "three")]);
    let all = text(&mut state, 60, 12);
    assert_eq!(all.matches("Bob 11:00").count(), 1, "{all}");
    assert_eq!(all.matches("Ann 11:00").count(), 1, "{all}");
    let at = |word: &str| all.find(word).expect("is shown");
    assert!(at("one") < at("two") && at("two") < at("Ann") && at("Ann") < at("three"));
}

#[test]
fn reactions_polls_and_replies_are_told() {
    let mut said = message(10, "lunch?");
    said.reactions = vec![
        Reaction { emoji: "👍".into(), count: 3, reacted_by_me: true },
        Reaction { emoji: "🎉".into(), count: 1, reacted_by_me: false },
    ];
    let option = |text: &str, votes| PollOption { text: text.into(), votes, voted_by_me: votes > 1 };
    said.poll = Some(Poll {
        question: "Where?".into(),
        options: vec![option("Here", 3), option("There", 1)],
        multiple: false,
        closes_at: None,
        closed: false,
    });
    said.reply_count = 2;
    said.pinned = true;
    let mut state = state_with(sync(), vec![said]);
    let lines = drawn(&mut state, 80, 16);
    let has = |part: &str| assert!(lines.iter().any(|line| line.contains(part)), "{part}: {lines:#?}");
    has("Bob 11:00 pinned");
    has("👍 3  🎉 1");
    has("▤ Where?");
    has("● ███████░░░ 3  Here");
    has("○ ██░░░░░░░░ 1  There");
    has("↳ 2 replies");
    insta::assert_snapshot!(text(&mut state, 60, 14), @r"
    Crew               │#general
     #general          │
     #random           │── the beginning ───────────────────────
    Direct messages    │── Friday, 27 November 2026 ────────────
     @Bob              │Bob 11:00 pinned
                       │  lunch?
                       │  ▤ Where?
                       │  ● ███████░░░ 3  Here
                       │  ○ ██░░░░░░░░ 1  There
                       │  👍 3  🎉 1
                       │  ↳ 2 replies
                       │── to #general ─────────────────────────
                       │>
                                                         F1 help
    ");
}

#[test]
fn a_message_below_the_name_of_another_one_has_its_marks() {
    let (mut pinned, mut asked) = (message(11, "two words"), message(12, ""));
    (pinned.pinned, asked.pinned) = (true, true);
    asked.poll = Some(Poll {
        question: "Where?".into(),
        options: vec![PollOption { text: "Here".into(), votes: 0, voted_by_me: false }],
        multiple: false,
        closes_at: None,
        closed: false,
    });
    let mut state = state_with(sync(), vec![message(10, "one"), pinned, asked]);
    let lines = drawn(&mut state, 60, 12);
    for marked in ["  two words pinned", "  ▤ Where? pinned"] {
        assert!(lines.iter().any(|line| line.ends_with(marked)), "{marked}: {lines:#?}");
    }
    let mut long = message(11, &"word ".repeat(11));
    long.pinned = true;
    let mut state = state_with(sync(), vec![message(10, "one"), long]);
    for columns in 30..90 {
        assert!(text(&mut state, columns, 12).contains("pinned"), "{columns}");
    }
}

#[test]
fn wide_and_combining_characters_keep_the_columns() {
    let mut sync = sync();
    sync.channels[0].channel.name = "日本語チャンネルの長い名前です".into();
    sync.channels[1].channel.name = "cafe\u{301}-👩\u{200d}👧".into();
    let mut state = state_with(sync, vec![message(10, "日本語 e\u{301} 👍🏽 🏳\u{fe0f}\u{200d}🌈 end")]);
    for columns in [40, 60, 80, 300] {
        let lines = drawn(&mut state, columns, 12);
        for line in &lines {
            assert!(crate::text::width::of(line) <= usize::from(columns), "{line}");
        }
        if columns >= 60 {
            let borders: Vec<usize> = lines[..11]
                .iter()
                .map(|line| crate::text::width::of(line.split('│').next().unwrap_or_default()))
                .collect();
            assert!(borders.iter().all(|at| *at == borders[0]), "the border is straight: {lines:#?}");
        }
    }
}

#[test]
fn the_banner_is_quiet_and_what_is_known_stays() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Connected(false));
    let lines = drawn(&mut state, 80, 12);
    assert!(lines[0].starts_with("away since 12:00"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("hello")));
    state.link = Link::Over("signed out".into());
    assert!(drawn(&mut state, 80, 12)[0].starts_with("signed out: signed out"));
}

#[test]
fn what_is_not_sent_is_seen() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Connected(false));
    write(&mut state, "are you there");
    press(&mut state, "Enter");
    let all = text(&mut state, 80, 12);
    assert!(
        all.contains("are you there") && all.contains("waiting to be sent") && all.contains("1 unsent"),
        "{all}"
    );
    insta::assert_snapshot!(text(&mut state, 80, 11), @r"
    away since 12:00: what you write is sent once the server is back
    Crew                 │#general
     #general            │── the beginning ─────────────────────────────────────────
     #random             │── Friday, 27 November 2026 ──────────────────────────────
    Direct messages      │Bob 11:00
     @Bob                │  hello
                         │  are you there
                         │  waiting to be sent
                         │── to #general ───────────────────────────────────────────
                         │>
                                                                  1 unsent · F1 help
    ");
}

#[test]
fn completions_stand_above_the_composer() {
    let mut state = state();
    write(&mut state, "look at #r");
    let lines = drawn(&mut state, 60, 12);
    let composer = lines.iter().position(|line| line.contains("to #general")).expect("the composer");
    let offered = lines[..composer].iter().filter(|line| line.contains("#random")).count();
    assert!(offered >= 2, "in the list of channels, and above the composer: {lines:#?}");
}

#[test]
fn help_shows_the_keys_that_count() {
    let mut state = state();
    state.settings.keymap = Keymap::of(Preset::Vim);
    press(&mut state, "Esc");
    press(&mut state, "?");
    let all = text(&mut state, 80, 40);
    assert!(all.contains("Keys") && all.contains("Everywhere"), "{all}");
    let all = super::overlay::help_lines(&state).join("\n");
    assert!(all.contains("d d          delete it"), "{all}");
    press(&mut state, "q");
    assert!(state.overlay.is_none());
}

#[test]
fn a_thread_stands_beside_its_channel_or_in_its_place() {
    let mut state = state();
    press(&mut state, "Esc");
    press(&mut state, "Enter");
    let mut reply = message(11, "the reply");
    reply.parent_id = Some(message_id(10));
    let result = Ok(ajet_protocol::Page { items: vec![reply], has_more: false });
    let turn = state.thread.as_ref().expect("is open").timeline.turn();
    let came = Reply::Replies { root: message_id(10), way: Way::Newest, turn, result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(came)));
    let wide = text(&mut state, 160, 20);
    assert!(wide.contains("the reply") && wide.contains("the beginning"), "both are seen: {wide}");
    let narrow = text(&mut state, 80, 20);
    assert!(narrow.contains("the reply") && !narrow.contains("the beginning"), "{narrow}");
    assert!(narrow.contains("reply in a thread of #general"));
    insta::assert_snapshot!(text(&mut state, 60, 12), @r"
    Crew               ││Thread
     #general          ││Bob 11:00
     #random           ││  hello
    Direct messages    ││── replies ────────────────────────────
     @Bob              ││
                       ││
                       ││── Friday, 27 November 2026 ───────────
                       ││Bob 11:00
                       ││  the reply
                       │── reply in a thread of #general ───────
                       │>
                                                         F1 help
    ");
}

#[test]
fn a_picture_is_shown_once() {
    let picture = Picture { width: 80, height: 80, rgb: vec![7; 80 * 80 * 3] };
    let screen = Rect::new(0, 0, 80, 24);
    assert_eq!(overlay::picture_area(screen, &picture), Some(Rect::new(35, 9, 10, 5)), "in the middle");
    assert_eq!(overlay::picture_area(Rect::new(0, 0, 2, 9), &picture), None);
    let mut state = state();
    let id = ajet_protocol::AttachmentId(uuid::Uuid::from_u128(1));
    let picture = Shown::Here(Arc::new(picture));
    state.overlay = Some(Overlay::Picture { name: "cat.png".into(), id, picture });
    assert!(text(&mut state, 80, 24).contains('▀'));
    state.pictures_beside = true;
    let all = text(&mut state, 80, 24);
    assert!(all.contains("cat.png") && !all.contains('▀'), "a sequence shows it: {all}");
}

#[test]
fn the_chosen_message_is_on_the_screen_however_long_messages_are() {
    let long = "word ".repeat(300);
    let messages = (1..30).map(|n| message(n, if n % 3 == 0 { long.as_str() } else { "short" })).collect();
    let mut state = state_with(sync(), messages);
    for _ in 0..40 {
        press(&mut state, "PageUp");
        let chosen = state.selected.expect("is chosen");
        // Something is marked: the style of a chosen line is drawn.
        state.pane = crate::state::Pane::Messages;
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a terminal");
        state.size = (80, 24);
        terminal.draw(|frame| draw(&state, frame)).expect("is drawn");
        let theme = super::theme::Theme::of(state.theme);
        let marked =
            terminal.backend().buffer().content.iter().any(|cell| Some(cell.bg) == theme.selected.bg);
        assert!(marked, "{chosen}");
    }
}

#[test]
fn every_size_has_its_layout() {
    let mut state = state();
    for columns in 0..120 {
        for lines in 0..40 {
            state.size = (columns, lines);
            let areas = layout::areas(&state);
            let total: u32 = areas.all().map(|area| area.area()).sum();
            assert!(total <= u32::from(columns) * u32::from(lines), "they do not overlap: {columns}x{lines}");
        }
    }
}

#[test]
fn the_size_of_the_terminal_may_change_at_any_moment() {
    let mut state = state_with(sync(), (1..60).map(|n| message(n, "some text to be broken")).collect());
    for (columns, lines) in [(80, 24), (20, 5), (300, 80), (1, 1), (56, 6), (55, 6), (4, 2), (80, 24)] {
        let all = text(&mut state, columns, lines);
        assert_eq!(all.lines().count().max(1), usize::from(lines).max(1), "{columns}x{lines}");
    }
    assert!(text(&mut state, 80, 24).contains("some text"));
}

#[test]
fn a_large_terminal_shows_every_pane() {
    let mut state = state_with(sync(), (1..60).map(|n| message(n, "some text to be read")).collect());
    state.shows_members = true;
    let result = Ok(Page { items: vec![member(ann()), member(bob())], has_more: false });
    let came = Reply::Members { channel: channel_id(1), result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(came)));
    let lines = drawn(&mut state, 300, 80);
    let areas = layout::areas(&state);
    let (places, side) = (areas.places.expect("is shown"), areas.side.expect("is shown"));
    assert_eq!((places.width, side.x, side.height), (22, 278, 77));
    for (number, line) in lines[..77].iter().enumerate() {
        let borders = line.chars().enumerate().filter(|(_, c)| *c == '│').map(|(at, _)| at);
        assert_eq!(borders.collect::<Vec<_>>(), [21, 278], "{number}: {line}");
    }
    assert!(lines[0].starts_with("Crew ") && lines[0].contains("│#general "), "{}", lines[0]);
    assert!(lines[0].ends_with("│People"), "{}", lines[0]);
    let has = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    assert_eq!((has("some text to be read"), has("── the beginning ─"), has("│Bob 11:00")), (59, 1, 1));
    assert_eq!((has(" #random "), has(" @Bob "), has("│  Ann"), has("│  Bob")), (1, 1, 1, 1));
    assert!(lines[77].contains("── to #general ─") && lines[77].ends_with('─'), "{}", lines[77]);
    assert!(lines[78].contains("│>") && lines[79].ends_with("F1 help"), "{lines:#?}");
}

#[test]
fn a_day_and_what_is_new_are_told_apart() {
    let mut sync = sync();
    sync.channels[0].channel.unread = Unread { count: 2, mentions: 0 };
    sync.channels[0].last_read_id = Some(message_id(10));
    let mut state = state_with(sync, vec![message(10, "old"), message(11, "new one")]);
    let all = text(&mut state, 80, 16);
    let at = |part: &str| all.find(part).unwrap_or_else(|| panic!("{part}: {all}"));
    assert!(at("old") < at("── new ─") && at("── new ─") < at("new one"));
    let mut tomorrow = message(12, "tomorrow");
    tomorrow.created_at = ajet_protocol::Timestamp::from_unix_millis(NOW + 24 * 3_600_000);
    let _ = update(&mut state, NOW, posted(&tomorrow));
    assert!(text(&mut state, 80, 16).contains("Saturday, 28 November 2026"));
    assert_eq!(state.open, Some(channel_id(1)));
}

#[test]
fn files_that_go_along_are_seen_before_and_while_they_are_sent() {
    let mut state = state();
    state.composer.files = vec!["/home/ann/cat.png".into()];
    assert!(text(&mut state, 80, 12).contains("to #general with cat.png"));
    let _ = update(&mut state, NOW, Message::Connected(false));
    press(&mut state, "Enter");
    let all = text(&mut state, 80, 12);
    assert!(all.contains("▣ cat.png") && all.contains("waiting to be sent"), "{all}");
}

/// Somebody who has joined.
fn member(user: User) -> Member {
    Member {
        user,
        role: Role::Member,
        roles: Vec::new(),
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: Timestamp::from_unix_millis(0),
    }
}

#[test]
fn who_is_online_has_a_dot_until_they_go() {
    let mut state = state();
    state.shows_members = true;
    let result = Ok(Page { items: vec![member(ann()), member(bob())], has_more: false });
    let came = Reply::Members { channel: channel_id(1), result };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(came)));
    let mut told = |diff: PresenceDiff| {
        let _ = update(&mut state, NOW, Message::News(Box::new(News::Presence(diff))));
        drawn(&mut state, 160, 12)
    };
    let lines = told(PresenceDiff { online: vec![user_id(2)], offline: Vec::new() });
    let has_end = |lines: &[String], end: &str| lines.iter().any(|line| line.ends_with(end));
    let has_start = |lines: &[String], start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(has_end(&lines, "│• Bob") && has_end(&lines, "│  Ann"), "those who are here: {lines:#?}");
    assert!(has_start(&lines, "•@Bob"), "the direct message with Bob: {lines:#?}");
    let lines = told(PresenceDiff { online: Vec::new(), offline: vec![user_id(2)] });
    assert!(has_end(&lines, "│  Bob") && has_start(&lines, " @Bob"), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains('•')), "{lines:#?}");
}

#[test]
fn a_voice_channel_has_its_sign_and_who_types_is_told_below() {
    let mut sync = sync();
    sync.channels[1].channel.kind = ChannelType::Voice;
    let mut state = state_with(sync, vec![message(10, "hello")]);
    let start = Event::TypingStart(TypingPayload { user_id: user_id(2) });
    let _ = update(&mut state, NOW, news(20, channel_id(1), &start));
    insta::assert_snapshot!(text(&mut state, 60, 8), @r"
    Crew               │#general
     #general          │── the beginning ───────────────────────
     ♪random           │── Friday, 27 November 2026 ────────────
    Direct messages    │Bob 11:00
     @Bob              │  hello
                       │── to #general ─────────────────────────
                       │>
    Bob is typing …                                      F1 help
    ");
}

#[test]
fn who_is_typing_is_told_until_they_stop() {
    let mut state = state();
    let start = |who| Event::TypingStart(TypingPayload { user_id: user_id(who) });
    let stop = Event::TypingStop(TypingPayload { user_id: user_id(2) });
    let _ = update(&mut state, NOW, news(20, channel_id(1), &start(2)));
    let lines = drawn(&mut state, 80, 12);
    assert!(lines[11].starts_with("Bob is typing …"), "{lines:#?}");
    let _ = update(&mut state, NOW, news(21, channel_id(1), &stop));
    let is_told = |state: &mut State| text(state, 80, 12).contains("typing");
    assert!(!is_told(&mut state), "it was said that they stopped");
    let _ = update(&mut state, NOW, news(22, channel_id(1), &start(2)));
    assert!(is_told(&mut state));
    let _ = update(&mut state, NOW + 20_000, Message::Tick);
    assert!(!is_told(&mut state), "nothing more was said of it for a while");
    let now = NOW + 20_000;
    let _ = update(&mut state, now, news(23, channel_id(2), &start(2)));
    let _ = update(&mut state, now, news(24, channel_id(1), &start(1)));
    assert!(!is_told(&mut state), "they type elsewhere, and oneself is not told of oneself");
}

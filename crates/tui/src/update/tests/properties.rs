//! Whatever comes, in whichever order: nothing panics, what is promised holds, and every size can be drawn.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::keys::action::Action;
use crate::keys::keymap::Keymap;
use crate::keys::presets::Preset;
use crate::keys::press::{Code, Press};
use crate::message::{Message, Mouse, Reply};
use crate::state::State;
use crate::state::timeline::{MOST, Way};
use crate::testing::{NOW, channel_id, message, message_id, own, posted, state, sync};
use crate::text::clean::is_safe;
use crate::update::{actions, update};
use crate::view::screen::screen;

/// One of the things that can come.
#[derive(Debug, Clone)]
enum Step {
    Key(Press),
    Do(Action),
    Paste(String),
    Edited(Option<String>),
    Resize(u16, u16),
    Mouse(u16, u16, u8),
    Said(u64, String, Option<u64>),
    Page(u64, u64, bool),
    Synced,
    Connected(bool),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Step> {
    let code = prop_oneof![
        any::<char>().prop_map(Code::Char),
        Just(Code::Enter),
        Just(Code::Esc),
        Just(Code::Tab),
        Just(Code::Up),
        Just(Code::Down),
        Just(Code::PageUp),
        Just(Code::Backspace),
    ];
    let key = (code, any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(code, ctrl, alt, shift)| Step::Key(Press { code, ctrl, alt, shift }));
    prop_oneof![
        4 => key,
        4 => (0..Action::ALL.len()).prop_map(|at| Step::Do(Action::ALL[at])),
        1 => "\\PC{0,20}|(x\n){0,9}".prop_map(Step::Paste),
        1 => proptest::option::of("[a-z@#: \n]{0,12}").prop_map(Step::Edited),
        1 => (0_u16..200, 0_u16..60).prop_map(|(columns, lines)| Step::Resize(columns, lines)),
        1 => (0_u16..200, 0_u16..60, 0_u8..3).prop_map(|(x, y, what)| Step::Mouse(x, y, what)),
        3 => (1_u64..60, "[a-z*_`|>#@: \n]{0,30}", proptest::option::of(1_u64..60))
            .prop_map(|(number, text, parent)| Step::Said(number, text, parent)),
        2 => (1_u64..60, 0_u64..20, any::<bool>()).prop_map(|(from, count, more)| Step::Page(from, count, more)),
        1 => Just(Step::Synced),
        1 => any::<bool>().prop_map(Step::Connected),
        2 => (0_u64..20_000).prop_map(Step::Wait),
    ]
}

fn take(state: &mut State, now: &mut u64, step: Step) {
    let message = match step {
        Step::Key(press) => Message::Key(press),
        Step::Do(action) => return actions::perform(state, action, &mut Vec::new()),
        Step::Paste(text) => Message::Paste(text),
        Step::Edited(text) => Message::Edited(text),
        Step::Resize(columns, lines) => Message::Resized(columns, lines),
        Step::Mouse(x, y, what) => Message::Mouse(match what {
            0 => Mouse::Pressed(x, y),
            1 => Mouse::ScrolledUp(x, y),
            _ => Mouse::ScrolledDown(x, y),
        }),
        Step::Said(number, text, parent) => {
            let mut said = if number % 3 == 0 { own(number, &text) } else { message(number, &text) };
            said.parent_id = parent.filter(|parent| *parent < number).map(message_id);
            posted(&said)
        }
        Step::Page(from, count, has_more) => {
            let way =
                state.timeline(channel_id(1)).and_then(|timeline| timeline.loading).unwrap_or(Way::Newest);
            let turn = state.timeline(channel_id(1)).map_or(0, crate::state::timeline::Timeline::turn);
            let items = (from..from + count).map(|number| message(number, "of a page")).collect();
            let result = Ok(ajet_protocol::Page { items, has_more });
            Message::Reply(Box::new(Reply::Page { channel: channel_id(1), way, turn, result }))
        }
        Step::Synced => Message::Synced(Box::new(sync())),
        Step::Connected(is_open) => Message::Connected(is_open),
        Step::Wait(millis) => {
            *now += millis;
            Message::Tick
        }
    };
    drop(update(state, *now, message));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_can_be_drawn(
        preset in 0_usize..3,
        steps in proptest::collection::vec(steps(), 0..40),
    ) {
        let (mut state, mut now) = (state(), NOW);
        state.settings.keymap = Keymap::of(Preset::ALL[preset]);
        for step in steps {
            take(&mut state, &mut now, step);
            let area = Rect::new(0, 0, state.size.0, state.size.1);
            let mut cells = Buffer::empty(area);
            let cursor = screen(&state, area, &mut cells);
            prop_assert!(cursor.is_none_or(|at| area.contains(at)), "{:?} in {:?}", cursor, area);
            prop_assert!(cells.content.iter().all(|cell| cell.symbol().chars().all(is_safe)));
            prop_assert!(state.open.is_none_or(|open| state.channel(open).is_some()));
            prop_assert!(state.all_timelines().all(|timeline| timeline.len() <= MOST));
            prop_assert!(state.keys.len() < 5);
        }
    }

    /// The same messages lead to the same state and to the same effects.
    #[test]
    fn the_state_is_a_function_of_what_came(steps in proptest::collection::vec(steps(), 0..40)) {
        let (mut one, mut other) = (state(), state());
        let (mut now, mut then) = (NOW, NOW);
        for step in steps {
            take(&mut one, &mut now, step.clone());
            take(&mut other, &mut then, step);
            prop_assert_eq!(&one.title, &other.title);
            prop_assert_eq!(&one.timers, &other.timers);
            prop_assert_eq!(one.composer.buffer.text(), other.composer.buffer.text());
            prop_assert_eq!((one.open, one.selected, one.pane), (other.open, other.selected, other.pane));
            prop_assert_eq!(&one.outbox, &other.outbox);
        }
    }
}

//! Going somewhere: to what a link of a message names.

use crate::effect::Effect;
use crate::state::overlay::{Kind, Overlay};
use crate::testing::{message, message_id, press, state_with, sync};

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

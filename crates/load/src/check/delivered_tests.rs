//! The checker on outgoing webhooks: what is not told, and what is told as two things.

use super::tests::{GENERAL, Story, id, sound};
use super::undelivered;
use crate::history::What;

/// [`sound`], whose three posts were told so: under which ids each.
fn told(deliveries: &[(u128, &str)]) -> Story {
    let mut story = sound();
    story.line("scene", What::Wired { channel: id(GENERAL) });
    for (message, delivery) in deliveries {
        let what = What::Delivered { delivery: (*delivery).into(), message: id(*message) };
        story.line("wire", what);
    }
    story
}

#[test]
fn what_is_acknowledged_is_told_under_one_id() {
    let all = [(1, "a"), (2, "b"), (3, "c"), (2, "b")];
    assert!(!undelivered(&told(&all).lines));
    assert_eq!(told(&all).finish(), [""; 0]);
    assert!(undelivered(&told(&all[..2]).lines));
    assert_eq!(told(&all[..2]).finish(), ["I1"], "one is lost");
    assert_eq!(told(&[(1, "a"), (2, "b"), (3, "c"), (2, "d")]).finish(), ["I2"], "one is two");
    assert_eq!(sound().finish(), [""; 0], "without a webhook");
}

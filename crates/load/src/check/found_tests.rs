//! The checker on the search: a message that is not found, and one that should not be.

use super::tests::{GENERAL, Story, id, sound};
use crate::history::What;

/// What is found where both nodes find these messages by the second text of [`sound`].
fn finding(messages: &[u128], deleted: bool) -> Vec<&'static str> {
    let mut story: Story = sound();
    let mut stored = story.stored();
    if deleted {
        (stored[1].deleted, stored[1].body) = (true, String::new());
    }
    for node in 0..2 {
        let messages = stored.clone();
        story.line("end", What::Final { node, channel: id(GENERAL), messages });
    }
    for node in 0..2 {
        let messages = messages.iter().copied().map(id).collect();
        story.line("end", What::Found { node, phrase: "text 2".into(), messages });
    }
    let all = story.check();
    // That an acknowledged message was deleted by no one is another matter.
    all.into_iter().filter(|one| !deleted || *one == "I19").collect()
}

#[test]
fn what_holds_the_phrase_is_found_and_nothing_else() {
    assert_eq!(finding(&[2], false), [""; 0]);
    assert_eq!(finding(&[], false), ["I1", "I1"], "lost, at each node");
    assert_eq!(finding(&[2, 3], false), ["I19", "I19"], "by words that it does not hold");
    assert_eq!(finding(&[2, 999], false), [""; 0], "in a channel whose end is not known");
    assert_eq!(finding(&[2], true), ["I19", "I19"], "deleted");
    assert_eq!(finding(&[], true), [""; 0]);
}

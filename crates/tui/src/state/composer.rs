//! What is being written: the text, what it is for, and what completes it.

use std::collections::{HashMap, VecDeque};

use ajet_protocol::{ChannelId, MessageId, Trimmed};

use crate::text::buffer::Buffer;

/// Texts that were begun elsewhere and are kept here; the server keeps them too.
const BEGUN: usize = 200;
/// Texts that the server was told and that it has not told back yet.
const TOLD: usize = 20;

/// Where a text goes: a channel, or a thread in it.
pub type Target = (ChannelId, Option<MessageId>);

/// What completes the word before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, with its sign.
    pub from: usize,
    pub choices: Vec<Candidate>,
    pub at: usize,
}

/// One of several completions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in place of the word.
    pub text: String,
    /// What is shown of it.
    pub label: String,
}

/// The composer.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    pub buffer: Buffer,
    /// The message that is being edited; else a new one is written.
    pub editing: Option<MessageId>,
    pub completion: Option<Completion>,
    /// The paths of files that are sent along.
    pub files: Vec<String>,
    /// Whether the completion is walked through: then Enter takes it.
    pub completes: bool,
    /// What the server keeps of this text.
    pub kept: String,
    begun: HashMap<Target, String>,
    /// What the server was told to keep, of which no event has come yet: the oldest first.
    told: VecDeque<(Target, String)>,
    /// Files that are to go along with those.
    laid_by: HashMap<Target, Vec<String>>,
}

impl Composer {
    /// Puts what was begun aside, and takes out what was begun for another target, which the server keeps as `kept`.
    pub fn turn(&mut self, from: Option<Target>, to: Option<Target>, kept: &str) {
        if let Some(from) = from.filter(|_| self.editing.is_none()) {
            // No text in place of one that the server keeps is a change too, which it may not know of yet.
            if self.buffer.is_empty() && self.kept.trim().is_empty() {
                self.begun.remove(&from);
            } else if self.begun.len() < BEGUN || self.begun.contains_key(&from) {
                self.begun.insert(from, self.buffer.text().to_owned());
            }
            if self.files.is_empty() {
                self.laid_by.remove(&from);
            } else if self.laid_by.len() < BEGUN || self.laid_by.contains_key(&from) {
                self.laid_by.insert(from, std::mem::take(&mut self.files));
            }
        }
        self.files = to.and_then(|to| self.laid_by.get(&to).cloned()).unwrap_or_default();
        let own = to.and_then(|to| self.begun.get(&to).cloned());
        self.buffer = Buffer::of(own.as_deref().unwrap_or(kept));
        kept.clone_into(&mut self.kept);
        (self.editing, self.completion, self.completes) = (None, None, false);
    }

    /// The server is told to keep what stands here.
    pub fn tell(&mut self, target: Target, text: &str) {
        text.clone_into(&mut self.kept);
        self.told.push_back((target, Trimmed::from(text).into()));
        if self.told.len() > TOLD {
            self.told.pop_front();
        }
    }

    /// The connection was lost: nothing that the server was told is waited for any more.
    pub fn wait_for_nothing(&mut self) {
        self.told.clear();
    }

    /// Whether an event tells no more than what the server was told from here: it may be older than what stands here. After one of another
    /// session no earlier words of this one are waited for: what is told then is what the server keeps.
    pub fn told_back(&mut self, target: Target, text: &str) -> bool {
        let own = self.told.iter().position(|(place, told)| *place == target && told == text);
        let mut number = 0..;
        self.told.retain(|(place, _)| {
            let is_later = number.next() > own;
            *place != target || own.is_some() && is_later
        });
        own.is_some()
    }

    /// The server keeps another text of what is open, which was written, sent or dropped in another session. It is shown, unless one has
    /// written on here.
    pub fn kept_elsewhere(&mut self, target: Target, text: &str) {
        let put_aside = self.begun.get(&target).map_or("", String::as_str);
        let own = if self.editing.is_some() { put_aside } else { self.buffer.text() };
        let own = Trimmed::from(own);
        if own == Trimmed::from(self.kept.as_str()) && own.as_str() != text {
            if self.editing.is_some() {
                // It is what stands here after the edit.
                self.begun.remove(&target);
            } else {
                self.buffer.set(text);
                // What was offered belongs to the text of before.
                (self.completion, self.completes) = (None, false);
            }
        }
        text.clone_into(&mut self.kept);
    }

    /// Texts that were begun for other targets than this one.
    pub fn begun_elsewhere(&self, here: Option<Target>) -> impl Iterator<Item = (Target, &str)> {
        let others = self.begun.iter().filter(move |(target, _)| Some(**target) != here);
        others.map(|(target, text)| (*target, text.as_str()))
    }

    /// A text that was begun for a target is gone: it was sent, or dropped elsewhere.
    pub fn forget(&mut self, target: Target) {
        self.begun.remove(&target);
    }

    /// The files go along with what is sent now.
    pub fn take_files(&mut self, target: Target) -> Vec<String> {
        self.laid_by.remove(&target);
        std::mem::take(&mut self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::channel_id;

    #[test]
    fn each_target_has_a_text_of_its_own() {
        let (one, other) = (Some((channel_id(1), None)), Some((channel_id(2), None)));
        let mut composer = Composer::default();
        composer.turn(None, one, "");
        composer.buffer.insert("for one");
        composer.turn(one, other, "kept by the server");
        assert_eq!(composer.buffer.text(), "kept by the server");
        composer.turn(other, one, "an older one");
        assert_eq!(composer.buffer.text(), "for one", "what was written here counts more");
        composer.buffer.take();
        composer.turn(one, other, "");
        composer.turn(other, one, "");
        assert!(composer.buffer.is_empty());
    }

    #[test]
    fn a_text_that_was_taken_out_does_not_come_back_from_the_server() {
        let (one, other) = (Some((channel_id(1), None)), Some((channel_id(2), None)));
        let mut composer = Composer::default();
        composer.turn(None, one, "kept");
        composer.buffer.take();
        composer.turn(one, other, "");
        composer.turn(other, one, "kept");
        assert!(composer.buffer.is_empty());
    }

    #[test]
    fn files_stay_with_their_target_and_go_once() {
        let (one, other) = ((channel_id(1), None), (channel_id(2), None));
        let mut composer = Composer { files: vec!["/cat.png".into()], ..Composer::default() };
        composer.turn(Some(one), Some(other), "");
        assert!(composer.files.is_empty());
        composer.turn(Some(other), Some(one), "");
        assert_eq!(composer.take_files(one), ["/cat.png"]);
        composer.turn(Some(one), Some(other), "");
        composer.turn(Some(other), Some(one), "");
        assert!(composer.files.is_empty());
    }

    #[test]
    fn a_draft_of_another_session_shows_unless_one_writes() {
        let (mut composer, here) = (Composer::default(), (channel_id(1), None));
        composer.kept_elsewhere(here, "from the phone");
        assert_eq!(composer.buffer.text(), "from the phone");
        composer.buffer.insert(", and on");
        composer.kept_elsewhere(here, "something else");
        assert_eq!(composer.buffer.text(), "from the phone, and on");
    }

    #[test]
    fn a_draft_of_another_session_comes_after_an_edit() {
        let (mut composer, here) = (Composer::default(), (channel_id(1), None));
        composer.buffer.insert("begun");
        composer.tell(here, "begun");
        composer.turn(Some(here), Some(here), "begun");
        (composer.buffer, composer.editing) = (Buffer::of("said"), Some(crate::testing::message_id(1)));
        composer.kept_elsewhere(here, "");
        assert_eq!(composer.buffer.text(), "said", "the edit goes on");
        composer.turn(None, Some(here), "");
        assert!(composer.buffer.is_empty(), "it was sent elsewhere");
    }

    #[test]
    fn what_the_server_tells_back_is_known() {
        let (mut composer, here, there) = (Composer::default(), (channel_id(1), None), (channel_id(2), None));
        for text in ["a", "ab", "a", "abc"] {
            composer.tell(here, text);
        }
        composer.tell(there, "x");
        assert!(composer.told_back(here, "a") && composer.told_back(here, "ab"));
        assert!(composer.told_back(here, "abc"), "and the one before it was left out");
        assert!(!composer.told_back(here, "abc"), "each comes once");
        composer.tell(here, "abcd");
        assert!(!composer.told_back(here, "of the phone"));
        assert!(!composer.told_back(here, "abcd"), "after that one it counts as another's");
        assert!(composer.told_back(there, "x"), "of another channel");
        composer.tell(here, "cafe\u{301}");
        assert!(composer.told_back(here, "caf\u{e9}"), "as the server keeps it");
    }

    #[test]
    fn what_completes_a_text_goes_with_it() {
        let mut composer = Composer { kept: "a text with @b".into(), ..Composer::default() };
        composer.buffer.insert("a text with @b");
        composer.completion = Some(Completion { from: 12, choices: Vec::new(), at: 0 });
        composer.kept_elsewhere((channel_id(1), None), "short");
        assert_eq!((composer.buffer.text(), &composer.completion), ("short", &None));
    }
}

//! What a node noticed and operators may want to know: the newest notices, in memory only.
//!
//! A notice is a sentence for people. What programs watch is in the metrics; what must be found later is in the log.

use std::collections::VecDeque;
use std::sync::Arc;

use ajet_protocol::ops::Notice;
use parking_lot::Mutex;

/// Notices that a node keeps, and a report shows.
pub(super) const KEPT: usize = 40;

/// The notices of a node; cheap to clone.
#[derive(Clone)]
pub struct Notices(Arc<Inner>);

struct Inner {
    /// The node's name, which stands in each.
    node: String,
    /// The newest last.
    kept: Mutex<VecDeque<Notice>>,
}

impl Notices {
    /// Those of the node of this name: none yet.
    #[must_use]
    pub fn new(node: String) -> Self {
        Self(Arc::new(Inner { node, kept: Mutex::default() }))
    }

    /// Keeps one; the oldest makes room for it.
    pub fn add(&self, text: String) {
        let mut kept = self.0.kept.lock();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Notice { at: crate::clock::now(), node: self.0.node.clone(), text });
    }

    /// All that are kept, the newest first.
    pub(super) fn newest_first(&self) -> Vec<Notice> {
        self.0.kept.lock().iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_notice_makes_room_for_the_newest() {
        let notices = Notices::new("one".into());
        (0..=KEPT).for_each(|n| notices.add(n.to_string()));
        let kept = notices.newest_first();
        assert_eq!(kept.len(), KEPT);
        assert_eq!((kept[0].text.as_str(), kept[0].node.as_str()), ("40", "one"));
        assert_eq!(kept[KEPT - 1].text, "1");
    }
}

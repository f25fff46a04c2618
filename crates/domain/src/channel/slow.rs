//! Slow mode: who has posted a moment ago waits. Those who manage messages there, and webhooks, do not.

use ajet_protocol::{Permission, Timestamp, UserId};

use super::{Change, ChannelCore};
use crate::asked::{Caller, Via};
use crate::need::{Ask, Facts, Find, LastPostOf, Needs};
use crate::writer::Turn;
use crate::{Standing, refusals};

refusals! {
    /// Why somebody who may post has to wait.
    pub enum Hurried {
        /// The channel is in slow mode, and the person has posted there a moment ago.
        TooSoon => SlowMode: "This channel is in slow mode: wait before you post again.",
    }
}

/// Asks when the caller posted last, if the channel may be in slow mode.
pub fn ask_last_post(core: &ChannelCore, by: &Caller, needs: &mut Needs) {
    if core.slow && !is_webhook(by) {
        needs.ask(LastPostOf(by.id()));
    }
}

/// Refuses who has posted a moment ago, where that matters.
///
/// That the channel is slow may come as news: then the question was not asked, and the command is decided again with its answer.
pub fn not_too_soon(core: &mut ChannelCore, standing: &Standing, turn: &Turn<'_>) -> Result<(), Hurried> {
    let is_exempt = is_webhook(turn.by) || standing.may(Permission::ManageMessages);
    if standing.slow_mode_s == 0 || is_exempt {
        return Ok(());
    }
    let author = turn.by.id();
    let Some(stored) = turn.facts.found(&LastPostOf(author)).copied() else {
        (core.slow, core.lacks) = (true, true);
        return Err(Hurried::TooSoon);
    };
    let last = stored.max(core.posted_last(author));
    let until = last.map(|at| at.plus_seconds(u64::from(standing.slow_mode_s)));
    if until.is_some_and(|until| turn.now < until) { Err(Hurried::TooSoon) } else { Ok(()) }
}

fn is_webhook(by: &Caller) -> bool {
    matches!(by.via, Via::Webhook { .. })
}

impl ChannelCore {
    /// When a person posted last in this batch.
    fn posted_last(&self, author: UserId) -> Option<Timestamp> {
        let posted = self.tentative.iter().filter_map(|change| match change {
            Change::InsertMessage { message, .. } if message.author.id == author => Some(message.created_at),
            _ => None,
        });
        posted.max()
    }

    /// Learns whether the channel is in slow mode from what people who see it may do there.
    pub(super) fn learn_pace(&mut self, facts: &Facts) {
        let id = self.id();
        let here = facts.standings.iter().filter(|(asked, _)| asked.channel == Some(id));
        let seen = here.map(|(_, standing)| standing).filter(|standing| standing.sees());
        let mut paces = seen.map(|standing| standing.slow_mode_s).peekable();
        if paces.peek().is_some() {
            self.slow = paces.any(|seconds| seconds > 0);
        }
    }
}

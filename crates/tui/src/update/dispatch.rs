//! The one way in: a message, and what it leads to.

use super::{compose, notices, pointing, pressed, reading, replies, stream, timing};
use crate::effect::Effect;
use crate::message::Message;
use crate::state::{Link, State};

/// Takes a message in at a time in ms, and says what is to be done.
#[must_use]
pub fn update(state: &mut State, now: u64, message: Message) -> Vec<Effect> {
    let mut out = Vec::new();
    state.now = state.now.max(now);
    timing::run(state, &mut out);
    match message {
        Message::Key(press) => pressed::pressed(state, press, &mut out),
        Message::Paste(text) => compose::pasted(state, &text, &mut out),
        Message::Mouse(mouse) => pointing::pointed(state, mouse, &mut out),
        Message::Resized(columns, lines) => state.size = (columns, lines),
        Message::Focus(focused) => state.focused = focused,
        Message::Tick => {}
        Message::Synced(sync) => stream::synced(state, &sync, &mut out),
        Message::News(news) => stream::news(state, *news, &mut out),
        Message::Connected(is_open) => stream::connected(state, is_open, &mut out),
        Message::Trying(why) => state.link = Link::Connecting(Some(why)),
        Message::Over(why) => state.link = Link::Over(why),
        Message::Edited(text) => compose::edited(state, text, &mut out),
        Message::Spoilt => out.push(Effect::Redraw),
        Message::Reply(reply) => replies::reply(state, *reply, &mut out),
    }
    reading::schedule(state);
    notices::retitle(state, &mut out);
    out
}

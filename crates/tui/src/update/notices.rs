//! What one is told beside the messages: a line for a while, a notification of the terminal, its title.

use ajet_protocol::{MessageId, Notification, NotificationReason, NotificationType};

use crate::effect::Effect;
use crate::state::State;
use crate::state::app::Notice;
use crate::state::timers::Timer;
use crate::view::layout;

/// How long a line stays, in ms.
const STAYS: u64 = 6_000;

/// Tells something.
pub fn say(state: &mut State, text: impl Into<String>) {
    tell(state, text.into(), false);
}

/// Tells that something went wrong.
pub fn complain(state: &mut State, text: impl Into<String>) {
    tell(state, text.into(), true);
}

fn tell(state: &mut State, text: String, is_error: bool) {
    state.notice = Some(Notice { text, is_error });
    state.timers.set(Timer::NoticeOver, state.now + STAYS);
}

/// One was told of something: the terminal says so, unless it happened before one's eyes or in quiet hours.
pub fn notified(state: &State, new: &Notification, out: &mut Vec<Effect>) {
    let source = MessageId(new.source_id);
    let is_of_open = new.channel_id.is_some() && new.channel_id == state.open;
    // That one is reminded of a message is no part of it.
    let is_in_thread = new.reason.is_of_message()
        && state.thread.as_ref().is_some_and(|thread| thread.timeline.get(source).is_some());
    let is_seen = is_of_open && layout::shows_channel(state) || is_in_thread && layout::shows_thread(state);
    if new.read || new.silent || state.focused && is_seen {
        return;
    }
    let (who, what) = (&new.actor.display_name, words(new.kind, new.reason));
    let place = new.channel_id.and_then(|id| state.channel(id)).map(|one| state.title_of(&one.channel));
    let title = match &place {
        Some(place) if new.kind != NotificationType::Dm => format!("{who} {what} in {place}"),
        _ => format!("{who} {what}"),
    };
    let known = state.find(source);
    let body = known.map(|message| crate::markdown::beginning(message, state, 100)).unwrap_or_default();
    out.push(Effect::Notify { title, body });
}

/// What happened, behind the name of who did it.
#[must_use]
pub fn words(kind: NotificationType, reason: NotificationReason) -> &'static str {
    match (kind, reason) {
        (NotificationType::Mention, _) => "mentioned you",
        (NotificationType::Dm, _) => "wrote to you",
        (NotificationType::ThreadReply, _) => "replied",
        (NotificationType::Invite, _) => "invited you",
        (_, NotificationReason::Reminder | NotificationReason::SavedReminder) => "reminds you",
        (_, NotificationReason::SignedIn) => "signed in from a new device",
        (_, NotificationReason::ExportReady) => "can download what was asked for",
        (_, NotificationReason::RoleChanged) => "changed your roles",
        (_, NotificationReason::Muted) => "muted you",
        (_, NotificationReason::Unmuted) => "lifted your mute",
        (_, NotificationReason::Kicked) => "removed you",
        (_, NotificationReason::Banned) => "banned you",
        _ => "has news for you",
    }
}

/// Sets the title of the terminal where it has changed: what is unread, and where one is.
pub fn retitle(state: &mut State, out: &mut Vec<Effect>) {
    let Some(model) = &state.model else { return };
    let unread = model.state().notifications.unread;
    let place = state.open_channel().map(|one| state.title_of(&one.channel));
    let place = place.map(|place| format!("{place} · ")).unwrap_or_default();
    let count = if unread > 0 { format!("({unread}) ") } else { String::new() };
    let title = format!("{count}{place}ajet-chat");
    if title != state.title {
        state.title.clone_from(&title);
        out.push(Effect::Title(title));
    }
}

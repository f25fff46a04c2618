//! Going somewhere: to a channel, to a thread, to a message.

use ajet_protocol::{ChannelId, ChannelType, Message, MessageId};

use super::{drafts, notices};
use crate::effect::Effect;
use crate::state::app::EARLIER;
use crate::state::timeline::{Edge, Timeline, Way};
use crate::state::{OpenThread, Pane, State, places};

/// Opens a channel; a voice channel in the browser, where people speak.
pub fn open(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    let Some(place) = state.channel(channel) else {
        return notices::complain(state, "this channel is not there any more");
    };
    if place.channel.kind == ChannelType::Voice {
        return out.extend(address(state, channel).map(Effect::OpenUrl));
    }
    if state.open != Some(channel) {
        enter(state, channel, out);
    } else if state.thread.is_some() {
        close_thread(state, out);
    }
    if matches!(state.pane, Pane::Places | Pane::Thread | Pane::Members) {
        state.pane = home_pane(state);
    }
    load(state, channel, out);
}

/// Where keys go in a channel that was just opened.
fn home_pane(state: &State) -> Pane {
    if state.settings.keymap.preset.typing_writes() { Pane::Compose } else { Pane::Messages }
}

fn enter(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    leave_text(state, out);
    let before = state.target();
    if let Some(open) = state.open {
        state.earlier.retain(|one| *one != open && *one != channel);
        state.earlier.push(open);
        if state.earlier.len() > EARLIER {
            state.earlier.remove(0);
        }
    }
    (state.open, state.chosen_place, state.thread) = (Some(channel), Some(channel), None);
    (state.selected, state.nudge, state.chosen_member) = (None, 0, 0);
    let place = state.channel(channel);
    let unread = place.filter(|one| one.channel.unread.count > 0);
    (state.read_until, state.marked_read) = (unread.and_then(|one| one.last_read_id), None);
    turn(state, before);
    state.people.here = None;
    let community = state.open_channel().and_then(|one| one.channel.community_id);
    if let Some(community) = community {
        out.extend([Effect::Members(channel), Effect::Online(community)]);
    }
    if !state.commands.contains_key(&community) {
        out.push(Effect::Commands(community));
    }
}

/// Keeps what is being written where it belongs.
fn leave_text(state: &mut State, out: &mut Vec<Effect>) {
    drafts::keep(state, out);
    drafts::stop_typing(state, out);
}

/// The composer turns from one target to the one that is open now.
fn turn(state: &mut State, before: Option<crate::state::composer::Target>) {
    let now = state.target();
    let kept = now.map(|target| kept_draft(state, target)).unwrap_or_default();
    state.composer.turn(before, now, &kept);
}

/// The draft that the server keeps for a target.
#[must_use]
pub fn kept_draft(state: &State, (channel, parent): crate::state::composer::Target) -> String {
    let drafts = state.model.iter().flat_map(|model| &model.state().drafts);
    let mut own = drafts.filter(|draft| draft.channel_id == channel && draft.parent_id == parent);
    own.next().map(|draft| draft.body_md.clone()).unwrap_or_default()
}

/// Fetches the messages of a channel, unless they are here.
pub fn load(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    let way = state.selected.filter(|_| state.open == Some(channel)).map_or(Way::Newest, Way::Around);
    let timeline = state.timeline_of(channel);
    if timeline.stale && timeline.begin(way) {
        out.push(Effect::Load { channel, way, turn: timeline.turn() });
    } else {
        follow_on(state, channel, out);
    }
}

/// Fetches the replies of the open thread, unless they are here.
pub fn load_thread(state: &mut State, out: &mut Vec<Effect>) {
    if let Some(thread) = &mut state.thread
        && thread.timeline.stale
        && thread.timeline.begin(Way::Newest)
    {
        let turn = thread.timeline.turn();
        out.push(Effect::LoadReplies { root: thread.root, way: Way::Newest, turn });
    }
}

/// Fetches the page behind the last message that is here, if it is looked at and there is one.
pub fn follow_on(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    let is_at_bottom = state.selected.is_none();
    let Some(timeline) = state.timeline_mut(channel) else { return };
    let (false, false, Some(newest)) = (timeline.is_at_end(), timeline.stale, timeline.newest()) else {
        return;
    };
    let way = Way::After(newest);
    if is_at_bottom && timeline.begin(way) {
        out.push(Effect::Load { channel, way, turn: timeline.turn() });
    }
}

/// Goes to the end of a channel; what lies between is not fetched.
pub fn to_end(state: &mut State, channel: ChannelId, out: &mut Vec<Effect>) {
    (state.selected, state.nudge) = (None, 0);
    let timeline = state.timeline_of(channel);
    if !timeline.is_at_end() {
        timeline.missed_something();
    }
    load(state, channel, out);
}

/// Fetches the page beyond the edge that the chosen message is near.
pub fn load_near(state: &mut State, out: &mut Vec<Effect>) {
    /// How many messages before the edge.
    const NEAR: usize = 10;
    if let (Some(thread), Pane::Thread) = (&mut state.thread, state.pane) {
        let way = thread.selected.and_then(|selected| beyond(&thread.timeline, selected, NEAR));
        if let Some(way) = way.filter(|way| thread.timeline.begin(*way)) {
            let turn = thread.timeline.turn();
            out.push(Effect::LoadReplies { root: thread.root, way, turn });
        }
        return;
    }
    let (Some(channel), Some(selected)) = (state.open, state.selected) else { return };
    let Some(timeline) = state.timeline_mut(channel) else { return };
    if let Some(way) = beyond(timeline, selected, NEAR)
        && timeline.begin(way)
    {
        out.push(Effect::Load { channel, way, turn: timeline.turn() });
    }
}

fn beyond(timeline: &Timeline, selected: MessageId, near: usize) -> Option<Way> {
    use crate::state::timeline::Edge::More;
    if timeline.before == More && timeline.up_to(selected).take(near).count() < near {
        return timeline.oldest().map(Way::Before);
    }
    if timeline.after == More && timeline.starting_at(selected).take(near).count() < near {
        return timeline.newest().map(Way::After);
    }
    None
}

/// Opens the thread that a message begins, or stands in.
pub fn open_thread(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let root = message.parent_id.unwrap_or(message.id);
    leave_text(state, out);
    let before = state.target();
    let mut timeline = Timeline::opened_at(state.now);
    timeline.begin(Way::Newest);
    let asked = timeline.turn();
    state.thread = Some(OpenThread { root, timeline, selected: None });
    turn(state, before);
    state.pane = if state.settings.keymap.preset.typing_writes() { Pane::Compose } else { Pane::Thread };
    out.push(Effect::LoadReplies { root, way: Way::Newest, turn: asked });
}

/// Closes the thread; its channel is there again.
pub fn close_thread(state: &mut State, out: &mut Vec<Effect>) {
    leave_text(state, out);
    let before = state.target();
    state.thread = None;
    turn(state, before);
    if state.pane == Pane::Thread {
        state.pane = Pane::Messages;
    }
}

/// Goes to a message, wherever it stands.
pub fn go_to(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    let channel = message.channel_id;
    if state.channel(channel).is_none() {
        return notices::complain(state, "this message is in a channel that you don't see");
    }
    if state.open != Some(channel) {
        enter(state, channel, out);
    }
    state.pane = Pane::Messages;
    // A reply stands in its thread; where it began is shown beside it.
    let place = message.parent_id.filter(|_| !message.also_to_channel).unwrap_or(message.id);
    show(state, channel, place, out);
    if message.parent_id.is_some() {
        open_thread(state, message, out);
        state.pane = Pane::Thread;
        if let Some(thread) = &mut state.thread {
            thread.selected = Some(message.id);
        }
    }
}

/// Chooses a message of the open channel, and fetches what is around it if it is not here.
pub fn show(state: &mut State, channel: ChannelId, id: MessageId, out: &mut Vec<Effect>) {
    (state.selected, state.nudge) = (Some(id), 0);
    let timeline = state.timeline_of(channel);
    if timeline.get(id).is_none() || timeline.stale {
        timeline.missed_something();
        timeline.begin(Way::Around(id));
        out.push(Effect::Load { channel, way: Way::Around(id), turn: timeline.turn() });
    }
}

/// Goes to the first message behind the last one that was read, or to that one where none follows.
pub fn show_unread(state: &mut State, channel: ChannelId, read: MessageId, out: &mut Vec<Effect>) {
    state.pane = Pane::Messages;
    let first = first_unread(state, channel, read);
    show(state, channel, first.unwrap_or(read), out);
    let is_fetched = state.timeline(channel).is_some_and(|one| one.loading == Some(Way::Around(read)));
    state.seeks = (first.is_none() && is_fetched).then_some(read);
}

/// What is around the last message that was read has come: the first one behind it is chosen, unless another one was chosen meanwhile.
pub fn seek_unread(state: &mut State, channel: ChannelId) {
    let read = state.seeks.take().filter(|read| state.selected == Some(*read));
    if let Some(first) = read.and_then(|read| first_unread(state, channel, read)) {
        state.selected = Some(first);
    }
}

/// The first message behind one that somebody else wrote and that is not deleted, if it is known which one that is.
fn first_unread(state: &State, channel: ChannelId, read: MessageId) -> Option<MessageId> {
    let timeline = state.timeline(channel).filter(|timeline| !timeline.stale)?;
    // Else there may be another one above the first message that is here.
    let reaches = timeline.before == Edge::End || timeline.oldest() <= Some(read);
    let me = state.me();
    let is_unread =
        |message: &&Message| message.id > read && !message.deleted && Some(message.author.id) != me;
    let mut behind = timeline.starting_at(read).filter(|_| reaches);
    behind.find(is_unread).map(|message| message.id)
}

/// The address of a channel's page.
#[must_use]
pub fn address(state: &State, channel: ChannelId) -> Option<String> {
    let home = state.channel(channel)?.channel.community_id;
    let Some(home) = home else { return Some(format!("{}/dm/{channel}", state.base)) };
    let communities = &state.model.as_ref()?.state().communities;
    let slug = &communities.iter().find(|one| one.community.id == home)?.community.slug;
    Some(format!("{}/c/{slug}/channels/{channel}", state.base))
}

/// The channel that a name means, as `general`, `#general` or `@ann`.
#[must_use]
pub fn named(state: &State, name: &str) -> Option<ChannelId> {
    let bare = name.trim_start_matches(['#', '@', '&']).to_lowercase();
    let (model, me) = (state.model.as_ref()?, state.me()?);
    let sync = model.state();
    let mut all = sync.channels.iter().chain(&sync.dms).map(|one| &one.channel);
    let fits = |channel: &&ajet_protocol::Channel| {
        let is_person =
            |person: &ajet_protocol::User| person.id != me && person.username.to_lowercase() == bare;
        let is_dm = channel.kind == ChannelType::Dm;
        channel.id.to_string() == bare
            || places::name(channel, me).to_lowercase() == bare && !(name.starts_with('#') && is_dm)
            || is_dm && !name.starts_with('#') && channel.members.iter().any(is_person)
    };
    all.find(fits).map(|channel| channel.id)
}

/// The channel to begin with: one with something new, else where people arrive, else the first one.
#[must_use]
pub fn first(state: &State) -> Option<ChannelId> {
    let model = state.model.as_ref()?;
    let arrival = model.state().communities.iter().find_map(|one| one.community.default_channel_id);
    let joined = |id: &ChannelId| {
        places::channel(model, *id).is_some_and(|one| one.joined && places::is_read_here(one))
    };
    places::next_unread(model, None).or_else(|| arrival.filter(joined)).or_else(|| {
        places::channels(model, None).find(|one| places::is_read_here(one)).map(|one| one.channel.id)
    })
}

//! What the live stream brings: the beginning, events, and what has to be fetched anew.

use ajet_client::{Change, Model, News};
use ajet_protocol::{Message, Sync};

use super::{drafts, events, notices, opening, sending, timing};
use crate::effect::Effect;
use crate::state::timers::Timer;
use crate::state::{Link, State};

/// Communities of which it is asked who is online.
const COMMUNITIES: usize = 20;
/// How long until the people of a channel are fetched whose coming and going may have been missed, in ms.
const MEMBERS: u64 = 700;

/// Everything was fetched: at the beginning, and whenever something can't be known otherwise.
pub fn synced(state: &mut State, sync: &Sync, out: &mut Vec<Effect>) {
    let is_first = state.model.is_none();
    let was_away = !is_first && state.link != Link::Live;
    state.model = Some(Model::of(sync));
    state.link = Link::Live;
    state.people.meet(&sync.user.user);
    let people = sync.dms.iter().flat_map(|one| &one.channel.members).chain(&sync.blocks);
    people.for_each(|person| state.people.meet(person));
    // What was told between the last event and this answer is not known of any timeline.
    state.all_timelines().for_each(crate::state::timeline::Timeline::missed_something);
    if is_first {
        begin(state, sync, out);
    } else {
        again(state, out);
    }
    if was_away {
        drafts::keep_again(state, out);
        online(state, out);
    }
    timing::refresh(state, out);
    sending::pump_now(state, out);
}

fn begin(state: &mut State, sync: &Sync, out: &mut Vec<Effect>) {
    state.last_key = state.now;
    timing::heartbeat(state, out);
    out.push(Effect::LoadUnsent(sync.user.user.id));
    online(state, out);
    let wanted = state.opens.take();
    let found = wanted.as_deref().and_then(|name| opening::named(state, name));
    if let (Some(name), None) = (&wanted, found) {
        notices::complain(state, format!("there is no {name}"));
    }
    match found.or_else(|| opening::first(state)) {
        Some(channel) => opening::open(state, channel, out),
        None => notices::say(state, "no channel yet: somebody has to invite you"),
    }
}

fn again(state: &mut State, out: &mut Vec<Effect>) {
    stay_or_leave(state, out);
    // One that was just opened, such as a new direct message.
    if let Some(channel) = state.opens.take().and_then(|name| opening::named(state, &name)) {
        opening::open(state, channel, out);
    }
    if let Some(channel) = state.open {
        opening::load(state, channel, out);
    }
    opening::load_thread(state, out);
}

/// The stream has a connection, or has lost it.
pub fn connected(state: &mut State, is_open: bool, out: &mut Vec<Effect>) {
    match (&state.link, is_open) {
        (Link::Away(_), true) => {
            state.link = Link::Live;
            timing::heartbeat(state, out);
            sending::pump_now(state, out);
            drafts::keep_again(state, out);
            timing::refresh(state, out);
            come_back(state, out);
        }
        (Link::Live, false) => state.link = Link::Away(state.now),
        _ => {}
    }
}

/// What could not be fetched while one was away, and what nothing told of: who is online. A fetch of before may wait for long on a
/// connection that is lost.
fn come_back(state: &mut State, out: &mut Vec<Effect>) {
    online(state, out);
    let waiting = state.all_timelines().filter(|timeline| timeline.loading.is_some());
    waiting.for_each(crate::state::timeline::Timeline::missed_something);
    if let Some(channel) = state.open {
        opening::load(state, channel, out);
    }
    opening::load_thread(state, out);
}

/// Asks who is online, wherever one is.
fn online(state: &mut State, out: &mut Vec<Effect>) {
    state.people.online.clear();
    let communities = state.model.iter().flat_map(|model| &model.state().communities);
    out.extend(communities.take(COMMUNITIES).map(|one| Effect::Online(one.community.id)));
}

/// The stream brings something.
pub fn news(state: &mut State, news: News, out: &mut Vec<Effect>) {
    let Some(model) = &mut state.model else { return };
    let change = match &news {
        News::Event(envelope) => model.apply(envelope),
        News::Resync(_) => {
            model.missed_something();
            online(state, out);
            state.timers.set_first(Timer::Members, state.now + MEMBERS);
            Change::Refetch
        }
        News::Rights(changed) => {
            model.rights_changed(changed);
            Change::Refetch
        }
        News::Ready(_) | News::Presence(_) => Change::Nothing,
    };
    if change == Change::Refetch {
        out.push(Effect::Refetch);
    }
    match news {
        News::Event(envelope) => {
            if let Ok(Some(event)) = envelope.event() {
                events::apply(state, &envelope, event, out);
            }
            stay_or_leave(state, out);
        }
        News::Presence(diff) => state.people.came_and_went(&diff.online, &diff.offline),
        News::Ready(_) | News::Resync(_) | News::Rights(_) => {}
    }
}

/// Leaves a channel that is there no more.
fn stay_or_leave(state: &mut State, out: &mut Vec<Effect>) {
    let Some(open) = state.open else { return };
    if state.channel(open).is_some() {
        return;
    }
    state.forget_channel(open);
    state.earlier.retain(|one| *one != open);
    (state.open, state.thread, state.selected) = (None, None, None);
    state.timers.clear(Timer::KeepDraft);
    notices::say(state, "the channel is not there any more");
    if let Some(next) = opening::first(state) {
        opening::open(state, next, out);
    }
}

/// People whom messages name are met, or asked for.
pub fn meet(state: &mut State, message: &Message, out: &mut Vec<Effect>) {
    use ajet_protocol::{MentionType, UserId};
    state.people.meet(&message.author);
    for mention in message.mentions.iter().filter(|mention| mention.kind == MentionType::User) {
        if let Some(id) = mention.target_id.map(UserId) {
            state.people.want(id);
        }
    }
    ask(state, out);
}

/// Asks for the names that are wanted, a few at a time.
pub fn ask(state: &mut State, out: &mut Vec<Effect>) {
    out.extend(std::iter::from_fn(|| state.people.ask()).map(Effect::Person));
}

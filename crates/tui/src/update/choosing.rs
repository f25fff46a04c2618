//! Lists to choose from: what stands in them, and what choosing a line does.

use ajet_protocol::{ChannelType, MessageId, SyncedChannel, UserId};

use super::{actions, attaching, compose, notices, opening};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::settings::Pictures;
use crate::state::overlay::{Choice, Item, Kind, Overlay, Picker, Shown};
use crate::state::timers::Timer;
use crate::state::{State, places};
use crate::{links, markdown};

/// How long one has typed nothing before the server is asked, in ms.
const PAUSE: u64 = 250;
/// The same for the files of this machine.
const FILES_PAUSE: u64 = 40;

/// Opens a list.
pub fn open(state: &mut State, kind: Kind, out: &mut Vec<Effect>) {
    let items = match kind {
        Kind::Switcher => switcher(state),
        Kind::Palette => palette(state),
        Kind::React(_) => reactions(state),
        Kind::Search
        | Kind::Inbox
        | Kind::Saved
        | Kind::Pins
        | Kind::Reactions(_)
        | Kind::Links
        | Kind::Vote(_)
        | Kind::GoTo
        | Kind::Attach => Vec::new(),
    };
    let mut picker = Picker::of(kind, items);
    let asks = match kind {
        Kind::Inbox => Some(Effect::Inbox),
        Kind::Saved => Some(Effect::SavedOnes),
        Kind::Pins => state.open.map(Effect::Pins),
        Kind::Attach => Some(Effect::ListFiles(String::new())),
        _ => None,
    };
    picker.waits = asks.is_some();
    out.extend(asks);
    state.overlay = Some(Overlay::Picker(Box::new(picker)));
}

/// Channels and people, those with something new first.
fn switcher(state: &State) -> Vec<Item> {
    let Some(model) = &state.model else { return Vec::new() };
    let sync = model.state();
    let home = |one: &SyncedChannel| {
        let all = sync.communities.iter();
        let found = all.filter(|home| Some(home.community.id) == one.channel.community_id);
        found.map(|home| home.community.name.clone()).next().unwrap_or_default()
    };
    let mut all: Vec<&SyncedChannel> = sync.channels.iter().chain(&sync.dms).collect();
    let newness = |one: &SyncedChannel| (one.channel.unread.mentions, one.channel.unread.count.min(1));
    all.sort_by_key(|one| std::cmp::Reverse((newness(one), one.channel.last_message_id)));
    let channels = all.into_iter().map(|one| Item {
        marked: one.channel.unread.count > 0,
        ..Item::new(state.title_of(&one.channel), home(one), Choice::Channel(one.channel.id))
    });
    let written = |id: UserId| {
        sync.dms.iter().any(|one| {
            one.channel.kind == ChannelType::Dm && one.channel.members.iter().any(|member| member.id == id)
        })
    };
    let me = state.me();
    let people =
        state.people.iter().filter(|person| Some(person.id) != me && !written(person.id) && !person.bot);
    let mut people: Vec<Item> = people
        .map(|person| {
            Item::new(format!("@{}", person.display_name), person.username.clone(), Choice::Person(person.id))
        })
        .collect();
    people.sort_by(|one, other| one.label.cmp(&other.label));
    channels.chain(people).collect()
}

/// All that can be done by name, with its keys, and the slash commands.
fn palette(state: &State) -> Vec<Item> {
    let is_moving = |action: &Action| {
        use Action::{Backspace, Down, Left, Right, Select, Up};
        matches!(action, Up | Down | Left | Right | Select | Backspace)
    };
    let actions = Action::ALL.iter().filter(|action| !is_moving(action)).map(|action| {
        let keys = state.settings.keymap.keys_of(*action).unwrap_or_default();
        Item::new(
            format!("{}: {}", action.name().replace('_', " "), action.words()),
            keys,
            Choice::Do(*action),
        )
    });
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let commands = state.commands.get(&home).into_iter().flatten().map(|command| {
        let label = format!("/{}: {}", command.name, command.description);
        Item::new(label, command.usage.clone(), Choice::Write(format!("/{} ", command.name)))
    });
    actions.chain(commands).collect()
}

/// The slash commands are known: they stand in the palette too, where it is open already. The chosen line stays chosen.
pub fn commands_came(state: &mut State) {
    let items = palette(state);
    let Some(Overlay::Picker(picker)) = &mut state.overlay else { return };
    if picker.kind != Kind::Palette {
        return;
    }
    let chosen = picker.chosen().cloned();
    picker.set(items);
    let place = picker.items().position(|item| Some(item) == chosen.as_ref());
    picker.at = place.unwrap_or(0);
}

/// Emoji, the usual ones first, then the community's own.
fn reactions(state: &State) -> Vec<Item> {
    const USUAL: [&str; 8] = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏", "😮"];
    let item = |emoji: &'static emojis::Emoji| {
        let codes: Vec<&str> = emoji.shortcodes().collect();
        Item::new(
            format!("{emoji} {}", emoji.name()),
            codes.join(" "),
            Choice::React(emoji.as_str().to_owned()),
        )
    };
    let usual = USUAL.iter().filter_map(|emoji| emojis::get(emoji)).map(item);
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let communities = state.model.iter().flat_map(|model| &model.state().communities);
    let own = communities.filter(|one| Some(one.community.id) == home).flat_map(|one| &one.emoji);
    let own =
        own.map(|one| Item::new(format!(":{}:", one.name), "", Choice::React(format!(":{}:", one.name))));
    let others = emojis::iter().filter(|emoji| !USUAL.contains(&emoji.as_str())).map(item);
    usual.chain(own).chain(others).collect()
}

/// What is typed into a list has changed.
pub fn typed(state: &mut State) {
    let Some(Overlay::Picker(picker)) = &state.overlay else { return };
    match picker.kind {
        Kind::Search => state.timers.set(Timer::Search, state.now + PAUSE),
        Kind::Attach => state.timers.set(Timer::Search, state.now + FILES_PAUSE),
        _ => {}
    }
}

/// Looks for what is typed.
pub fn search(state: &mut State, out: &mut Vec<Effect>) {
    let community = state.open_channel().and_then(|one| one.channel.community_id);
    let Some(Overlay::Picker(picker)) = &mut state.overlay else { return };
    let text = picker.input.text().trim().to_owned();
    let asks = match picker.kind {
        Kind::Search if !text.is_empty() => Effect::Search { text, community },
        Kind::Attach => Effect::ListFiles(text),
        _ => return,
    };
    picker.waits = true;
    out.push(asks);
}

/// The chosen line is taken. Several options of a poll can be chosen, one after the other.
pub fn select(state: &mut State, out: &mut Vec<Effect>) {
    let Some(Overlay::Picker(picker)) = &state.overlay else { return };
    if let Kind::Vote(message) = picker.kind {
        return mark_option(state, message);
    }
    if picker.kind == Kind::GoTo {
        let typed = picker.input.text().trim().to_owned();
        state.overlay = None;
        return by_link(state, &typed, out);
    }
    let kind = picker.kind;
    let Some(choice) = picker.chosen().map(|item| item.choice.clone()) else {
        // Enter looks at once for what was typed a moment ago.
        return search(state, out);
    };
    match &choice {
        Choice::Nothing => return,
        Choice::Folder(path) => return enter_folder(state, path, out),
        _ => state.overlay = None,
    }
    match (kind, choice) {
        (Kind::React(message), Choice::React(emoji)) => {
            let known = state.find(message).map(|message| &message.reactions);
            let mine = known.is_some_and(|all| all.iter().any(|one| one.emoji == emoji && one.reacted_by_me));
            out.push(Effect::React { message, emoji, on: !mine });
        }
        (_, choice) => choose(state, choice, out),
    }
}

/// Lists what is in a folder, whose path stands in place of what was typed.
fn enter_folder(state: &mut State, path: &str, out: &mut Vec<Effect>) {
    if let Some(Overlay::Picker(picker)) = &mut state.overlay {
        picker.input.set(path);
    }
    search(state, out);
}

fn mark_option(state: &mut State, message: MessageId) {
    let poll = state.find(message).and_then(|message| message.poll.as_ref());
    let multiple = poll.is_some_and(|poll| poll.multiple);
    let Some(Overlay::Picker(picker)) = &mut state.overlay else { return };
    let was = picker.chosen().is_some_and(|item| item.marked);
    if !multiple {
        picker.unmark_all();
    }
    if let Some(item) = picker.chosen_mut() {
        item.marked = !was;
    }
}

/// A list was closed: what was voted is told.
pub fn closed(state: &State, picker: &Picker, out: &mut Vec<Effect>) {
    let Kind::Vote(message) = picker.kind else { return };
    let place = |item: &Item| match item.choice {
        Choice::Option(place) => Some(place),
        _ => None,
    };
    let options: Vec<i64> = picker.marked().filter_map(place).collect();
    let poll = state.find(message).and_then(|message| message.poll.as_ref());
    let before = poll.map(|poll| {
        let voted = poll.options.iter().zip(0_i64..).filter(|(option, _)| option.voted_by_me);
        voted.map(|(_, place)| place).collect::<Vec<_>>()
    });
    if before.as_ref() != Some(&options) {
        out.push(Effect::Vote { message, options });
    }
}

/// Does what a line stands for.
pub fn choose(state: &mut State, choice: Choice, out: &mut Vec<Effect>) {
    match choice {
        Choice::Channel(channel) => opening::open(state, channel, out),
        Choice::Person(person) => out.push(Effect::OpenDm(person)),
        Choice::Message(message) => out.push(Effect::Find(message)),
        Choice::Do(action) => actions::perform(state, action, out),
        Choice::Write(text) => compose::insert(state, &text, out),
        Choice::Link(address) => match links::absolute(&state.base, &address) {
            Some(address) => out.push(Effect::OpenUrl(address)),
            None => notices::complain(state, "this is no address of the web"),
        },
        Choice::Told(id, then) => {
            out.push(Effect::ReadNotification(id));
            choose(state, *then, out);
        }
        Choice::Picture(id, _) if state.settings.pictures == Pictures::Off => {
            let address = links::absolute(&state.base, &ajet_protocol::Attachment::url_of(id));
            out.extend(address.map(Effect::OpenUrl));
        }
        Choice::Picture(id, name) => {
            state.overlay = Some(Overlay::Picture { name, id, picture: Shown::Coming });
            out.push(Effect::LoadPicture(id));
        }
        Choice::File(path) => attaching::attach(state, path),
        Choice::React(_) | Choice::Option(_) | Choice::Folder(_) | Choice::Nothing => {}
    }
}

/// Goes to the message that a link names: the id at its end.
fn by_link(state: &mut State, link: &str, out: &mut Vec<Effect>) {
    let last = link.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match last.parse::<MessageId>() {
        Ok(id) => out.push(Effect::Find(id)),
        Err(_) => notices::complain(state, "this is no link of a message"),
    }
}

/// A line for a message that was found somewhere.
#[must_use]
pub fn item_of(state: &State, message: &ajet_protocol::Message) -> Item {
    let place = state.channel(message.channel_id);
    let place = place.map(|one| state.title_of(&one.channel)).unwrap_or_default();
    let text = markdown::beginning(message, state, 120);
    let label = format!("{}: {text}", message.author.display_name);
    let when = crate::when::short(state, message.created_at);
    Item::new(label, format!("{place} {when}"), Choice::Message(message.id))
}

/// The channels of the list that are there, for tests and for `--plain`.
pub fn channel_names(state: &State) -> Vec<String> {
    let channels = state.model.iter().flat_map(|model| places::channels(model, state.open));
    channels.map(|one| state.title_of(&one.channel)).collect()
}

//! What completes a word: people behind `@`, channels behind `#`, emoji behind `:`, commands behind `/`.

use ajet_protocol::{ChannelId, ChannelType, Mention, MentionType, UserId};

use crate::fuzzy;
use crate::state::State;
use crate::state::composer::Candidate;

/// Completions that are offered.
const OFFERED: usize = 8;
/// Letters behind a colon from which on emoji are offered: `:)` and times are no names.
const EMOJI_FROM: usize = 2;

/// What may complete the word at the end of a text, the best first, and where that word begins.
#[must_use]
pub fn candidates(state: &State, before: &str) -> Option<(usize, Vec<Candidate>)> {
    if let Some(typed) = before.strip_prefix('/').filter(|typed| !typed.contains(['\n', '/'])) {
        let found = commands(state, typed);
        if !found.is_empty() {
            return Some((0, found));
        }
    }
    let from = before
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let word = &before[from..];
    let mut chars = word.chars();
    let (sign, typed) = (chars.next()?, chars.as_str());
    let found = match sign {
        '@' => people(state, typed),
        '#' => channels(state, typed),
        ':' if typed.chars().count() >= EMOJI_FROM && !typed.ends_with(':') => emoji(state, typed),
        _ => return None,
    };
    (!found.is_empty()).then_some((from, found))
}

/// The best of what fits.
fn best(typed: &str, all: impl Iterator<Item = (String, Candidate)>) -> Vec<Candidate> {
    let mut scored: Vec<(u32, Candidate)> =
        all.filter_map(|(name, candidate)| Some((fuzzy::score(typed, &name)?, candidate))).collect();
    scored.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.label.cmp(&b.label)));
    scored.dedup_by(|(_, a), (_, b)| a.text == b.text);
    scored.into_iter().take(OFFERED).map(|(_, candidate)| candidate).collect()
}

fn people(state: &State, typed: &str) -> Vec<Candidate> {
    let here = state.people.here.iter().flat_map(|here| &here.members).map(|member| &member.user);
    let dm = state.open_channel().into_iter().flat_map(|one| &one.channel.members);
    let known: Vec<_> = here.chain(dm).collect();
    let person = |user: &ajet_protocol::User| {
        let label = format!("@{}  {}", user.username, user.display_name);
        (
            format!("{} {}", user.username, user.display_name),
            Candidate { text: format!("@{} ", user.username), label },
        )
    };
    let calls =
        [("here", "all who are online here"), ("channel", "all who are here")].map(|(name, words)| {
            (name.to_owned(), Candidate { text: format!("@{name} "), label: format!("@{name}  {words}") })
        });
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let communities = state.model.iter().flat_map(|model| &model.state().communities);
    let roles = communities.filter(|one| Some(one.community.id) == home).flat_map(|one| &one.roles);
    let roles = roles.map(|role| {
        let text = format!("@{}", role.name);
        (role.name.clone(), Candidate { text: format!("{text} "), label: format!("{text}  a role") })
    });
    best(typed, known.into_iter().map(person).chain(calls).chain(roles))
}

fn channels(state: &State, typed: &str) -> Vec<Candidate> {
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let all = state.model.iter().flat_map(|model| &model.state().channels);
    let of_it = all.filter(|one| one.channel.community_id == home && one.channel.kind == ChannelType::Text);
    let channel = |one: &ajet_protocol::SyncedChannel| {
        let text = format!("#{}", one.channel.name);
        (one.channel.name.clone(), Candidate { text: format!("{text} "), label: text })
    };
    best(typed, of_it.map(channel))
}

/// Emoji of Unicode by their names, and the community's own.
fn emoji(state: &State, typed: &str) -> Vec<Candidate> {
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let communities = state.model.iter().flat_map(|model| &model.state().communities);
    let own = communities.filter(|one| Some(one.community.id) == home).flat_map(|one| &one.emoji);
    let own = own.map(|one| {
        let text = format!(":{}:", one.name);
        (one.name.clone(), Candidate { text: format!("{text} "), label: text })
    });
    let unicode = emojis::iter().flat_map(|one| {
        one.shortcodes().map(move |code| {
            let label = format!("{one} :{code}:");
            (code.to_owned(), Candidate { text: format!("{one} "), label })
        })
    });
    best(typed, own.chain(unicode))
}

fn commands(state: &State, typed: &str) -> Vec<Candidate> {
    let home = state.open_channel().and_then(|one| one.channel.community_id);
    let all = state.commands.get(&home).into_iter().flatten();
    let fits = all.filter(|command| command.name.starts_with(typed));
    let offered = fits.map(|command| Candidate {
        text: format!("/{} ", command.name),
        label: format!("{}  {}", command.usage, command.description),
    });
    offered.take(OFFERED).collect()
}

/// A text with its mentions as one types them: `@<user:…>` as `@ann`. What is not known stays as it is stored.
#[must_use]
pub fn typed_mentions(state: &State, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['@', '#']) {
        let end = rest[at..].find('>').map(|end| at + end + 1);
        let shown = end.and_then(|end| Some((end, typed_mention(state, &rest[at..end])?)));
        let (end, shown) = shown.unwrap_or_else(|| (at + 1, rest[at..=at].to_owned()));
        out.push_str(&rest[..at]);
        out.push_str(&shown);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn typed_mention(state: &State, stored: &str) -> Option<String> {
    let (sign, inside) = (stored.get(..1)?, stored.get(2..stored.len().checked_sub(1)?)?);
    if stored.get(1..2)? != "<" {
        return None;
    }
    let (kind, id) = inside.split_once(':').unwrap_or((inside, ""));
    match (sign, kind) {
        ("@", "user") => state.people.get(UserId(id.parse().ok()?)).map(|user| format!("@{}", user.username)),
        ("#", "channel") => {
            state.channel(ChannelId(id.parse().ok()?)).map(|one| format!("#{}", one.channel.name))
        }
        ("@", "here") => Some("@here".to_owned()),
        ("@", "channel") => Some("@channel".to_owned()),
        _ => None,
    }
}

/// Whether a mention is of this person, or of all who are there.
#[must_use]
pub fn calls(mentions: &[Mention], me: Option<UserId>) -> bool {
    mentions.iter().any(|mention| match mention.kind {
        MentionType::User => me.is_some() && mention.target_id.map(UserId) == me,
        MentionType::Here | MentionType::Everyone => true,
        MentionType::Role | MentionType::Channel => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn texts(state: &State, before: &str) -> Option<(usize, Vec<String>)> {
        let (from, found) = candidates(state, before)?;
        Some((from, found.into_iter().map(|one| one.text).collect()))
    }

    #[test]
    fn a_word_is_completed_by_its_sign() {
        let state = testing::state();
        assert_eq!(texts(&state, "in #ran"), Some((3, vec!["#random ".to_owned()])));
        assert_eq!(texts(&state, "@her"), Some((0, vec!["@here ".to_owned()])));
        let (_, emoji) = texts(&state, "ok :tada").expect("an emoji");
        assert_eq!(emoji[0], "🎉 ");
        for none in ["", "plain", "at 12:30", ":)", "a:b", "#nothing-like-it", "x "] {
            assert_eq!(texts(&state, none), None, "{none:?}");
        }
    }

    #[test]
    fn commands_are_completed_at_the_beginning_alone() {
        let mut state = testing::state();
        let command = ajet_protocol::CommandInfo {
            name: "topic".into(),
            usage: "/topic text".into(),
            description: "sets the topic".into(),
            arguments: Vec::new(),
            bot_id: None,
        };
        state.commands.insert(Some(testing::community_id()), vec![command]);
        assert_eq!(texts(&state, "/to"), Some((0, vec!["/topic ".to_owned()])));
        assert_eq!(texts(&state, "a /to"), None);
        assert_eq!(texts(&state, "//to"), None);
    }

    #[test]
    fn a_stored_mention_is_edited_as_it_is_typed() {
        let state = testing::state();
        let stored = format!(
            "hi @<user:{}> in #<channel:{}>, @<here> @<user:{}> a@b #x > y",
            testing::user_id(2),
            testing::channel_id(2),
            testing::user_id(99)
        );
        let typed = typed_mentions(&state, &stored);
        assert_eq!(typed, format!("hi @bob in #random, @here @<user:{}> a@b #x > y", testing::user_id(99)));
        assert_eq!(typed_mentions(&state, "日@<日>本 @"), "日@<日>本 @");
    }
}

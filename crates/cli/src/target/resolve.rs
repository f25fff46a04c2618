//! Communities, channels, people and messages, by what somebody typed.

use ajet_protocol::{
    Category, ChannelId, ChannelType, CustomRole, MessageId, PageQuery, SyncedChannel, SyncedCommunity, User,
    UserId,
};
use uuid::Uuid;

use super::pages::{Page, page};
use super::pick::{ID_PREFIX, Sought, missing, picked, picked_by_either};
use super::whole::whole;
use crate::app::App;
use crate::failure::Failure;

/// Messages among which the beginning of an id is looked for.
const NEWEST: i64 = 200;

impl App {
    /// The community that a command is about: that of `--community`, of the profile, or the only one.
    ///
    /// # Errors
    /// When it is not clear, or there is none of this name.
    pub async fn community(&self) -> Result<&SyncedCommunity, Failure> {
        if let Some(text) = self.community_text() {
            return self.community_named("--community", text).await;
        }
        match self.snapshot().await?.communities.as_slice() {
            [one] => Ok(one),
            [] => Err(Failure::Missing(
                "you are in no community: see ajet-chat communities create, or invite accept".into(),
            )),
            several => {
                let slugs: Vec<&str> = several.iter().map(|one| one.community.slug.as_str()).collect();
                Err(Failure::argument("--community", format!("is needed: you are in {}", slugs.join(", "))))
            }
        }
    }

    /// A community by its short name, its name or its id.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn community_named(&self, argument: &str, text: &str) -> Result<&SyncedCommunity, Failure> {
        let page = page(argument, text, self.server())?;
        let text = match &page {
            Some(Page::Community(slug)) => slug.as_str(),
            _ => text,
        };
        let all = &self.snapshot().await?.communities;
        let sought = Sought { argument, noun: "community", text };
        picked_by_either(
            sought,
            all,
            |one| (one.community.id.0, one.community.slug.as_str()),
            |one| (one.community.id.0, one.community.name.as_str()),
        )
    }

    /// A channel or a direct message: `general`, `#general`, `acme/general`, `@ann`, `@ann,@bob`, an id, the address of a page, or the beginning
    /// of a name. The direct message with somebody is begun if there is none.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn channel(&self, argument: &str, text: &str) -> Result<ChannelId, Failure> {
        match page(argument, text, self.server())? {
            Some(Page::Channel(id)) => return Ok(id),
            Some(Page::Message(id)) => return Ok(self.client()?.message(id).await?.channel_id),
            Some(_) => return Err(missing(Sought { argument, noun: "channel", text })),
            None => {}
        }
        if text.starts_with('@') {
            return self.dm(argument, text).await;
        }
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let (community, name) = match text.split_once('/') {
            Some((slug, name)) => (Some(self.community_named(argument, slug).await?.community.id), name),
            None => (None, text),
        };
        let name = name.strip_prefix('#').unwrap_or(name);
        let sought = Sought { argument, noun: "channel", text: name };
        let all = &self.snapshot().await?.channels;
        let community = match community {
            Some(id) => Some(id),
            None if self.community_text().is_some() => Some(self.community().await?.community.id),
            None => None,
        };
        let there = all.iter().filter(|one| community.is_none() || one.channel.community_id == community);
        Ok(picked(sought, there, |one| (one.channel.id.0, one.channel.name.as_str()))?.channel.id)
    }

    async fn dm(&self, argument: &str, text: &str) -> Result<ChannelId, Failure> {
        let sync = self.snapshot().await?;
        let mut people = Vec::new();
        for name in text.split(',') {
            people.push(self.person(argument, name.trim()).await?.id);
        }
        people.sort_unstable();
        people.dedup();
        let me = sync.user.user.id;
        let is_with = |one: &&SyncedChannel| {
            let mut members: Vec<UserId> = one.channel.members.iter().map(|member| member.id).collect();
            members.retain(|id| *id != me || people.contains(&me));
            members.sort_unstable();
            members == people && matches!(one.channel.kind, ChannelType::Dm | ChannelType::GroupDm)
        };
        match sync.dms.iter().find(is_with) {
            Some(found) => Ok(found.channel.id),
            None => Ok(self.client()?.open_dm(&people).await?.id),
        }
    }

    /// A person: `@ann`, `ann`, their id, the beginning of their name, or `@me`.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn person(&self, argument: &str, text: &str) -> Result<User, Failure> {
        let name = text.strip_prefix('@').unwrap_or(text).trim();
        let client = self.client()?;
        if name == "me" {
            return Ok(client.me().await?.user);
        }
        if let Ok(id) = name.parse() {
            return Ok(client.user(id).await?);
        }
        let sought = Sought { argument, noun: "person", text: name };
        if name.is_empty() {
            return Err(missing(sought));
        }
        // The server finds names that hold the text anywhere: who is meant may be on any page.
        let found = whole(|user: &User| user.id.0, async |query| client.users(name, &query).await).await?;
        picked_by_either(
            sought,
            &found,
            |user| (user.id.0, user.username.as_str()),
            |user| (user.id.0, user.display_name.as_str()),
        )
        .cloned()
    }

    /// A message: its id, the address of its page, or `CHANNEL/BEGINNING-OF-ITS-ID` among the newest of a channel.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn message(&self, argument: &str, text: &str) -> Result<MessageId, Failure> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        if let Some(Page::Message(id)) = page(argument, text, self.server())? {
            return Ok(id);
        }
        let sought = Sought { argument, noun: "message", text };
        let Some((channel, id)) = text.rsplit_once('/') else { return Err(missing(sought)) };
        if id.len() < ID_PREFIX {
            let wrong = format!("{text} has too little of an id: {ID_PREFIX} characters of it are needed");
            return Err(Failure::argument(argument, wrong));
        }
        let channel = self.channel(argument, channel).await?;
        let query = PageQuery { limit: Some(NEWEST), ..PageQuery::default() };
        let page = self.client()?.messages(channel, &query).await?;
        message_among(sought, page.items.iter().map(|one| one.id), id)
    }

    /// A custom role of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn role(&self, argument: &str, text: &str) -> Result<&CustomRole, Failure> {
        let sought = Sought { argument, noun: "role", text: text.trim_start_matches('@') };
        picked(sought, &self.community().await?.roles, |role| (role.id.0, role.name.as_str()))
    }

    /// A category of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn category(&self, argument: &str, text: &str) -> Result<&Category, Failure> {
        let sought = Sought { argument, noun: "category", text };
        picked(sought, &self.community().await?.categories, |one| (one.id.0, one.name.as_str()))
    }

    /// The code of an invite, alone or in its address.
    ///
    /// # Errors
    /// When it is the address of another server.
    pub fn invite_code(&self, text: &str) -> Result<String, Failure> {
        match page("INVITE", text, self.server())? {
            Some(Page::Invite(code)) => Ok(code),
            // It becomes a part of a path.
            _ if !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) => {
                Ok(text.to_owned())
            }
            _ => Err(Failure::argument("INVITE", "is no code of an invite")),
        }
    }
}

/// The message of which this is the beginning or the end of the id: ids begin with the time, so those of one channel differ at their ends.
fn message_among(
    sought: Sought<'_>,
    ids: impl Iterator<Item = MessageId>,
    part: &str,
) -> Result<MessageId, Failure> {
    let part = part.to_lowercase();
    let fits = |one: &MessageId| one.to_string().ends_with(&part) || one.to_string().starts_with(&part);
    let mut fitting = ids.filter(fits);
    let Some(one) = fitting.next() else { return Err(missing(sought)) };
    if fitting.next().is_some() {
        let wrong = format!("{} fits several messages: name one by its id", sought.text);
        return Err(Failure::argument(sought.argument, wrong));
    }
    Ok(one)
}

/// An id that is typed as a whole.
///
/// # Errors
/// When it is none.
pub fn named_id<T: From<Uuid>>(argument: &str, text: &str) -> Result<T, Failure> {
    text.trim()
        .parse::<Uuid>()
        .map(T::from)
        .map_err(|_| Failure::argument(argument, format!("{text} is no id")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_id_names_a_message_whatever_its_case() {
        let id = |end: u128| MessageId(Uuid::from_u128(0x0199_f000_0000_7000_8000_0000_0000_0000 + end));
        let found = |part: &str| {
            let sought = Sought { argument: "MESSAGE", noun: "message", text: "general/x" };
            message_among(sought, [id(0xab12c3), id(0xab12c4)].into_iter(), part)
        };
        assert_eq!(found("AB12C3").expect("one"), id(0xab12c3));
        assert!(matches!(found("0199F000"), Err(Failure::Usage(_))), "both begin so");
        assert!(matches!(found("ab12c5"), Err(Failure::Missing(_))));
    }
}

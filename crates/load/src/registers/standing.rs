//! What stands in the end: every register as each node shows it; and whether what was deleted is gone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use ajet_client::{Client, Error};
use ajet_protocol::{Category, Channel, CommunityId, CustomRole, Message, MessageId, Overwrite, Page};
use futures::{StreamExt, stream};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::asked::in_order;
use super::talk;
use super::town::{Person, Town, Warded};
use super::{ARCHIVED, HELD, MUTED, Register, SILENCED};
use crate::guests::Asked;
use crate::history::{Action, Line, Outcome, What};
use crate::lab::Lab;
use crate::workload::{Scene, Writer};

/// Items of a page.
const PAGE: usize = 200;
/// Requests at once.
const AT_ONCE: usize = 16;

/// Takes down what every register of the history has, at every node.
///
/// # Errors
/// When a node does not answer.
pub async fn stands(scene: &Scene, town: &Town, lab: &mut Lab) -> anyhow::Result<()> {
    let registers = scene.recorder.look(registers);
    for node in lab.running() {
        let base = lab.bases()[node].clone();
        town.book.marked(scene, &town.friends, (node, &base)).await?;
        let mut shown = Shown::at(town, &base).await?;
        shown.0.extend(talk::shown(scene, town, (node, &base)).await?);
        for register in &registers {
            let (register, value) = (register.clone(), shown.0.get(register).cloned());
            scene.recorder.note("end", What::Stands { node, register, value });
        }
    }
    Ok(())
}

/// The registers that a history names.
fn registers(lines: &[Line]) -> BTreeSet<Register> {
    let named = lines.iter().filter_map(|line| match &line.what {
        What::Register { register, .. } | What::Invoked { action: Action::Set { register, .. }, .. } => {
            Some(register.clone())
        }
        _ => None,
    });
    named.collect()
}

/// Asks at every node for each message of channels that were deleted.
pub async fn ask_for_the_gone(scene: &Arc<Scene>, town: &Town, lab: &mut Lab) {
    let (nodes, gone) = (lab.running(), scene.recorder.look(said_where_it_was_deleted));
    let (owner, bases) = (&town.owner.by, scene.bases.len().max(1));
    let asking: Vec<_> =
        nodes.iter().flat_map(|node| gone.iter().map(move |message| (*node % bases, *message))).collect();
    let asking = stream::iter(asking).for_each_concurrent(AT_ONCE, |(node, message)| async move {
        let mut writer = Writer::new(scene, owner.name.clone(), &owner.client, node, 0);
        let Asked { action, method, path, body } = Asked::read(MessageId(message));
        writer.ask::<Message>(action, method, &path, body.as_ref()).await;
    });
    asking.await;
}

/// The messages of channels that somebody asked to delete, as far as they were acknowledged.
fn said_where_it_was_deleted(lines: &[Line]) -> Vec<Uuid> {
    let (mut posts, mut said, mut deleted) = (HashMap::new(), Vec::new(), HashSet::new());
    for line in lines {
        match &line.what {
            What::Invoked { op, action: Action::Post { channel, .. }, .. } => {
                posts.insert(*op, *channel);
            }
            What::Invoked {
                action: Action::Set { register: Register::Channel(channel), value: None },
                ..
            } => {
                deleted.insert(*channel);
            }
            What::Returned { op, outcome: Outcome::Ok { message: Some(message), .. } } => {
                said.extend(posts.get(op).map(|channel| (*channel, *message)));
            }
            _ => {}
        }
    }
    let gone = said.into_iter().filter(|(channel, _)| deleted.contains(channel));
    gone.map(|(_, message)| message).collect()
}

/// The registers that have a value, as one node shows them.
#[derive(Default)]
struct Shown(HashMap<Register, String>);

impl Shown {
    async fn at(town: &Town, base: &str) -> anyhow::Result<Self> {
        let (mut shown, owner, community) = (Self::default(), town.owner.by.client.at(base), town.community);
        shown.channels(&owner, community).await?;
        shown.categories(&owner, community).await?;
        let path = format!("/api/communities/{community}/roles");
        for role in all::<CustomRole>(&owner, &path, |role| role.id.0).await? {
            shown.has(Register::Role(role.id.0), role.name);
        }
        for ward in &town.wards {
            shown.ward(&owner, community, ward).await?;
        }
        for friend in &town.friends {
            shown.friend(town, friend, base).await?;
        }
        Ok(shown)
    }

    fn has(&mut self, register: Register, value: impl Into<String>) {
        self.0.insert(register, value.into());
    }

    async fn channels(&mut self, owner: &Client, community: CommunityId) -> Result<(), Error> {
        let path = format!("/api/communities/{community}/channels");
        for channel in all::<Channel>(owner, &path, |channel| channel.id.0).await? {
            let id = channel.id.0;
            self.has(Register::Channel(id), channel.name);
            if let Some(topic) = channel.topic {
                self.has(Register::Topic(id), topic);
            }
            if channel.archived {
                self.has(Register::Archived(id), ARCHIVED);
            }
        }
        Ok(())
    }

    async fn categories(&mut self, owner: &Client, community: CommunityId) -> Result<(), Error> {
        let path = format!("/api/communities/{community}/categories");
        let mut found = all::<Category>(owner, &path, |category| category.id.0).await?;
        found.sort_unstable_by_key(|category| (category.position, category.id));
        let ids: Vec<_> = found.iter().map(|category| category.id).collect();
        self.has(Register::Order(community.0), in_order(&ids));
        for category in found {
            self.has(Register::Category(category.id.0), category.name);
        }
        Ok(())
    }

    async fn ward(&mut self, owner: &Client, community: CommunityId, ward: &Warded) -> Result<(), Error> {
        let (id, person) = (ward.person.id, &ward.person.by.name);
        let member = owner.member(community, id).await?;
        for role in member.roles {
            self.has(Register::Holds { role: role.0, person: person.clone() }, HELD);
        }
        if member.muted_until.is_some() {
            self.has(Register::Muted { community: community.0, person: person.clone() }, MUTED);
        }
        let channel = ward.nook.id;
        let path = format!("/api/channels/{channel}/overwrites");
        for overwrite in all::<Overwrite>(owner, &path, |overwrite| overwrite.target_id).await? {
            if overwrite.target_id == id.0 {
                let denied: Vec<_> = overwrite.deny.iter().map(|one| one.as_str()).collect();
                let register = Register::Denied { channel: channel.0, person: person.clone() };
                self.has(register, denied.join(" "));
            }
        }
        Ok(())
    }

    async fn friend(&mut self, town: &Town, friend: &Person, base: &str) -> Result<(), Error> {
        let (own, person) = (friend.by.client.at(base), &friend.by.name);
        let name = own.user(friend.id).await?.display_name;
        self.has(Register::DisplayName { person: person.clone() }, name);
        let general = own.get::<Channel>(&format!("/api/channels/{}", town.general)).await?;
        let channel = general.id.0;
        if general.muted {
            self.has(Register::Silenced { channel, person: person.clone() }, SILENCED);
        }
        self.has(Register::Level { channel, person: person.clone() }, general.notify.as_str());
        Ok(())
    }
}

/// All items of a list, whose cursor is what `id` says.
pub(super) async fn all<T: DeserializeOwned>(
    client: &Client,
    path: &str,
    id: impl Fn(&T) -> Uuid,
) -> Result<Vec<T>, Error> {
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page: Page<T> = client.get(&format!("{path}?after={after}&limit={PAGE}")).await?;
        after = page.items.last().map_or(after, &id);
        // A page without items that says there are more would be asked for without end.
        let is_last = !page.has_more || page.items.is_empty();
        all.extend(page.items);
        if is_last {
            return Ok(all);
        }
    }
}

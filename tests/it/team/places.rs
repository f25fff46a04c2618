//! Channels and categories: made, changed, joined and left.

use ajet_protocol::{ChannelPlace, CreateCategory, CreateChannel, UpdateCategory, UpdateChannel, Visibility};

use super::acts::{Doing, Done};
use super::steps::Act;

impl Doing<'_> {
    pub async fn build(&self, act: Act) -> Done {
        let community = self.team.community.id;
        let name = format!("room-{}", self.pick);
        if let Act::CreateChannel | Act::CreatePrivate = act {
            let visibility = if act == Act::CreatePrivate { Visibility::Private } else { Visibility::Public };
            let request = CreateChannel {
                name: name.as_str().into(),
                kind: None,
                visibility: Some(visibility),
                topic: None,
                category_id: None,
                client_mutation_id: Some(name),
            };
            return self.client.create_channel(community, &request).await.map(drop);
        }
        let Some(room) = self.room() else { return self.left() };
        match act {
            Act::Rename => {
                let update = UpdateChannel {
                    name: Some(name.as_str().into()),
                    topic: Some("another topic".into()),
                    ..UpdateChannel::default()
                };
                self.client.update_channel(room, &update).await.map(drop)
            }
            Act::Close | Act::Open => {
                let to = if act == Act::Close { Visibility::Private } else { Visibility::Public };
                let update = UpdateChannel { visibility: Some(to), ..UpdateChannel::default() };
                self.client.update_channel(room, &update).await.map(drop)
            }
            Act::Archive => self.client.archive_channel(room, true).await,
            Act::Unarchive => self.client.archive_channel(room, false).await,
            _ => self.client.delete_channel(room).await,
        }
    }

    pub async fn go(&self, act: Act) -> Done {
        let other = self.other().id;
        match act {
            Act::Join => {
                let Some(room) = self.channel(|one| !one.joined) else { return self.left() };
                self.client.join(room).await.map(drop)
            }
            Act::Leave => {
                let Some(room) = self.channel(|one| one.joined) else { return self.left() };
                self.client.leave(room).await
            }
            Act::LetIn => {
                let Some(room) = self.channel(|one| one.joined) else { return self.left() };
                self.client.add_to_channel(room, other).await
            }
            _ => {
                let Some(room) = self.room() else { return self.left() };
                self.client.remove_from_channel(room, other).await
            }
        }
    }

    pub async fn arrange(&self, act: Act) -> Done {
        let community = self.team.community.id;
        let name = format!("category {}", self.pick);
        if act == Act::CreateCategory {
            let request = CreateCategory {
                name: name.as_str().into(),
                position: None,
                client_mutation_id: Some(format!("category-{}", self.pick)),
            };
            return self.client.create_category(community, &request).await.map(drop);
        }
        let ours = self.sees.communities.iter().find(|one| one.community.id == community);
        let all = ours.map(|one| one.categories.iter().map(|one| one.id).collect()).unwrap_or_default();
        let Some(category) = self.one(all) else { return self.left() };
        match act {
            Act::RenameCategory => {
                let update = UpdateCategory {
                    name: Some(name.as_str().into()),
                    position: Some(i64::from(self.pick % 9)),
                };
                self.client.update_category(category, &update).await.map(drop)
            }
            Act::DeleteCategory => self.client.delete_category(category).await,
            _ => {
                let Some(id) = self.room() else { return self.left() };
                let place = ChannelPlace {
                    id,
                    category_id: Some(Some(category)),
                    position: i64::from(self.pick % 9),
                };
                self.client.order_channels(community, vec![place]).await
            }
        }
    }
}

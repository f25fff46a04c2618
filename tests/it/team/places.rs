//! Channels, categories and what a community shows of itself: made, changed, joined and left.

use ajet_protocol::{
    ChannelPlace, CreateCategory, CreateChannel, UpdateCategory, UpdateChannel, UpdateCommunity, Visibility,
};

use super::acts::{Doing, Done};
use super::steps::Act;
use crate::support::forms::PNG;

impl Doing<'_> {
    pub async fn found(&self, act: Act) -> Done {
        let name = format!("room-{}", self.pick);
        let visibility = if act == Act::CreatePrivate { Visibility::Private } else { Visibility::Public };
        let request = CreateChannel {
            name: name.as_str().into(),
            kind: None,
            visibility: Some(visibility),
            topic: None,
            category_id: None,
            client_mutation_id: Some(self.key(&name)),
        };
        self.client.create_channel(self.team.community.id, &request).await?;
        Ok(())
    }

    pub async fn build(&self, act: Act) -> Done {
        let room = self.room()?;
        let shown_to =
            |visibility| UpdateChannel { visibility: Some(visibility), ..UpdateChannel::default() };
        let update = match act {
            Act::Rename => UpdateChannel {
                name: Some(format!("room-{}", self.pick).into()),
                topic: Some("another topic".into()),
                ..UpdateChannel::default()
            },
            Act::Close => shown_to(Visibility::Private),
            Act::Open => shown_to(Visibility::Public),
            Act::Archive => return Ok(self.client.archive_channel(room, true).await?),
            Act::Unarchive => return Ok(self.client.archive_channel(room, false).await?),
            Act::SlowMode => {
                // So long that who must wait is refused at once.
                let seconds = if self.pick.is_multiple_of(3) { 21_600 } else { 0 };
                self.client.slow_down(room, seconds).await?;
                return Ok(());
            }
            _ => return Ok(self.client.delete_channel(room).await?),
        };
        self.client.update_channel(room, &update).await?;
        Ok(())
    }

    /// What the community is called, and its emoji.
    pub async fn adorn(&self, act: Act) -> Done {
        let community = self.team.community.id;
        match act {
            Act::RenameCommunity => {
                let name = Some(format!("team {}", self.pick).into());
                let update = UpdateCommunity { name, ..UpdateCommunity::default() };
                self.client.update_community(community, &update).await?;
            }
            Act::AddEmoji => {
                let (name, key) = (format!("team_{}", self.pick), self.key("emoji"));
                self.client.add_emoji(community, &name, PNG, Some(&key)).await?;
            }
            _ => {
                let all = self.home().map(|one| one.emoji.iter().map(|one| one.id).collect());
                self.client.delete_emoji(self.one(all.unwrap_or_default())?).await?;
            }
        }
        Ok(())
    }

    pub async fn go(&self, act: Act) -> Done {
        let other = self.other().id;
        let done = match act {
            Act::Join => self.client.join(self.channel(|one| !one.joined)?).await.map(drop),
            Act::Leave => self.client.leave(self.channel(|one| one.joined)?).await,
            Act::LetIn => self.client.add_to_channel(self.channel(|one| one.joined)?, other).await,
            _ => self.client.remove_from_channel(self.room()?, other).await,
        };
        Ok(done?)
    }

    pub async fn arrange(&self, act: Act) -> Done {
        let community = self.team.community.id;
        let name = format!("category {}", self.pick);
        if act == Act::CreateCategory {
            let request = CreateCategory {
                name: name.as_str().into(),
                position: None,
                client_mutation_id: Some(self.key(&name)),
            };
            self.client.create_category(community, &request).await?;
            return Ok(());
        }
        let all = self.home().map(|one| one.categories.iter().map(|one| one.id).collect());
        let category = self.one(all.unwrap_or_default())?;
        let done = match act {
            Act::RenameCategory => {
                let update = UpdateCategory {
                    name: Some(name.as_str().into()),
                    position: Some(i64::from(self.pick % 9)),
                };
                self.client.update_category(category, &update).await.map(drop)
            }
            Act::DeleteCategory => self.client.delete_category(category).await,
            _ => {
                let place = ChannelPlace {
                    id: self.room()?,
                    category_id: Some(Some(category)),
                    position: i64::from(self.pick % 9),
                };
                self.client.order_channels(community, vec![place]).await
            }
        };
        Ok(done?)
    }
}

//! Who takes part: an owner, and people who are in every room.

use ajet_client::Client;
use ajet_protocol::{Channel, Community, CreateChannel, CreateCommunity, CreateInvite, limits};
use futures::{StreamExt, TryStreamExt, stream};

/// People signed up at once.
const AT_ONCE: usize = 16;

/// A community with rooms and people.
pub struct People {
    pub owner: Client,
    pub community: Community,
    /// The first of them is the general one. Rooms beyond [`limits::CHANNELS`] are in further communities of the owner's, to which
    /// [`Self::join`] invites no one.
    pub rooms: Vec<Channel>,
}

/// Founds the community with this number; that of the first one is 0.
///
/// # Errors
/// When the server refuses.
pub async fn found_community(owner: &Client, number: usize) -> anyhow::Result<Community> {
    let (name, slug) = match number {
        0 => ("Load".to_owned(), "load".to_owned()),
        n => (format!("Load {n}"), format!("load-{n}")),
    };
    let found = CreateCommunity { name: name.into(), slug, client_mutation_id: None };
    Ok(owner.create_community(&found).await?)
}

impl People {
    /// Founds a community with so many rooms, the general one among them.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn found(base: &str, rooms: usize) -> anyhow::Result<Self> {
        let nobody = Client::new(base)?;
        let (owner, _) = nobody.sign_in("owner").await?;
        let community = found_community(&owner, 0).await?;
        let most = usize::try_from(limits::CHANNELS)?;
        let mut all = with_rooms(&owner, &community, rooms.min(most)).await?;
        while all.len() < rooms {
            let further = found_community(&owner, all.len() / most).await?;
            all.extend(with_rooms(&owner, &further, most.min(rooms - all.len())).await?);
        }
        Ok(Self { owner, community, rooms: all })
    }

    /// People by these names, members of the community, and of the rooms each is told to join.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn join(
        &self,
        base: &str,
        names: Vec<String>,
        rooms_of: impl Fn(usize) -> Vec<Channel>,
    ) -> anyhow::Result<Vec<Client>> {
        let nobody = Client::new(base)?;
        let invite = self.owner.create_invite(self.community.id, &CreateInvite::default()).await?;
        let joining = names.into_iter().enumerate().map(|(n, name)| {
            let (nobody, code, rooms) = (nobody.clone(), invite.code.clone(), rooms_of(n));
            async move {
                let (client, _) = nobody.sign_in(&name).await?;
                client.accept_invite(&code).await?;
                for room in rooms {
                    client.join(room.id).await?;
                }
                anyhow::Ok(client)
            }
        });
        stream::iter(joining).buffered(AT_ONCE).try_collect().await
    }
}

/// The rooms of a new community, of which it is to have so many.
async fn with_rooms(owner: &Client, community: &Community, rooms: usize) -> anyhow::Result<Vec<Channel>> {
    let general = owner.channels(community.id).await?.items.remove(0);
    let made = (1..rooms).map(|n| {
        let request = CreateChannel {
            name: format!("room-{n}").into(),
            kind: None,
            visibility: None,
            topic: None,
            category_id: None,
            client_mutation_id: None,
        };
        async move { owner.create_channel(community.id, &request).await }
    });
    let mut all = vec![general];
    all.extend(stream::iter(made).buffered(AT_ONCE).try_collect::<Vec<_>>().await?);
    Ok(all)
}

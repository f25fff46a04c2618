//! What use cases work with.

use ajet_domain::asked::{Asked, Caller, Key};
use ajet_domain::verb::Listed;
use ajet_protocol::mint::Mint;
use ajet_protocol::{ChannelId, CommunityId, MessageId, Timestamp, UserId};
use uuid::Uuid;

use super::{Announcing, Failure, Found, MessagePlaces, ShownPictures};
use crate::actors::Node;
use crate::blobs::Blobs;
use crate::cluster::{Cluster, IdOf, Lives};
use crate::images::Images;
use crate::outgoing::Outgoing;
use crate::presence::Presence;
use crate::providers::Providers;
use crate::rights::Rights;
use crate::sealing::Sealer;
use crate::sessions::{Revocation, SigningKeys, Tokens};
use crate::store::Store;

/// The parts of a node that use cases work with; cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub store: Store,
    /// What people may do and see, as this node remembers it.
    pub rights: Rights,
    pub cluster: Cluster,
    pub node: Node,
    pub tokens: Tokens,
    pub revocation: Revocation,
    /// What service tokens are signed with.
    pub signing_keys: SigningKeys,
    /// Who is online, and who is typing.
    pub presence: Presence,
    /// Whom this node is telling others of.
    pub announcing: Announcing,
    /// In which channel messages are.
    pub places: MessagePlaces,
    /// The address people use, without a trailing slash.
    pub public_url: String,
    /// Whether webhooks may be created.
    pub webhooks: bool,
    /// Codes of devices that a person may get wrong within ten minutes.
    pub device_guesses: u32,
    /// Asks other servers.
    pub outgoing: Outgoing,
    /// What makes pictures of uploads.
    pub images: Images,
    /// Where files are kept.
    pub blobs: Blobs,
    /// Pictures that were read from there recently.
    pub shown: ShownPictures,
    /// Whether other files than pictures may be uploaded.
    pub any_type: bool,
    /// Seals what the database keeps of secrets.
    pub sealer: Sealer,
    /// Where people may sign in.
    pub providers: Providers,
}

impl Context {
    /// This moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        crate::clock::now()
    }

    /// An id for something that no stream orders.
    #[must_use]
    pub fn fresh_id(&self) -> Uuid {
        Mint::above(rand::random(), None).next(self.now(), rand::random())
    }

    /// The community of a channel.
    ///
    /// # Errors
    /// 404 where there is no such channel, and where it is a direct message
    pub async fn community_of(&self, channel: ChannelId) -> Result<CommunityId, Failure> {
        self.rights.community_of(channel).await?.or_not_found()
    }

    /// The channel of a message.
    ///
    /// # Errors
    /// 404 where there is no such message
    pub async fn channel_of(&self, message: MessageId) -> Result<ChannelId, Failure> {
        self.places.of(message).await?.or_not_found()
    }

    /// Whether this node remembers a person as a member of a community, who sees this channel of it, without a query: who is not
    /// remembered may be one.
    #[must_use]
    pub fn remembers_member(
        &self,
        community: CommunityId,
        channel: Option<ChannelId>,
        person: UserId,
    ) -> bool {
        let standing = self.rights.recall(community, person, channel);
        standing.is_some_and(|standing| standing.in_community && (channel.is_none() || standing.sees_channel))
    }

    /// Has an entity carry out a verb that makes nothing.
    ///
    /// # Errors
    /// The verb's refusal, or that it can't be decided now.
    pub async fn ask<V>(&self, id: IdOf<V>, by: Caller, verb: V) -> Result<V::Answer, Failure>
    where
        V: Listed<Entity: Lives>,
    {
        let asked = self.cluster.ask(id, Asked { by, key: None, verb }).await;
        asked.map_err(|error| Failure::asked(error, V::LARGEST))
    }

    /// Has an entity carry out a verb that makes something.
    ///
    /// # Errors
    /// The verb's refusal, or that it can't be decided now.
    pub async fn make<V>(&self, id: IdOf<V>, by: Caller, key: Key, verb: V) -> Result<V::Answer, Failure>
    where
        V: Listed<Entity: Lives>,
    {
        let asked = self.cluster.ask(id, Asked { by, key: Some(key), verb }).await;
        asked.map_err(|error| Failure::asked(error, V::LARGEST))
    }
}

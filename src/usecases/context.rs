//! What use cases work with.

use ajet_domain::asked::{Asked, Caller, Key};
use ajet_domain::verb::Listed;
use ajet_protocol::{ChannelId, CommunityId, Timestamp};

use super::{Announcing, Failure, Found, ShownPictures};
use crate::actors::Node;
use crate::blobs::Blobs;
use crate::cluster::{Cluster, IdOf, Lives};
use crate::images::Images;
use crate::outgoing::Outgoing;
use crate::presence::Presence;
use crate::rights::Rights;
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
    /// The address people use, without a trailing slash.
    pub public_url: String,
    /// Whether webhooks may be created.
    pub webhooks: bool,
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
}

impl Context {
    /// This moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        crate::clock::now()
    }

    /// The community of a channel.
    ///
    /// # Errors
    /// 404 where there is no such channel, and where it is a direct message
    pub async fn community_of(&self, channel: ChannelId) -> Result<CommunityId, Failure> {
        self.rights.community_of(channel).await?.or_not_found()
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

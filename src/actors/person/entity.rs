//! What makes an activation a person.

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::Change;
use ajet_domain::event::Place;
use ajet_domain::journal::Append;
use ajet_domain::need::{Facts, Needs};
use ajet_domain::person::PersonCore;
use ajet_protocol::{UserId, mint::Mint};

use crate::actors::facts;
use crate::actors::runtime::{Entity, Host, Tell};
use crate::actors::services::NodeServices;
use crate::store::StoreError;

/// The people of a node.
pub type Persons = Host<Person>;

/// A person.
pub struct Person;

impl Entity for Person {
    type Core = PersonCore;
    type Id = UserId;
    type Services = NodeServices;

    const KIND: Kind = Kind::User;
    const NAME: &'static str = "person";

    async fn load(_: &Arc<NodeServices>, id: UserId, mint: Mint) -> Result<Option<PersonCore>, StoreError> {
        Ok(Some(PersonCore::new(id, mint)))
    }

    async fn gather(services: &Arc<NodeServices>, place: Place, needs: Needs) -> Result<Facts, StoreError> {
        facts::gather(services, place, needs).await
    }

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: Tell) {
        services.journal.append(append, tell);
    }
}

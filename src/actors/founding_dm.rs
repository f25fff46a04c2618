//! Founds direct messages: an append to a stream that begins with it. Its id is a digest of its people, so of several requests for the same
//! people one comes through, on whichever node, and the others find it there.

use std::sync::Arc;

use ajet_domain::Universe;
use ajet_domain::ask::AskError;
use ajet_domain::asked::{Asked, Key};
use ajet_domain::channel::{Direct, DmFounding, NoDm, found_dm as decide};
use ajet_domain::verb::Made;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{Channel, ChannelId, User, UserId};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::services::NodeServices;
use super::settle::{Settled, made_before, not_now, settle, unexpected, within_time};
use super::universe::Real;

/// The new direct message, or which one its people have already.
pub type FoundedDm = Result<Made<Channel>, AskError<NoDm>>;

/// Finds or founds the direct message of these people under a key, which is spent where it founds one. The one that is found spends the key
/// of `asked`, which the caller gave, so that it stands for nothing else later; a key that was made for this request alone is not kept.
pub async fn found(services: &Arc<NodeServices>, asked: Asked<Direct>, key: Key) -> FoundedDm {
    within_time(attempt(services, asked, &key)).await
}

async fn attempt(services: &Arc<NodeServices>, asked: Asked<Direct>, key: &Key) -> FoundedDm {
    let stored = DmFounding::key(asked.by.id(), key);
    if let Some(prior) = services.store.founded_under(&stored).await.map_err(not_now)? {
        return made_before(key, prior);
    }
    // Also of one that is there.
    asked.verb.admit().map_err(AskError::Refused)?;
    let (founder, given) = (asked.by.id(), asked.key.clone());
    let id = id_of(services.store.dm_key().await.map_err(not_now)?, &asked.verb.people);
    if services.rights.home_of(id).await.map_err(not_now)?.is_some() {
        return is_there(services, id, founder, given.as_ref()).await;
    }
    let founding = decide(id, asked, key, services.number, &mut Real).map_err(AskError::Refused)?;
    match settle::<NoDm>(services, || founding.append(), &stored).await? {
        Settled::Done => Ok(Made::New(founding.channel)),
        Settled::Before(prior) => made_before(key, prior),
        Settled::There => is_there(services, id, founder, given.as_ref()).await,
        Settled::Refused(constraint) => Err(unexpected(&constraint)),
    }
}

/// The answer where these people have their direct message already: it is what the caller's key stands for from now on.
async fn is_there(
    services: &Arc<NodeServices>,
    id: ChannelId,
    caller: UserId,
    given: Option<&Key>,
) -> FoundedDm {
    let Some(key) = given else { return Ok(Made::Before(id.0)) };
    let stored = DmFounding::key(caller, key);
    let spent = SpentKey { key: stored, object: id.0, fingerprint: key.kept(), at: Real.now() };
    match services.store.spend_key(&spent).await.map_err(not_now)? {
        None => Ok(Made::Before(id.0)),
        Some(prior) => made_before(key, prior),
    }
}

/// The id of the direct message of these people, who are sorted: a digest under the database's key, as a UUIDv8.
fn id_of(key: Uuid, people: &[User]) -> ChannelId {
    let mut digest = Sha256::new_with_prefix(key.as_bytes());
    people.iter().for_each(|person| digest.update(person.id.0.as_bytes()));
    let digest: [u8; 32] = digest.finalize().into();
    let mut leading = [0; 16];
    leading.copy_from_slice(&digest[..16]);
    ChannelId(Builder::from_custom_bytes(leading).into_uuid())
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Timestamp;

    use super::*;

    fn people(ids: &[u128]) -> Vec<User> {
        let person = |id: &u128| User {
            id: UserId(Uuid::from_u128(*id)),
            username: "u".into(),
            display_name: "U".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::FAR,
        };
        ids.iter().map(person).collect()
    }

    #[test]
    fn the_same_people_have_the_same_id_in_one_database() {
        let (here, there) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let two = id_of(here, &people(&[1, 2]));
        assert_eq!(id_of(here, &people(&[1, 2])), two);
        for other in
            [id_of(here, &people(&[1, 3])), id_of(here, &people(&[1, 2, 3])), id_of(there, &people(&[1, 2]))]
        {
            assert_ne!(other, two);
        }
        assert_eq!((two.0.get_version_num(), two.0.get_variant()), (8, uuid::Variant::RFC4122));
    }

    /// It is stored under this id: another digest would give the same people a second direct message.
    #[test]
    fn the_id_of_some_people_never_changes() {
        let id = id_of(Uuid::from_u128(7), &people(&[1, 2]));
        assert_eq!(id.to_string(), "927c0f03-f08f-8fe8-87a0-d7a3dbd7ab0c");
    }
}

//! Whom a text calls, between nodes: kinds keep their places, and new ones stand at the end.

use ajet_domain::Called;
use ajet_domain::verb::Codec;
use ajet_protocol::{ChannelId, RoleId, UserId};
use uuid::Uuid;

use super::codec::Bincode;

#[test]
fn kinds_of_mentions_keep_their_places() {
    let id = Uuid::nil();
    let all = [
        Called::User(UserId(id)),
        Called::Here,
        Called::Channel(ChannelId(id)),
        Called::Role(RoleId(id)),
        Called::Everyone,
    ];
    for (place, called) in (0_u8..).zip(all) {
        let bytes = Bincode.write(&called).expect("encodes");
        assert_eq!(bytes.first(), Some(&place), "{called:?}");
        assert_eq!(Bincode.read(&bytes), Some(called));
    }
}

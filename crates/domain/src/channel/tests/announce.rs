//! Decisions on telling a direct message of a person who has changed.

use ajet_protocol::events::UserPayload;
use ajet_protocol::{EventType, PresenceMode};

use super::*;
use crate::channel::AnnouncePerson;
use crate::need::ProfileFacts;

/// The person whom a channel is told of; `None` where it is told nothing.
fn told(community: Option<CommunityId>, via: Via, takes_part: bool) -> Result<Option<User>, Denied> {
    let mut core = ChannelCore::new(CHANNEL, community, Mint::above(1, None));
    let by = Caller { via, ..Caller::session(user(1)) };
    let verb = AnnouncePerson { user_id: user(1).id };
    let (mut needs, mut facts) = (Needs::default(), Facts::default());
    verb.needs(&core, &by, &mut needs);
    for one in &needs.standings {
        facts.put(*one, Standing { in_channel: takes_part, ..member(Role::Member) });
    }
    for one in &needs.profiles {
        let found = ProfileFacts { user: user(1), presence: PresenceMode::Auto, deactivated: false };
        facts.put(*one, Some(found));
    }
    let mut universe = At(1);
    let now = universe.now();
    let mut turn = Turn { by: &by, key: None, facts: &facts, seq: 1, now, universe: &mut universe };
    let decided = verb.decide(&mut core, &mut turn);
    assert!(!facts.take_unasked(), "a verb reads only what it asked for");
    let decision = decided?;
    assert!(decision.changes.is_empty() && decision.raises.is_empty());
    let shown = decision.events.first().map(|emit| {
        assert_eq!((emit.kind, emit.audience), (EventType::UserUpdated, Some(Audience::Joined(CHANNEL))));
        assert_eq!(emit.channel, Some(CHANNEL), "else it would stand on a person's topic");
        let payload: UserPayload = serde_json::from_str(emit.payload.get()).expect("decodes");
        payload.user
    });
    Ok(shown)
}

#[test]
fn a_direct_message_is_told_of_those_who_take_part_by_the_server_alone() {
    let community = Some(CommunityId(Uuid::from_u128(60)));
    assert_eq!(told(None, Via::System, true), Ok(Some(user(1))));
    assert_eq!(told(None, Via::System, false), Ok(None), "who has left meanwhile");
    assert_eq!(told(None, Via::Session, true), Err(Denied::NotFound));
    assert_eq!(told(community, Via::System, true), Err(Denied::NotFound), "its community tells");
}

//! Decisions on telling a community of a person who has changed.

use ajet_protocol::events::UserPayload;

use super::*;

/// The person whom the community is told of; `None` where it is told nothing.
fn told(town: &Town, by: &Caller, user_id: UserId) -> Result<Option<User>, Denied> {
    let verb = AnnounceMember { user_id };
    let needs = |core: &CommunityCore, needs: &mut Needs| verb.needs(core, by, needs);
    let decision = town.turn(by, needs, |core, turn| verb.decide(core, turn))?;
    assert!(decision.changes.is_empty() && decision.raises.is_empty(), "no right changes");
    let shown = decision.events.first().map(|emit| {
        assert_eq!((emit.kind, emit.audience), (EventType::UserUpdated, Some(Audience::Members)));
        let payload: UserPayload = serde_json::from_str(emit.payload.get()).expect("decodes");
        payload.user
    });
    Ok(shown)
}

#[test]
fn members_are_told_of_a_member_by_the_server_alone() {
    let town = town(Some(Role::Owner));
    let server = Caller { via: Via::System, ..Caller::session(user(MEMBER)) };
    assert_eq!(told(&town, &server, MEMBER), Ok(Some(user(MEMBER))));
    assert_eq!(told(&town, &server, OUTSIDER), Ok(None), "who has left meanwhile");
    for by in [Caller::session(user(ANN)), token(Permissions::of(Permission::ALL))] {
        assert_eq!(told(&town, &by, MEMBER), Err(Denied::NotFound), "{:?}", by.via);
    }
}

//! Decisions about what is within somebody's reach: by their rights in a channel, by their rank, and by what they hold themselves.

use super::*;
use crate::community::{CreateCategory, RemoveFromChannel, UpdateCategory, UpdateCommunity, UpdateRole};
use crate::need::{StandingOf, WebhookOf};

/// Decides a verb of Ann's by what is stored, some of which is as `change` has it.
pub(super) fn decide_where<V: Verb<Entity = CommunityCore>>(
    town: &Town,
    verb: &V,
    change: impl FnOnce(&mut Facts),
) -> Decided<V> {
    let (by, mut universe, mut asked) = (Caller::session(user(ANN)), Still, Needs::default());
    let mut core = CommunityCore::new(CommunityId(Uuid::from_u128(50)), Mint::above(1, None));
    verb.needs(&core, &by, &mut asked);
    let mut facts = town.facts(&asked);
    change(&mut facts);
    let now = universe.now();
    let mut turn = Turn { by: &by, key: None, facts: &facts, seq: 3, now, universe: &mut universe };
    verb.decide(&mut core, &mut turn)
}

/// The caller's rights in the channel, which are others than in the community.
fn with_rights_here(permissions: &[Permission]) -> Standing {
    Standing { permissions: Permissions::of(permissions), ..standing(Some(Role::Member)) }
}

/// What a channel denies there is not done there, whatever the community grants; and what it allows is done.
#[test]
fn a_webhook_is_ended_by_the_rights_in_its_channel() {
    let delete = DeleteWebhook { webhook_id: WEBHOOK };
    let question = WebhookOf { webhook: WEBHOOK, user: ANN };
    for (role, here, refusal) in [
        (Role::Admin, with_rights_here(&[]), Some(Denied::Forbidden)),
        (Role::Member, with_rights_here(&[Permission::ManageWebhooks]), None),
    ] {
        let facts = |facts: &mut Facts| {
            facts.put(question, Some(WebhookFacts { channel: CHANNEL, standing: here }));
        };
        assert_eq!(decide_where(&town(Some(role)), &delete, facts).err(), refusal, "{role:?}");
    }
}

#[test]
fn members_are_put_out_of_a_channel_by_the_rights_there() {
    let remove = RemoveFromChannel { channel_id: CHANNEL, user_id: MEMBER };
    let here = |standing: Standing| move |facts: &mut Facts| {
        facts.put(StandingOf { user: ANN, channel: Some(CHANNEL) }, standing);
    };
    let denied = here(with_rights_here(&[]));
    let refused = decide_where(&town(Some(Role::Admin)), &remove, denied).err();
    assert_eq!(refused, Some(Denied::Forbidden.into()));
    let allowed = with_rights_here(&[Permission::ManageChannels]);
    let mut town = town(Some(Role::Member));
    assert!(decide_where(&town, &remove, here(allowed)).is_ok());
    town.ranks.insert(MEMBER, Rank::Role(1));
    let above = decide_where(&town, &remove, here(allowed)).err();
    assert_eq!(above, Some(Untouchable::Above), "the rank counts here as well");
}

/// A name is read by others, as messages are.
#[test]
fn a_muted_person_publishes_no_names() {
    let by = Caller::session(user(ANN));
    let mut town = town(Some(Role::Owner));
    let category_id = CategoryId(Uuid::from_u128(20));
    let names: [Command; 8] = [
        create().into(),
        CreateCategory { name: "Groups".into(), position: None }.into(),
        UpdateCategory { category_id, name: Some("Groups".into()), position: None }.into(),
        channels::update().into(),
        roles::create(5).into(),
        roles::update().into(),
        own::update().into(),
        webhook().into(),
    ];
    let position = Some(3);
    let no_names: [Command; 4] = [
        UpdateCategory { category_id, name: None, position }.into(),
        UpdateRole { role_id: roles::LOW, name: None, permissions: None, position }.into(),
        UpdateCommunity { name: None, slug: None, default_channel_id: Some(CHANNEL) }.into(),
        ban(MEMBER).into(),
    ];
    for (until, refused) in [(NOW + 1, Err("Muted")), (NOW, Ok(()))] {
        town.standing.muted_until = Some(Timestamp::from_unix_millis(until));
        let decided = |command: &Command| town.allows(&by, command).map_err(Command::refusal_name);
        names.iter().for_each(|command| assert_eq!(decided(command), refused, "{command:?}"));
        no_names.iter().for_each(|command| assert_eq!(decided(command), Ok(()), "{command:?}"));
    }
}

//! Decisions about categories, and about where channels stand, who is in them, and when they end.

use ajet_protocol::events::{CategoryPayload, ChannelGone, MemberGone};
use ajet_protocol::{Category, Channel};

use super::*;
use crate::acl::Affected;
use crate::community::create_category::Refused as NotMade;
use crate::community::delete_channel::Refused as NotDeleted;
use crate::community::order_categories::Refused as NotOrdered;
use crate::community::order_channels::Refused as NotPlaced;
use crate::community::update_channel::Refused as NotUpdated;
use crate::community::{
    AddToChannel, ArchiveChannel, CreateCategory, DeleteCategory, DeleteChannel, OrderCategories,
    OrderChannels, Placed, RemoveFromChannel, SetSlowMode, UpdateCategory,
};
use crate::job::JobRequest;
use crate::need::ChannelTotal;

const FIRST: CategoryId = CategoryId(Uuid::from_u128(20));
const SECOND: CategoryId = CategoryId(Uuid::from_u128(22));
const ELSEWHERE: CategoryId = CategoryId(Uuid::from_u128(21));
/// The channel that everybody joins on arrival.
const LOBBY: ChannelId = ChannelId(Uuid::from_u128(10));

fn category(id: CategoryId, position: i32) -> Category {
    Category { id, community_id: CommunityId(Uuid::from_u128(50)), name: "Teams".into(), position }
}

/// A community with two categories and one channel, in which all are but ann.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    let both = || vec![category(FIRST, 4), category(SECOND, 7)];
    needs.all_categories.iter().for_each(|one| facts.put(*one, both()));
    let total = ChannelTotal { count: 1, last: Some(2) };
    needs.channel_tallies.iter().for_each(|one| facts.put(*one, total));
    needs.memberships.iter().for_each(|one| facts.put(*one, one.user != HEARD));
    needs.others_in.iter().for_each(|one| facts.put(*one, true));
    needs.default_channels.iter().for_each(|one| facts.put(*one, Some(LOBBY)));
}

fn make() -> CreateCategory {
    CreateCategory { name: " Teams ".into(), position: None }
}

fn rename(name: &str) -> UpdateCategory {
    UpdateCategory { category_id: FIRST, name: Some(name.into()), position: None }
}

fn place(category_id: Option<Option<CategoryId>>, position: i32) -> OrderChannels {
    OrderChannels { places: vec![Placed { channel_id: CHANNEL, category_id, position }] }
}

fn archive(archived: bool) -> ArchiveChannel {
    ArchiveChannel { channel_id: CHANNEL, archived }
}

fn add(user_id: UserId) -> AddToChannel {
    AddToChannel { channel_id: CHANNEL, user_id }
}

fn remove(user_id: UserId) -> RemoveFromChannel {
    RemoveFromChannel { channel_id: CHANNEL, user_id }
}

/// All verbs of this file; a permission allows each.
pub fn commands() -> Vec<Command> {
    let here = vec![
        make().into(),
        rename("Groups").into(),
        DeleteCategory { category_id: FIRST }.into(),
        OrderCategories { ids: vec![SECOND, FIRST] }.into(),
        place(Some(Some(FIRST)), 9).into(),
        archive(true).into(),
        SetSlowMode { channel_id: CHANNEL, seconds: 30 }.into(),
        DeleteChannel { channel_id: CHANNEL }.into(),
        add(HEARD).into(),
        remove(MEMBER).into(),
    ];
    let own =
        own::looks::commands().into_iter().chain(own::bots::commands()).chain(own::outgoing::commands());
    here.into_iter().chain(own).chain(own::commands::commands()).collect()
}

/// Whose rights their changes alter.
pub fn altered(change: &Change) -> Option<Affected> {
    match change {
        Change::DeleteChannel { id } => Some(Affected::Channel(*id)),
        Change::ArchiveChannel { id, .. } | Change::SlowChannel { id, .. } => Some(Affected::Use(*id)),
        Change::MoveChannel { .. } | Change::RequestJob(_) => None,
        Change::AddCategory { .. } | Change::UpdateCategory { .. } | Change::RemoveCategory { .. } => None,
        Change::AddEmoji { .. } | Change::RemoveEmoji { .. } | Change::SetMemberAvatar { .. } => None,
        Change::SetWebhookAvatar { .. } | Change::SetCommunityAvatar { .. } => None,
        Change::Bot(_) | Change::Outgoing(_) | Change::Slash(_) | Change::UpdateWebhook(_) => None,
        other => panic!("no community changes this: {other:?}"),
    }
}

#[test]
fn owners_and_admins_arrange_and_others_do_not() {
    for (role, refusal) in [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some("Forbidden")),
        (None, Some("NotFound")),
    ] {
        for command in commands() {
            let allowed = town(role).allows(&Caller::session(user(ANN)), &command);
            assert_eq!(allowed.err().map(Command::refusal_name), refusal, "{role:?}: {command:?}");
        }
    }
}

/// I6.
#[test]
fn what_the_caller_does_not_see_is_not_there() {
    let unseen = Standing { sees_channel: false, ..town(Some(Role::Admin)).standing };
    let hidden = Town { standing: unseen, ..town(Some(Role::Admin)) };
    assert_eq!(hidden.decide(&archive(true)).err(), Some(Denied::NotFound));
    assert_eq!(hidden.decide(&DeleteChannel { channel_id: CHANNEL }).err(), Some(Denied::NotFound.into()));
    assert_eq!(hidden.decide(&add(HEARD)).err(), Some(Denied::NotFound));
    assert_eq!(hidden.decide(&remove(UNKNOWN)).err(), Some(Denied::NotFound.into()), "nor is anybody in it");
    assert_eq!(hidden.decide(&place(None, 1)).err(), Some(NotPlaced::ChannelUnknown));
}

#[test]
fn a_new_category_stands_behind_all_others_or_where_it_is_put() {
    for (position, stands) in [(None, 8), (Some(0), 0)] {
        let made = town(Some(Role::Admin)).decide(&CreateCategory { position, ..make() }).expect("may");
        let [Change::AddCategory { category }] = &made.changes[..] else { panic!("one row") };
        assert_eq!((category.position, category.name.as_str()), (stands, "Teams"));
        assert_eq!((made.made, made.raises.len()), (Some(category.id.0), 0));
        let event = &made.events[0];
        assert_eq!((event.kind, event.audience), (EventType::CategoryCreated, Some(Audience::Members)));
        let told: CategoryPayload = serde_json::from_str(event.payload.get()).expect("decodes");
        assert_eq!(told.category, *category);
    }
    assert_eq!(CreateCategory::replayed(Uuid::nil()), Some(crate::verb::Made::Before(Uuid::nil())));
    assert_eq!(CreateCategory::constraint("channels_name_key"), None::<NotMade>);
}

#[test]
fn a_category_is_changed_where_something_differs() {
    let changed = town(Some(Role::Admin)).decide(&rename("Groups")).expect("may");
    let change = Change::UpdateCategory { id: FIRST, name: Some("Groups".into()), position: None };
    assert_eq!((changed.changes, changed.events.len()), (vec![change], 1));
    assert_eq!((changed.answer.name.as_str(), changed.answer.position), ("Groups", 4));
    let moved = UpdateCategory { category_id: FIRST, name: None, position: Some(1) };
    let moved = town(Some(Role::Admin)).decide(&moved).expect("may");
    assert_eq!(moved.changes, [Change::UpdateCategory { id: FIRST, name: None, position: Some(1) }]);
    let same = UpdateCategory { position: Some(4), ..rename("Teams") };
    let same = town(Some(Role::Admin)).decide(&same).expect("may");
    assert_eq!((same.changes.len(), same.events.len(), same.answer), (0, 0, category(FIRST, 4)));
    let unknown = UpdateCategory { category_id: ELSEWHERE, ..rename("x") };
    assert_eq!(town(Some(Role::Admin)).decide(&unknown).err(), Some(Denied::NotFound.into()));
}

#[test]
fn a_category_goes_and_one_that_is_gone_is_not_there() {
    let gone = town(Some(Role::Admin)).decide(&DeleteCategory { category_id: FIRST }).expect("may");
    assert_eq!(gone.changes, [Change::RemoveCategory { id: FIRST }]);
    assert_eq!(gone.events[0].kind, EventType::CategoryDeleted);
    let unknown = DeleteCategory { category_id: ELSEWHERE };
    assert_eq!(town(Some(Role::Admin)).decide(&unknown).err(), Some(Denied::NotFound));
}

#[test]
fn an_order_of_categories_names_all_of_them_once() {
    let order = |ids: &[CategoryId]| town(Some(Role::Admin)).decide(&OrderCategories { ids: ids.to_vec() });
    let swapped = order(&[SECOND, FIRST]).expect("may");
    let at = |id, position| Change::UpdateCategory { id, name: None, position: Some(position) };
    assert_eq!(swapped.changes, [at(SECOND, 0), at(FIRST, 1)]);
    let kinds: Vec<_> = swapped.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventType::CategoryUpdated; 2], "one for each that moved");
    for (ids, refusal) in [
        (vec![FIRST], NotOrdered::Missing),
        (vec![], NotOrdered::Missing),
        (vec![FIRST, ELSEWHERE], NotOrdered::Unknown),
        (vec![FIRST, FIRST, SECOND], NotOrdered::Duplicate),
    ] {
        assert_eq!(order(&ids).err(), Some(refusal), "{ids:?}");
    }
}

#[test]
fn a_channel_moves_where_its_place_differs() {
    let town = town(Some(Role::Admin));
    for (asked, category_id, position) in
        [(Some(Some(FIRST)), Some(FIRST), 3), (Some(None), None, 3), (None, None, 3)]
    {
        let moved = town.decide(&place(asked, position)).expect("may");
        assert_eq!(moved.changes, [Change::MoveChannel { id: CHANNEL, category_id, position }]);
        let event = &moved.events[0];
        assert_eq!((event.kind, event.channel), (EventType::ChannelUpdated, Some(CHANNEL)));
        let told: ChannelPayload = serde_json::from_str(event.payload.get()).expect("decodes");
        assert_eq!((told.channel.category_id, told.channel.position), (category_id, position));
        assert!(moved.raises.is_empty(), "what one may do there is the same");
    }
    let stays = town.decide(&place(Some(None), 0)).expect("may");
    assert_eq!((stays.changes.len(), stays.events.len()), (0, 0));
    assert_eq!(town.decide(&place(Some(Some(ELSEWHERE)), 0)).err(), Some(NotPlaced::CategoryUnknown));
    let foreign = Placed { channel_id: LOBBY, category_id: None, position: 0 };
    let foreign = OrderChannels { places: vec![foreign] };
    assert_eq!(town.decide(&foreign).err(), Some(NotPlaced::ChannelUnknown));
}

/// One row of the database is written once: where both change, both changes are of that row.
#[test]
fn a_change_of_a_channel_may_move_it_as_well() {
    let (town, stays) = (town(Some(Role::Admin)), channels::update());
    let update = UpdateChannel { category_id: Some(Some(FIRST)), position: Some(1), ..stays.clone() };
    let moved = town.decide(&update).expect("may");
    let place = Change::MoveChannel { id: CHANNEL, category_id: Some(FIRST), position: 1 };
    assert_eq!(moved.changes[1], place);
    let alone = UpdateChannel { name: None, topic: None, visibility: None, ..update };
    assert_eq!(town.decide(&alone).expect("may").changes, [place]);
    let elsewhere = UpdateChannel { category_id: Some(Some(ELSEWHERE)), ..stays };
    assert_eq!(town.decide(&elsewhere).err(), Some(NotUpdated::CategoryUnknown));
    let by_member = super::town(Some(Role::Member));
    assert_eq!(by_member.decide(&alone).err(), Some(Denied::Forbidden.into()), "it is no topic alone");
}

#[test]
fn a_new_channel_stands_behind_all_others() {
    let made = town(Some(Role::Admin)).decide(&create()).expect("may");
    let [Change::AddChannel { channel, .. }, ..] = &made.changes[..] else { panic!("a channel") };
    assert_eq!(channel.position, 3);
}

#[test]
fn a_channel_is_archived_and_opened_once() {
    let town = town(Some(Role::Admin));
    let archived = town.decide(&archive(true)).expect("may");
    let at = Some(Timestamp::from_unix_millis(NOW));
    assert_eq!(archived.changes, [Change::ArchiveChannel { id: CHANNEL, at }]);
    assert_eq!(archived.raises, [Affected::Use(CHANNEL)], "those who write there must learn of it");
    let told: ChannelPayload = serde_json::from_str(archived.events[0].payload.get()).expect("decodes");
    assert!(told.channel.archived);
    let open = town.decide(&archive(false)).expect("may");
    assert_eq!((open.changes.len(), open.events.len(), open.raises.len()), (0, 0, 0), "it is open");
}

#[test]
fn a_channel_is_slowed_down_once() {
    let town = town(Some(Role::Admin));
    let slow = |seconds| SetSlowMode { channel_id: CHANNEL, seconds };
    let slowed = town.decide(&slow(30)).expect("may");
    assert_eq!(slowed.changes, [Change::SlowChannel { id: CHANNEL, seconds: 30 }]);
    assert_eq!(slowed.raises, [Affected::Use(CHANNEL)], "those who write there must learn of it");
    let told: ChannelPayload = serde_json::from_str(slowed.events[0].payload.get()).expect("decodes");
    assert_eq!(told.channel.slow_mode_s, 30);
    let same = town.decide(&slow(0)).expect("may");
    assert_eq!((same.changes.len(), same.events.len(), same.raises.len()), (0, 0, 0), "it is not slow");
}

#[test]
fn a_deleted_channel_is_gone_at_once_and_its_messages_by_a_job() {
    let channel_id = CHANNEL;
    let deleted = town(Some(Role::Admin)).decide(&DeleteChannel { channel_id }).expect("may");
    let job = Change::RequestJob(JobRequest::DeleteChannel { channel_id });
    assert_eq!(deleted.changes, [Change::DeleteChannel { id: CHANNEL }, job]);
    assert_eq!(deleted.raises, [Affected::Channel(CHANNEL)]);
    let event = &deleted.events[0];
    assert_eq!((event.kind, event.audience), (EventType::ChannelDeleted, Some(Audience::Seers(CHANNEL))));
    let told: ChannelGone = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(told.channel_id, CHANNEL);
    let lobby = DeleteChannel { channel_id: LOBBY };
    assert_eq!(town(Some(Role::Owner)).decide(&lobby).err(), Some(NotDeleted::Default));
}

#[test]
fn members_are_let_into_a_channel_once() {
    let town = town(Some(Role::Admin));
    let added = town.decide(&add(HEARD)).expect("may");
    let at = Timestamp::from_unix_millis(NOW);
    let joins = Change::JoinChannel { channel_id: CHANNEL, user_id: HEARD, at };
    assert_eq!(telling::rows(&added.changes), [joins]);
    assert_eq!(added.raises, [Affected::Person(HEARD)]);
    let event = &added.events[0];
    assert_eq!((event.kind, event.channel), (EventType::MemberJoined, Some(CHANNEL)));
    let told: MemberPayload = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(told.member.user.id, HEARD);
    let again = town.decide(&add(MEMBER)).expect("may");
    assert_eq!((again.changes.len(), again.events.len(), again.raises.len()), (0, 0, 0), "is in it");
    for stranger in [OUTSIDER, UNKNOWN] {
        assert_eq!(town.decide(&add(stranger)).err(), Some(Denied::NotFound), "{stranger}");
    }
}

#[test]
fn members_are_put_out_of_a_channel_but_no_owner() {
    let town = town(Some(Role::Admin));
    let removed = town.decide(&remove(MEMBER)).expect("may");
    assert_eq!(removed.changes, [Change::LeaveChannel { channel_id: CHANNEL, user_id: MEMBER }]);
    assert_eq!(removed.raises, [Affected::Person(MEMBER)]);
    let event = &removed.events[0];
    assert_eq!((event.kind, event.channel), (EventType::MemberLeft, Some(CHANNEL)));
    let told: MemberGone = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(told.user_id, MEMBER);
    let again = town.decide(&remove(HEARD)).expect("may");
    assert_eq!((again.changes.len(), again.events.len(), again.raises.len()), (0, 0, 0), "is not in it");
    for (person, refusal) in
        [(OWNER, Untouchable::Owner), (ANN, Untouchable::Yourself), (UNKNOWN, Denied::NotFound.into())]
    {
        assert_eq!(town.decide(&remove(person)).err(), Some(refusal), "{person}");
    }
}

/// A channel that can be told from another one by its place alone.
#[test]
fn what_is_moved_keeps_all_else() {
    let before = channels::stored(CHANNEL).expect("is there");
    let moved = town(Some(Role::Admin)).decide(&place(None, 5)).expect("may");
    let told: ChannelPayload = serde_json::from_str(moved.events[0].payload.get()).expect("decodes");
    assert_eq!(Channel::from(told.channel), Channel { position: 5, ..before });
}

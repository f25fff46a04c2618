//! What a start says, and how large it is.

use ajet_domain::rights::{ChannelRights, CommunityRights, MemberRights, Overwrite, Target};
use ajet_protocol::{
    Category, CategoryId, ChannelType, Community, CommunityId, CustomRole, Me, MessageId, NotifyLevel,
    Permission, PresenceMode, Role, RoleId, Timestamp, Unread, User, Visibility,
};
use uuid::Uuid;

use super::*;

const PERSON: UserId = UserId(Uuid::from_u128(1));
const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(2));
const CATEGORY: CategoryId = CategoryId(Uuid::from_u128(3));
const MESSAGE: MessageId = MessageId(Uuid::from_u128(4));

fn at() -> Timestamp {
    Timestamp::from_unix_millis(1_735_689_600_000)
}

fn id(n: u16) -> ChannelId {
    ChannelId(Uuid::from_u128(1000 + u128::from(n)))
}

/// A channel in a category; one that was joined has messages.
fn channel(n: u16, joined: bool) -> ChannelStart {
    let last = joined.then_some(MESSAGE);
    let channel = Channel {
        id: id(n),
        community_id: Some(COMMUNITY),
        name: format!("channel-{n:04}"),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: Some(CATEGORY),
        position: i32::from(n),
        members: Vec::new(),
        last_message_id: last,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::All,
        archived: false,
        slow_mode_s: 0,
        created_at: at(),
    };
    ChannelStart { channel, last_read: last, joined }
}

/// A member of a community of so many public channels, who has joined the first ones.
fn start(channels: u16, joined: u16) -> Start {
    let user = User {
        id: PERSON,
        username: "bob".into(),
        display_name: "Bob".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: at(),
    };
    let plain = |n| (id(n), ChannelRights::plain(Visibility::Public));
    let community = CommunityStart {
        community: Community {
            id: COMMUNITY,
            name: "Team".into(),
            slug: "team".into(),
            role: Role::Member,
            notify: NotifyLevel::All,
            default_channel_id: Some(id(0)),
            avatar_url: None,
            created_at: at(),
        },
        categories: (0..20).map(category).collect(),
        roles: (0..200).map(role).collect(),
        emoji: Vec::new(),
        channels: (0..channels).map(|n| channel(n, n < joined)).collect(),
        rights: CommunityRights { channels: (0..channels).map(plain).collect(), ..Default::default() },
        member: MemberRights::new(PERSON, Role::Member, None, (0..joined).map(id).collect()),
    };
    Start {
        snapshot: "10:20:".into(),
        me: Me { user, email: None, presence: PresenceMode::Auto, quiet_hours: None },
        communities: vec![community],
        dms: Vec::new(),
        unread: Vec::new(),
        newest_notification: None,
        blocks: Vec::new(),
        drafts: Vec::new(),
    }
}

fn category(n: i32) -> Category {
    Category { id: CATEGORY, community_id: COMMUNITY, name: format!("category-{n:02}"), position: n }
}

fn role(n: i32) -> CustomRole {
    let permissions = Permissions::of_role(Role::Member).names();
    let id = RoleId(Uuid::from_u128(5));
    CustomRole { id, community_id: COMMUNITY, name: format!("role-{n:03}"), permissions, position: n }
}

/// J8: with 2,000 channels and 200 roles, for a member of 100 channels. It is 938 kB; with all permissions of all channels 1,204 kB.
#[test]
fn a_start_with_2000_channels_has_less_than_a_megabyte() {
    let told = told("c".repeat(200), start(2000, 100));
    assert_eq!(told.channels.len(), 2000);
    let bytes = serde_json::to_vec(&told).expect("JSON").len();
    assert!(bytes < 1_000_000, "{bytes} bytes");
}

#[test]
fn what_one_may_do_in_a_channel_is_told_where_it_is_joined_or_not_as_in_the_community() {
    let mut start = start(3, 1);
    let deny = Permissions::of(&[Permission::SendMessages]);
    let quiet = Overwrite { target: Target::Everybody, allow: Permissions::NONE, deny };
    let rights = ChannelRights::new(Visibility::Public, vec![quiet]);
    start.communities[0].rights.channels.insert(id(2), rights);
    let told = told("c".into(), start);
    let [joined, other, quiet] = told.channels.as_slice() else { panic!("three") };
    let member = Permissions::of_role(Role::Member);
    assert_eq!((joined.joined, &joined.my_permissions), (true, &Some(member.names())));
    assert_eq!((other.joined, &other.my_permissions), (false, &None));
    assert_eq!((quiet.joined, &quiet.my_permissions), (false, &Some(member.without(deny).names())));
    assert_eq!(told.permissions_in(other), member.names());
    assert_eq!(told.permissions_in(quiet), member.without(deny).names());
}

/// What a channel has everywhere else it has here as well.
#[test]
fn a_channel_that_is_not_joined_lacks_nothing_that_a_channel_has() {
    let told = told("c".into(), start(2, 1));
    let fields = |one: &serde_json::Value| -> Vec<String> {
        one.as_object().expect("an object").keys().cloned().collect()
    };
    let synced = serde_json::to_value(&told.channels[1]).expect("JSON");
    let channel = serde_json::to_value(&told.channels[1].channel).expect("JSON");
    let mut expected = fields(&channel);
    expected.push("last_read_id".into());
    expected.sort();
    let mut found = fields(&synced);
    found.sort();
    assert_eq!(found, expected);
    let read: SyncedChannel = serde_json::from_value(synced).expect("reads back");
    assert_eq!(read, told.channels[1]);
}

#[test]
fn a_token_gets_what_its_scopes_allow() {
    let whole = told("c".into(), start(2, 1));
    let some = within(whole.clone(), TokenScopes::of(&[TokenScope::ChannelsRead]));
    assert_eq!((some.channels.len(), &some.cursor), (whole.channels.len(), &whole.cursor));
    assert!(some.communities[0].roles.is_empty() && some.drafts.is_empty() && some.blocks.is_empty());
    assert_eq!(some.notifications.unread, 0);
    assert_eq!(some.communities[0].my_permissions, [Permission::ViewChannel]);
    let members = TokenScopes::of(&[TokenScope::ChannelsRead, TokenScope::MembersRead]);
    assert_eq!(within(whole.clone(), members).communities[0].roles, whole.communities[0].roles);
}

/// With an empty one a stream would begin where it is opened, and what came before would be missing.
#[test]
fn without_a_cursor_there_is_no_start() {
    let failure = known(String::new()).expect_err("names no place");
    assert_eq!(failure.code, Code::Unavailable);
    assert!(!failure.retry_after.is_zero());
    assert_eq!(known("2.x".into()).ok(), Some("2.x".to_owned()));
}

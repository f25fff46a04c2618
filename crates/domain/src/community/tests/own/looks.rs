//! Decisions about custom emoji, and about pictures of members, webhooks and the community.

use ajet_protocol::EmojiId;
use ajet_protocol::events::{CommunityPayload, EmojiGone, EmojiPayload};

use super::*;
use crate::community::add_emoji::Refused as NotAdded;
use crate::community::rights::Silenced;
use crate::community::set_member_avatar::Refused as NotSet;
use crate::community::{AddEmoji, RemoveEmoji, SetCommunityAvatar, SetMemberAvatar, SetWebhookAvatar};
use crate::verb::AuditTarget;

const PARROT: EmojiId = EmojiId(Uuid::from_u128(60));
const ELSEWHERE: EmojiId = EmojiId(Uuid::from_u128(61));

/// A community with a parrot.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    needs.emoji.iter().for_each(|one| facts.put(*one, one.0 == PARROT));
    needs.emoji_names.iter().for_each(|one| facts.put(one.clone(), one.0 == "crab_rave"));
    needs.emoji_counts.iter().for_each(|one| facts.put(*one, 1));
    needs.pictures.iter().for_each(|one| facts.put(*one, None));
}

fn picture() -> Option<String> {
    Some("https://chat.example/media/avatars/1/256".into())
}

fn add(name: &str) -> AddEmoji {
    AddEmoji { name: name.into(), url: "https://chat.example/media/emoji/1/128".into() }
}

fn show(user_id: UserId, avatar_url: Option<String>) -> SetMemberAvatar {
    SetMemberAvatar { user_id, own: user_id == ANN, avatar_url }
}

fn show_webhook(webhook_id: WebhookId) -> SetWebhookAvatar {
    SetWebhookAvatar { webhook_id, avatar_url: picture() }
}

fn show_community(avatar_url: Option<String>) -> SetCommunityAvatar {
    SetCommunityAvatar { avatar_url }
}

/// All verbs of this file and of the next one; a permission allows each.
pub fn commands() -> Vec<Command> {
    vec![
        add("crab_dance").into(),
        RemoveEmoji { emoji_id: PARROT }.into(),
        show(MEMBER, picture()).into(),
        show_webhook(WEBHOOK).into(),
        show_community(picture()).into(),
        super::webhooks::update().into(),
    ]
}

#[test]
fn owners_and_admins_do_and_others_do_not() {
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

#[test]
fn a_new_emoji_is_told_to_all_members() {
    let made = town(Some(Role::Admin)).decide(&add("crab_dance")).expect("may");
    let event = &made.events[0];
    assert_eq!((event.kind, event.audience), (EventType::EmojiCreated, Some(Audience::Members)));
    let EmojiPayload { emoji } = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!((emoji.name.as_str(), made.made), ("crab_dance", Some(emoji.id.0)));
    let (by, at) = (ANN, Timestamp::from_unix_millis(NOW));
    assert_eq!(made.changes, [Change::AddEmoji { emoji, by, at }]);
}

#[test]
fn a_name_is_taken_once_and_none_that_unicode_has() {
    for (name, refusal) in [
        ("parrot", Some(NotAdded::Reserved)),
        ("tada", Some(NotAdded::Reserved)),
        ("crab_rave", Some(NotAdded::NameTaken)),
        ("crab_dance", None),
    ] {
        assert_eq!(town(Some(Role::Owner)).decide(&add(name)).err(), refusal, "{name}");
    }
    assert_eq!(AddEmoji::constraint("emoji_community_id_name_key"), Some(NotAdded::NameTaken));
    assert_eq!(AddEmoji::constraint("another_key"), None);
}

#[test]
fn an_emoji_goes_once() {
    let town = town(Some(Role::Admin));
    let gone = town.decide(&RemoveEmoji { emoji_id: PARROT }).expect("may");
    assert_eq!(gone.changes, [Change::RemoveEmoji { id: PARROT }]);
    let told: EmojiGone = serde_json::from_str(gone.events[0].payload.get()).expect("decodes");
    assert_eq!((gone.events[0].kind, told.emoji_id), (EventType::EmojiDeleted, PARROT));
    assert_eq!(town.decide(&RemoveEmoji { emoji_id: ELSEWHERE }).err(), Some(Denied::NotFound));
}

#[test]
fn everybody_sets_their_own_picture_and_managers_that_of_others() {
    let not_there = NotSet::Untouchable(Denied::NotFound.into());
    for (role, person, refusal) in [
        (Some(Role::Member), ANN, None),
        (Some(Role::Member), MEMBER, Some(NotSet::Untouchable(Denied::Forbidden.into()))),
        (Some(Role::Admin), MEMBER, None),
        (Some(Role::Admin), OWNER, Some(NotSet::Untouchable(Untouchable::Owner))),
        (Some(Role::Admin), OUTSIDER, Some(not_there)),
        (Some(Role::Admin), UNKNOWN, Some(not_there)),
        (None, ANN, Some(not_there)),
    ] {
        let decided = town(role).decide(&show(person, picture()));
        assert_eq!(decided.err(), refusal, "{role:?} shows {person}");
    }
    let set = town(Some(Role::Admin)).decide(&show(MEMBER, picture())).expect("may");
    assert_eq!(set.changes, [Change::SetMemberAvatar { user_id: MEMBER, avatar_url: picture() }]);
    let told: MemberPayload = serde_json::from_str(set.events[0].payload.get()).expect("decodes");
    assert_eq!((told.member.avatar_url, set.events[0].kind), (picture(), EventType::MemberUpdated));
    let nothing = town(Some(Role::Admin)).decide(&show(MEMBER, None)).expect("may");
    assert_eq!((nothing.changes.len(), nothing.events.len()), (0, 0), "they have none");
    let audited = show(MEMBER, picture()).audit().map(|audit| audit.target);
    assert_eq!(audited, Some(AuditTarget::Person(MEMBER)));
    assert_eq!(show(ANN, picture()).audit(), None);
}

#[test]
fn who_is_muted_shows_no_new_picture() {
    let mut muted = town(Some(Role::Owner));
    muted.standing.muted_until = Some(Timestamp::from_unix_millis(NOW + 1));
    assert_eq!(muted.decide(&show(ANN, picture())).err(), Some(NotSet::Silenced(Silenced::Muted)));
    assert_eq!(muted.decide(&add("crab_dance")).err(), Some(NotAdded::Silenced(Silenced::Muted)));
    assert_eq!(muted.decide(&show_webhook(WEBHOOK)).err(), Some(Silenced::Muted.into()));
    assert_eq!(muted.decide(&show_community(picture())).err(), Some(Silenced::Muted.into()));
}

#[test]
fn a_community_shows_its_picture_and_its_members_are_told() {
    let set = town(Some(Role::Admin)).decide(&show_community(picture())).expect("may");
    let CommunityPayload { community } = serde_json::from_str(set.events[0].payload.get()).expect("decodes");
    assert_eq!((community.avatar_url, community.name.as_str()), (picture(), "Ferris"));
    assert_eq!(set.events[0].kind, EventType::CommunityUpdated);
    assert_eq!(set.changes.len(), 1);
    let nothing = town(Some(Role::Admin)).decide(&show_community(None)).expect("may");
    assert_eq!((nothing.changes.len(), nothing.events.len()), (0, 0), "it has none");
}

/// What is shown no more is not kept for a day either.
#[test]
fn a_picture_in_whose_place_another_one_is_shown_is_removed() {
    use crate::community::tests::reach;
    use crate::need::PictureOf;
    use crate::picture::replaced;

    let former = format!("https://chat.example/media/avatars/{}/256", Uuid::from_u128(9));
    let removal = replaced(Some(&former), None).expect("a job");
    let shown = |question: PictureOf| {
        let former = former.clone();
        move |facts: &mut Facts| facts.put(question, Some(former))
    };
    let town = town(Some(Role::Admin));
    let webhook = PictureOf::Webhook(WEBHOOK);
    let set = reach::decide_where(&town, &show_webhook(WEBHOOK), shown(webhook)).expect("may");
    assert_eq!(set.changes.last(), Some(&removal));
    let remove = RemoveEmoji { emoji_id: PARROT };
    let gone = reach::decide_where(&town, &remove, shown(PictureOf::Emoji(PARROT))).expect("may");
    assert_eq!(gone.changes, [Change::RemoveEmoji { id: PARROT }, removal]);
}

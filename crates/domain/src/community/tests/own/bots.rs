//! Decisions about bots and their tokens.

use ajet_protocol::events::MemberGone;
use ajet_protocol::{BotId, TokenId, TokenScope, TokenScopes, limits};

use super::*;
use crate::change::BotChange;
use crate::community::create_bot::{Refused as NotCreated, username};
use crate::community::create_token::Refused as NotGiven;
use crate::community::rights::Silenced;
use crate::community::update_member::Refused as NotUpdated;
use crate::community::{CreateBot, CreateToken, DeleteBot, RevokeToken, SetBotAvatar, UpdateMember};
use crate::need::BotFacts;
use crate::verb::Made;

const ROBO: BotId = BotId(Uuid::from_u128(70));
/// A bot that is an admin.
const CHIEF: BotId = BotId(Uuid::from_u128(71));
/// A bot that owns the community.
const LORD: BotId = BotId(Uuid::from_u128(72));
/// A bot with as many tokens as it may have.
const LADEN: BotId = BotId(Uuid::from_u128(73));
const ELSEWHERE: BotId = BotId(Uuid::from_u128(74));
const TOKEN: TokenId = TokenId(Uuid::from_u128(75));
/// A bot whose account is deactivated.
const ASLEEP: BotId = BotId(Uuid::from_u128(80));
/// One that sees what the caller does not.
const SPY: BotId = BotId(Uuid::from_u128(79));
/// One that is revoked, or of another community.
const GONE: TokenId = TokenId(Uuid::from_u128(76));

fn read() -> TokenScopes {
    TokenScopes::of(&[TokenScope::MessagesRead, TokenScope::ChannelsRead])
}

fn account(bot: BotId) -> UserId {
    UserId(bot.0)
}

/// What is known of a bot here.
fn stored(bot: BotId) -> Option<BotFacts> {
    let role = match bot {
        ROBO | LADEN | SPY | ASLEEP => Role::Member,
        CHIEF => Role::Admin,
        LORD => Role::Owner,
        _ => return None,
    };
    let tokens = if bot == LADEN { limits::BOT_TOKENS } else { 1 };
    let is_deactivated = bot == ASLEEP;
    let (user, standing) = (account(bot), standing(Some(role)));
    Some(BotFacts { user, scopes: read(), tokens, is_deactivated, standing })
}

/// A community with four bots and one token.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    needs.bots.iter().for_each(|one| facts.put(*one, stored(one.0)));
    needs.seen_beyond.iter().for_each(|one| facts.put(*one, one.bot == SPY));
    needs.bot_counts.iter().for_each(|one| facts.put(*one, 4));
    needs.tokens.iter().for_each(|one| facts.put(*one, one.0 == TOKEN));
}

fn create() -> CreateBot {
    CreateBot { name: "Deploy Bot".into(), scopes: read() }
}

fn give(bot_id: BotId, scopes: TokenScopes, expires_ms: Option<u64>) -> CreateToken {
    let expires_at = expires_ms.map(Timestamp::from_unix_millis);
    CreateToken { bot_id, scopes, expires_at, token_hash: vec![0; 32] }
}

fn show(bot_id: BotId) -> SetBotAvatar {
    SetBotAvatar { bot_id, avatar_url: Some("https://chat.example/media/avatars/1/256".into()) }
}

/// All verbs of this file; a permission allows each.
pub fn commands() -> Vec<Command> {
    vec![
        create().into(),
        DeleteBot { bot_id: ROBO }.into(),
        give(ROBO, read(), None).into(),
        RevokeToken { token_id: TOKEN }.into(),
        show(ROBO).into(),
    ]
}

#[test]
fn a_new_bot_is_a_member_that_arrives_where_people_do() {
    let made = town(Some(Role::Admin)).decide(&create()).expect("may");
    let [Change::Bot(BotChange::Add { bot, user, by }), Change::AddMember { user_id, role, .. }, arrives] =
        &made.changes[..]
    else {
        panic!("a bot, its membership, and a channel: {:?}", made.changes)
    };
    assert_eq!((user.id, bot.user_id, *by, *role), (*user_id, *user_id, ANN, Role::Member));
    assert!(user.bot && user.username.starts_with("deploy-bot-"), "{}", user.username);
    assert_eq!((bot.name.as_str(), user.display_name.as_str()), ("Deploy Bot", "Deploy Bot"));
    assert_eq!(bot.scopes, read().list());
    let at = Timestamp::from_unix_millis(NOW);
    assert_eq!(*arrives, Change::JoinChannel { channel_id: CHANNEL, user_id: *user_id, at });
    assert_eq!(made.raises, [Affected::Person(*user_id)]);
    assert_eq!(made.made, Some(bot.id.0));
    let event = &made.events[0];
    assert_eq!((event.kind, event.audience), (EventType::MemberJoined, Some(Audience::Members)));
    let told: MemberPayload = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!(told.member.user, **user);
}

#[test]
fn a_user_name_can_be_read_and_is_a_user_name() {
    for (name, readable) in [
        ("Deploy Bot", "deploy-bot"),
        ("  --!!", "bot"),
        ("\u{1f916}", "bot"),
        ("Łódź build", "d-build"),
        ("a very long name without an end to it", "a-very-long-name-without"),
    ] {
        let name = username(name, u64::MAX);
        assert_eq!(name, format!("{readable}-ffffffffff"));
        assert!(ajet_protocol::shape::username(&name).is_ok(), "{name}");
    }
    assert_ne!(username("CI", 1), username("CI", 2), "names of bots may repeat");
}

#[test]
fn a_bot_is_not_created_by_who_is_muted() {
    let mut muted = town(Some(Role::Admin));
    muted.standing.muted_until = Some(Timestamp::from_unix_millis(NOW + 1));
    assert_eq!(muted.decide(&create()).err(), Some(NotCreated::Silenced(Silenced::Muted)));
    assert!(muted.decide(&show(ROBO)).is_err());
    assert!(muted.decide(&SetBotAvatar { bot_id: ROBO, avatar_url: None }).is_ok(), "it is taken away");
}

#[test]
fn a_user_name_that_was_taken_meanwhile_is_a_conflict() {
    for index in ["users_username_key", "users_username_look_key"] {
        assert_eq!(CreateBot::constraint(index), Some(NotCreated::NameTaken), "{index}");
    }
    assert_eq!(CreateBot::replayed(Uuid::nil()), Some(Made::Before(Uuid::nil())));
}

#[test]
fn a_bot_goes_with_its_membership_unless_it_stands_above() {
    let ended = town(Some(Role::Admin)).decide(&DeleteBot { bot_id: ROBO }).expect("may");
    let user_id = account(ROBO);
    assert_eq!(ended.changes, [Change::RemoveMember { user_id }]);
    assert_eq!(
        (&ended.raises[..], ended.events[0].kind),
        (&[Affected::Person(user_id)][..], EventType::MemberLeft)
    );
    let told: MemberGone = serde_json::from_str(ended.events[0].payload.get()).expect("decodes");
    assert_eq!(told.user_id, user_id);
    let mut helper = town(Some(Role::Member));
    helper.standing.permissions = Permissions::of(&[Permission::ManageBots]);
    for (town, bot_id, refusal) in [
        (&helper, CHIEF, Untouchable::Above),
        (&helper, LORD, Untouchable::Owner),
        (&town(Some(Role::Owner)), LORD, Untouchable::Owner),
        (&town(Some(Role::Owner)), ELSEWHERE, Denied::NotFound.into()),
    ] {
        assert_eq!(town.decide(&DeleteBot { bot_id }).err(), Some(refusal), "{bot_id}");
    }
    assert!(helper.decide(&DeleteBot { bot_id: ROBO }).is_ok());
}

#[test]
fn a_token_has_scopes_of_its_bot_and_an_end_to_come() {
    let town = town(Some(Role::Admin));
    let given = town.decide(&give(ROBO, read(), Some(NOW + 1))).expect("may");
    let [Change::Bot(BotChange::AddToken(token))] = &given.changes[..] else { panic!("one row") };
    assert_eq!((token.bot_id, token.user_id, token.by), (ROBO, account(ROBO), ANN));
    assert_eq!((token.scopes, given.made, given.events.len()), (read(), Some(token.id.0), 0));
    let beyond = TokenScopes::of(&[TokenScope::MessagesRead, TokenScope::MessagesWrite]);
    for (verb, refusal) in [
        (give(ROBO, beyond, None), NotGiven::Beyond),
        (give(ROBO, read(), Some(NOW)), NotGiven::AlreadyExpired),
        (give(LADEN, read(), None), NotGiven::Full),
        (give(ASLEEP, read(), None), NotGiven::Deactivated),
        (give(LORD, read(), None), NotGiven::Above),
        (give(ELSEWHERE, read(), None), Denied::NotFound.into()),
    ] {
        assert_eq!(town.decide(&verb).err(), Some(refusal), "{verb:?}");
    }
    assert!(town.decide(&give(ROBO, TokenScopes::NONE, None)).is_ok(), "one that is good for nothing");
}

/// Who manages bots and nothing else does not get the rights of a bot that stands above them.
#[test]
fn a_token_gives_no_one_more_than_they_have() {
    let mut helper = town(Some(Role::Member));
    helper.standing.permissions = Permissions::of(&[Permission::ManageBots]);
    assert_eq!(helper.decide(&give(CHIEF, read(), None)).err(), Some(NotGiven::Above));
    assert_eq!(
        helper.decide(&give(ROBO, read(), None)).err(),
        Some(NotGiven::Above),
        "it reads what the caller may not"
    );
    helper.standing.permissions = Permissions::of(&[Permission::ManageBots, Permission::ViewChannel]);
    assert!(helper.decide(&give(ROBO, read(), None)).is_ok());
    assert_eq!(helper.decide(&give(SPY, read(), None)).err(), Some(NotGiven::Above), "nor what it sees");
    assert!(helper.decide(&RevokeToken { token_id: TOKEN }).is_ok());
}

#[test]
fn a_bot_becomes_an_admin_and_no_owner() {
    let mut town = town(Some(Role::Owner));
    town.members.get_mut(&MEMBER).expect("is one").user.bot = true;
    let role =
        |role| UpdateMember { user_id: MEMBER, own: false, role: Some(role), nickname: None, roles: None };
    assert_eq!(town.decide(&role(Role::Owner)).err(), Some(NotUpdated::BotOwner));
    assert!(town.decide(&role(Role::Admin)).is_ok());
}

#[test]
fn a_token_is_revoked_once() {
    let town = town(Some(Role::Admin));
    let revoked = town.decide(&RevokeToken { token_id: TOKEN }).expect("may");
    assert_eq!(revoked.changes, [Change::Bot(BotChange::RevokeToken { id: TOKEN })]);
    assert_eq!((revoked.events.len(), revoked.raises.len()), (0, 0));
    assert_eq!(town.decide(&RevokeToken { token_id: GONE }).err(), Some(Denied::NotFound));
}

//! Decisions about slash commands of the community's own.

use ajet_protocol::{BotId, CommandId, limits};

use super::*;
use crate::change::SlashChange;
use crate::community::create_command::Refused as NotMade;
use crate::community::rights::Silenced;
use crate::community::{CreateCommand, DeleteCommand};
use crate::verb::{AuditTarget, Made};

const BOT: BotId = BotId(Uuid::from_u128(70));
const DEPLOY: CommandId = CommandId(Uuid::from_u128(71));
const ELSEWHERE: CommandId = CommandId(Uuid::from_u128(72));

/// A community with a bot and its command `/deploy`.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    let account = UserId(Uuid::from_u128(73));
    needs.command_bots.iter().for_each(|one| facts.put(*one, (one.0 == BOT).then_some(account)));
    needs.commands.iter().for_each(|one| facts.put(*one, one.0 == DEPLOY));
    needs.command_names.iter().for_each(|one| facts.put(one.clone(), one.0 == "deploy"));
    needs.command_counts.iter().for_each(|one| facts.put(*one, limits::COMMANDS - 1));
}

fn make(name: &str) -> CreateCommand {
    CreateCommand { name: name.into(), description: "Rolls dice.".into(), bot_id: BOT }
}

/// All verbs of this file; a permission allows each.
pub fn commands() -> Vec<Command> {
    vec![make("roll").into(), DeleteCommand { command_id: DEPLOY }.into()]
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
fn a_command_is_kept_with_who_made_it() {
    let made = town(Some(Role::Admin)).decide(&make("roll")).expect("may");
    let Made::New(command) = made.answer else { panic!("is new") };
    assert_eq!((command.name.as_str(), made.made, command.created_by), ("roll", Some(command.id.0), ANN));
    assert_eq!(command.community_id, HOME);
    let add = SlashChange::AddCommand {
        id: command.id,
        name: "roll".into(),
        description: "Rolls dice.".into(),
        bot_id: BOT,
        by: ANN,
        at: Timestamp::from_unix_millis(NOW),
    };
    assert_eq!((made.changes, made.events.len()), (vec![Change::Slash(add)], 0));
    assert_eq!(make("roll").audit().map(|audit| audit.action), Some("command.create"));
}

#[test]
fn a_name_is_taken_once_and_never_from_the_server() {
    let town = town(Some(Role::Owner));
    for (name, refusal) in [
        ("roll", None),
        ("create", None),
        ("deploy", Some(NotMade::NameTaken)),
        ("join", Some(NotMade::Reserved)),
        ("token", Some(NotMade::Reserved)),
    ] {
        assert_eq!(town.decide(&make(name)).err(), refusal, "{name}");
    }
    let of_another = CreateCommand { bot_id: BotId(Uuid::from_u128(74)), ..make("roll") };
    assert_eq!(town.decide(&of_another).err(), Some(NotMade::BotUnknown));
    assert_eq!(CreateCommand::constraint("commands_community_id_name_key"), Some(NotMade::NameTaken));
    let mut muted = town;
    muted.standing.muted_until = Some(Timestamp::from_unix_millis(NOW + 1));
    assert_eq!(muted.decide(&make("roll")).err(), Some(NotMade::Silenced(Silenced::Muted)));
}

#[test]
fn a_command_goes_once() {
    let town = town(Some(Role::Admin));
    let gone = town.decide(&DeleteCommand { command_id: DEPLOY }).expect("may");
    assert_eq!(gone.changes, [Change::Slash(SlashChange::RemoveCommand { id: DEPLOY })]);
    assert_eq!(town.decide(&DeleteCommand { command_id: ELSEWHERE }).err(), Some(Denied::NotFound));
    let audited = DeleteCommand { command_id: DEPLOY }.audit().map(|audit| audit.target);
    assert_eq!(audited, Some(AuditTarget::Command(DEPLOY)));
}

//! Which commands somebody may use, and `/help`.

use ajet_domain::Standing;
use ajet_domain::slash::{Argument, Misuse, SPECS, Spec};
use ajet_protocol::{
    ArgumentType, CommandArgument, CommandInfo, CommandResult, CommunityId, CustomCommand, Page, PageQuery,
    limits,
};

use super::place::{Place, Speaker, said};
use crate::usecases::reading::{Reading, belongs};
use crate::usecases::{Context, Failure, custom_commands};

/// The commands that somebody may use, in a community or outside of all, without those that they lack the right or the scope for. What a
/// channel allows and denies besides is told by trying.
///
/// # Errors
/// 404 for who does not belong to the community; others of [`Failure`]
pub async fn list(
    context: &Context,
    speaker: &Speaker,
    community: Option<CommunityId>,
) -> Result<Page<CommandInfo>, Failure> {
    let reader = speaker.by.id();
    let Some(community) = community else {
        return Ok(Page { items: own(speaker, None), has_more: false });
    };
    let standing = Reading::of(context, reader, community).stands_now(belongs).await?;
    let mut items = own(speaker, Some(standing));
    let query = PageQuery { limit: Some(limits::COMMANDS), ..PageQuery::default() };
    let custom = custom_commands::list(context, reader, community, &query).await?;
    items.extend(custom.items.into_iter().map(of_bot).map(speaker.wording.described));
    Ok(Page { items, has_more: false })
}

/// The server's own that may be used by who stands so; `None`: outside of communities.
fn own(speaker: &Speaker, standing: Option<Standing>) -> Vec<CommandInfo> {
    let fits = |spec: &&Spec| match standing {
        Some(standing) => spec.takes.right.is_none_or(|right| standing.may(right)),
        None => !spec.takes.community,
    };
    let may = |spec: &&Spec| speaker.may_try(spec.takes).is_ok();
    SPECS.iter().filter(fits).filter(may).map(shown).map(speaker.wording.described).collect()
}

fn shown(spec: &Spec) -> CommandInfo {
    CommandInfo {
        name: spec.name.to_owned(),
        usage: spec.usage(),
        description: spec.description.to_owned(),
        arguments: spec.arguments.iter().map(argument).collect(),
        bot_id: None,
    }
}

fn argument(of: &Argument) -> CommandArgument {
    CommandArgument {
        name: of.name.to_owned(),
        kind: of.kind,
        required: of.required,
        repeated: of.repeated,
        completion: of.completion,
        choices: of.choices.iter().map(|word| (*word).to_owned()).collect(),
    }
}

/// Its bot takes whatever follows its name.
fn of_bot(command: CustomCommand) -> CommandInfo {
    let text = CommandArgument {
        name: "text".to_owned(),
        kind: ArgumentType::Text,
        required: false,
        repeated: false,
        completion: None,
        choices: Vec::new(),
    };
    CommandInfo {
        usage: format!("/{} [text]", command.name),
        name: command.name,
        description: command.description,
        arguments: vec![text],
        bot_id: Some(command.bot_id),
    }
}

/// `/help`: what there is, or how one command is written.
pub(super) async fn help(place: &Place<'_>, about: Option<&str>) -> Result<CommandResult, Failure> {
    let all = list(place.context, place.speaker, place.home).await?.items;
    let Some(about) = about else {
        return Ok(said(Some(lines(&all))));
    };
    // `/help token` explains all commands of that first word.
    let of_first = |info: &CommandInfo| info.name.split(' ').next() == Some(about);
    let found: Vec<CommandInfo> =
        all.into_iter().filter(|info| info.name == about || of_first(info)).collect();
    if found.is_empty() {
        let spec = SPECS.iter().find(|spec| spec.name == "help").map(Spec::usage).unwrap_or_default();
        let message = "names no command that you may use here".to_owned();
        return Err(Misuse { argument: "command", rule: "not_found".to_owned(), message, usage: spec }.into());
    }
    Ok(said(Some(lines(&found))))
}

/// A line for each command, as Markdown.
fn lines(all: &[CommandInfo]) -> String {
    let line = |info: &CommandInfo| format!("- `{}` {}", info.usage, ajet_markup::escape(&info.description));
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use ajet_domain::asked::Caller;
    use ajet_protocol::{Permissions, Role, Timestamp, User, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::usecases::slash::wording::Wording;

    fn speaker() -> Speaker {
        let user = User {
            id: UserId(Uuid::nil()),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        };
        Speaker { by: Caller::session(user), scopes: None, wording: Wording::ENGLISH }
    }

    fn names(standing: Option<Standing>) -> Vec<String> {
        own(&speaker(), standing).into_iter().map(|info| info.name).collect()
    }

    #[test]
    fn each_is_shown_what_they_may_use() {
        let of = |role| {
            let permissions = Permissions::of_role(role);
            Some(Standing { in_community: true, permissions, ..Standing::default() })
        };
        let member = [
            "join", "leave", "topic", "msg", "me", "nick", "status", "invite", "remind", "poll", "shrug",
            "help",
        ];
        assert_eq!(names(of(Role::Member)), member);
        assert_eq!(names(of(Role::Admin)).len(), SPECS.len());
        assert_eq!(names(None), ["msg", "me", "status", "remind", "poll", "shrug", "help"]);
    }

    #[test]
    fn what_is_shown_says_how_it_is_written_and_completed() {
        let shown = own(&speaker(), None).into_iter().find(|info| info.name == "msg").expect("is there");
        assert_eq!(shown.usage, "/msg @person text");
        let person = &shown.arguments[0];
        assert_eq!(
            (person.name.as_str(), person.kind, person.required),
            ("person", ArgumentType::Person, true)
        );
        assert!(lines(&[shown]).starts_with("- `/msg @person text` "));
    }
}

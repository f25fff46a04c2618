//! Each command as it is typed well and badly; what is wrong names its argument.

use ajet_protocol::{ChannelId, Role, TokenId, TokenScope, UserId, WebhookId};
use proptest::prelude::*;
use uuid::Uuid;

use super::table::SCOPE_NAMES;
use super::*;

const ID: Uuid = Uuid::from_u128(7);

fn own(text: &str) -> Command {
    match parse(text) {
        Ok(Typed::Own(_, command)) => command,
        other => panic!("{text}: {other:?}"),
    }
}

/// The argument that is to blame, and the rule.
fn wrong(text: &str) -> (&'static str, String) {
    let misuse = parse(text).expect_err(text);
    assert!(misuse.usage.starts_with('/') && !misuse.message.is_empty(), "{misuse:?}");
    (misuse.argument, misuse.rule)
}

fn ann() -> PersonRef {
    PersonRef::Named("ann".into())
}

fn general() -> ChannelRef {
    ChannelRef::Named("general".into())
}

#[test]
fn commands_about_channels_and_texts() {
    for (text, expected) in [
        ("/join #general", Command::Join(general())),
        ("/JOIN general", Command::Join(general())),
        ("/leave", Command::Leave),
        ("/topic it's \"great\" here", Command::Topic("it's \"great\" here".into())),
        ("/topic \"\"", Command::Topic("".into())),
        ("/msg @ann hi  there", Command::Message { person: ann(), text: "hi  there".into() }),
        ("/me waves", Command::Me("_waves_".into())),
        ("/me waves\n\nand goes", Command::Me("_waves_\n\n_and goes_".into())),
        ("/nick Ann Lee", Command::Nick("Ann Lee".into())),
        ("/nick \"\"", Command::Nick("".into())),
        ("/status at lunch", Command::Status("at lunch".into())),
        ("/shrug", Command::Shrug(r"¯\\\_(ツ)\_/¯".into())),
        ("/shrug who knows", Command::Shrug(r"who knows ¯\\\_(ツ)\_/¯".into())),
        ("/purge #general", Command::Purge { channel: general(), count: 10 }),
        ("/purge #general 100", Command::Purge { channel: general(), count: 100 }),
        ("/remind 2h stretch your legs", Command::Remind { seconds: 7200, text: "stretch your legs".into() }),
        ("/help", Command::Help(None)),
        ("/help /Kick", Command::Help(Some("kick".into()))),
        ("/help token   create", Command::Help(Some("token create".into()))),
    ] {
        assert_eq!(own(text), expected, "{text}");
    }
    let by_id = format!("/join #<channel:{ID}>");
    assert_eq!(own(&by_id), Command::Join(ChannelRef::Id(ChannelId(ID))));
    let poll = own("/poll \"Where to?\" \"The sea\" hills \u{201c}Stay here\u{201d}");
    let options = ["The sea", "hills", "Stay here"].map(Into::into).to_vec();
    assert_eq!(poll, Command::Poll { question: "Where to?".into(), options });
}

#[test]
fn commands_about_people() {
    let reason = Some("spam, again".into());
    for (text, expected) in [
        ("/invite @ann", Command::Invite(ann())),
        ("/mute @ann", Command::Mute { person: ann(), seconds: None }),
        ("/mute @ann 10m", Command::Mute { person: ann(), seconds: Some(600) }),
        ("/unmute @ann", Command::Unmute(ann())),
        ("/kick @ann", Command::Kick { person: ann(), reason: None }),
        ("/kick @ann spam, again", Command::Kick { person: ann(), reason: reason.clone() }),
        ("/ban @ann spam, again", Command::Ban { person: ann(), reason }),
        ("/unban @ann", Command::Unban(ann())),
        ("/role @ann admin", Command::Role { person: ann(), role: Role::Admin }),
        ("/role @ann Member", Command::Role { person: ann(), role: Role::Member }),
        ("/kick @\"Ann Lee\"", Command::Kick { person: PersonRef::Named("Ann Lee".into()), reason: None }),
    ] {
        assert_eq!(own(text), expected, "{text}");
    }
    let by_id = format!("/kick @<user:{ID}> spam");
    let person = PersonRef::Id(UserId(ID));
    assert_eq!(own(&by_id), Command::Kick { person, reason: Some("spam".into()) });
}

#[test]
fn commands_about_tokens_and_webhooks() {
    let scopes = vec![TokenScope::MessagesRead, TokenScope::MessagesWrite];
    let create = |scopes| Command::CreateToken { name: "ci bot".into(), scopes };
    assert_eq!(own("/token create \"ci bot\""), create(vec![]));
    assert_eq!(own("/token create \"ci bot\" messages:read,messages:write"), create(scopes.clone()));
    assert_eq!(own("/token create \"ci bot\" messages:read messages:write"), create(scopes));
    assert_eq!(own(&format!("/token revoke {ID}")), Command::RevokeToken(TokenId(ID)));
    let name = "Build status".into();
    assert_eq!(
        own("/webhook create #general Build status"),
        Command::CreateWebhook { channel: general(), name }
    );
    assert_eq!(own("/webhook list"), Command::ListWebhooks);
    assert_eq!(own(&format!("/webhook revoke {ID}")), Command::RevokeWebhook(WebhookId(ID)));
}

#[test]
fn what_is_wrong_names_its_argument() {
    let (long, far) = ("x".repeat(501), "/remind 400d x");
    for (text, argument, rule) in [
        ("hello", "text", "not_a_command"),
        ("/", "text", "not_a_command"),
        ("/ join", "text", "not_a_command"),
        ("/dé!", "text", "unknown_command"),
        ("/join", "channel", "required"),
        ("/join #", "channel", "bad_format"),
        ("/join #general now", "channel", "too_many"),
        ("/leave now", "text", "too_many"),
        ("/topic", "text", "required"),
        ("/msg", "person", "required"),
        ("/msg @ann", "text", "required"),
        ("/me", "text", "required"),
        ("/nick", "name", "required"),
        ("/status", "text", "required"),
        ("/invite", "person", "required"),
        ("/invite @", "person", "bad_format"),
        ("/mute", "person", "required"),
        ("/mute @ann 5parsecs", "duration", "bad_format"),
        ("/mute @ann 2000000000000d", "duration", "out_of_range"),
        ("/mute @ann 5m please", "duration", "too_many"),
        ("/unmute", "person", "required"),
        ("/kick", "person", "required"),
        ("/ban", "person", "required"),
        ("/unban", "person", "required"),
        ("/role @ann", "role", "required"),
        ("/role @ann owner", "role", "bad_format"),
        ("/purge", "channel", "required"),
        ("/purge #general 0", "count", "out_of_range"),
        ("/purge #general 101", "count", "out_of_range"),
        ("/purge #general many", "count", "out_of_range"),
        ("/remind", "duration", "required"),
        ("/remind soon x", "duration", "bad_format"),
        (far, "duration", "out_of_range"),
        ("/remind 5m", "text", "required"),
        ("/remind 5m \"\"", "text", "too_short"),
        ("/poll", "question", "required"),
        ("/poll \"Where?\"", "option", "bad_length"),
        ("/poll \"Where?\" here", "option", "bad_length"),
        ("/poll \"Where?\" 1 2 3 4 5 6 7 8 9 10 11", "option", "bad_length"),
        ("/token", "action", "required"),
        ("/token paint", "action", "bad_format"),
        ("/token create", "name", "required"),
        ("/token create ci everything", "scopes", "unknown"),
        ("/token revoke", "id", "required"),
        ("/token revoke 7", "id", "bad_format"),
        ("/webhook create", "channel", "required"),
        ("/webhook create #general", "name", "required"),
        ("/webhook revoke x", "id", "bad_format"),
    ] {
        assert_eq!(wrong(text), (argument, rule.to_owned()), "{text}");
    }
    assert_eq!(wrong(&format!("/topic {long}")), ("text", "too_long".into()));
    assert_eq!(wrong(&format!("/kick @ann {long}")), ("reason", "too_long".into()));
    assert_eq!(wrong(&format!("/nick {long}")), ("name", "too_long".into()));
    assert_eq!(wrong(&format!("/me {}", "x".repeat(3999))), ("text", "too_long".into()));
    assert_eq!(wrong(&format!("/poll {} a b", "x".repeat(301))), ("question", "too_long".into()));
    assert_eq!(wrong(&format!("/poll q a {}", "x".repeat(101))), ("option", "too_long".into()));
}

#[test]
fn another_name_may_be_that_of_a_communitys_command() {
    for (text, name) in [("/deploy prod", "deploy"), ("/Roll-2_d6", "roll-2_d6"), ("/tokens", "tokens")] {
        assert_eq!(parse(text), Ok(Typed::Other { name: name.to_owned() }), "{text}");
    }
    assert!(is_own("join") && is_own("token") && is_own("webhook"));
    assert!(!is_own("create") && !is_own("token create") && !is_own("deploy"));
}

#[test]
fn each_usage_is_as_the_contract_has_it() {
    let usages: Vec<String> = SPECS.iter().map(Spec::usage).collect();
    let expected = [
        "/join #channel",
        "/leave",
        "/topic text",
        "/msg @person text",
        "/me text",
        "/nick name",
        "/status text",
        "/invite @person",
        "/mute @person [duration]",
        "/unmute @person",
        "/kick @person [reason]",
        "/ban @person [reason]",
        "/unban @person",
        "/role @person admin|member",
        "/purge #channel [count]",
        "/remind duration text",
        "/poll \"question\" \"option\"…",
        "/token create name [scopes…]",
        "/token revoke id",
        "/webhook create #channel name",
        "/webhook list",
        "/webhook revoke id",
        "/shrug [text]",
        "/help [command]",
    ];
    assert_eq!(usages, expected);
    assert_eq!(SCOPE_NAMES, TokenScope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>());
}

/// A command that is in the table and not in the grammar would be read as `/help`.
#[test]
fn every_command_of_the_table_is_read_as_itself() {
    let samples = [
        "/join #c",
        "/leave",
        "/topic t",
        "/msg @p t",
        "/me t",
        "/nick n",
        "/status t",
        "/invite @p",
        "/mute @p",
        "/unmute @p",
        "/kick @p",
        "/ban @p",
        "/unban @p",
        "/role @p admin",
        "/purge #c",
        "/remind 1m t",
        "/poll q a b",
        "/token create n",
        "/token revoke 00000000-0000-0000-0000-000000000007",
        "/webhook create #c n",
        "/webhook list",
        "/webhook revoke 00000000-0000-0000-0000-000000000007",
        "/shrug",
    ];
    let mut seen = Vec::new();
    for text in samples {
        let Ok(Typed::Own(spec, command)) = parse(text) else { panic!("{text} is not read") };
        assert!(!matches!(command, Command::Help(_)), "{text} is read as /help");
        seen.push(spec.name);
    }
    let all: Vec<&str> = SPECS.iter().map(|spec| spec.name).filter(|name| *name != "help").collect();
    assert_eq!(seen, all);
}

proptest! {
    #[test]
    fn no_text_breaks_the_grammar(
        name in "(join|msg|me|mute|kick|purge|remind|poll|token|webhook|shrug|help|[a-z]{0,6})",
        rest in "[\\PC\\s\"#@<>:]{0,50}",
    ) {
        let _ = parse(&format!("/{name} {rest}"));
        let _ = parse(&rest);
    }
}

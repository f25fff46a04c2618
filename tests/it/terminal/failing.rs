//! Exit codes and what is said, where a server refuses.

use ajet_protocol::Visibility;

use super::ran::{in_variables, piped, ran, variables};
use crate::support::World;

#[tokio::test]
async fn each_refusal_has_its_exit_code() {
    let world = World::new().await;
    let nothing = "0199f000-0000-7000-8000-000000000001";
    world.channel("secret", Visibility::Private).await;
    // What is told of each names what is wrong: the argument, or what the server found.
    for (line, code, named) in [
        (&["channels", "show", "no-such-channel"][..], 4, "CHANNEL: there is no channel no-such-channel"),
        (&["message", "show", nothing][..], 4, "no such thing"),
        (&["message", "show", "general/ab"][..], 2, "MESSAGE: general/ab"),
        (&["channels", "show", "secret"][..], 4, "CHANNEL: there is no channel secret"),
        (&["communities", "set", "--name", "Mine"][..], 5, "You may not do this."),
        (&["create", ""][..], 7, "name: "),
        (&["channels", "delete", "general"][..], 2, "--yes"),
        (&["members", "set", "bob", "--role", "king"][..], 2, "--role: "),
        (&["members", "set", "zoe", "--role", "admin"][..], 4, "PERSON: there is no person zoe"),
        (&["read", "general", "--limit", "0"][..], 7, "limit: "),
        (&["send", "general", "x", "--at", "someday"][..], 2, "--at: "),
        (&["invite", "accept", "no-such-code"][..], 4, "no such thing"),
        (&["invite", "show", "--", "-Yes-the-dash-is-its"][..], 4, "no such thing"),
        (&["bots"][..], 2, "'bots'"),
    ] {
        let ran = ran(&world, &world.bob, line).await;
        assert_eq!(ran.code, code, "{line:?}: {}", ran.err);
        assert!(ran.out.is_empty() && ran.err.contains(named), "{line:?}: {}{}", ran.out, ran.err);
    }
    let empty = piped(&world, &world.bob, &["send", "general", ""], "not asked for").await;
    assert_eq!(empty.code, 7, "an empty text is not the input: {}", empty.err);
    assert!(empty.err.contains("body_md: "), "{}", empty.err);
    let taken = ran(&world, &world.ann, &["create", "general"]).await;
    assert_eq!(taken.code, 6, "{}", taken.err);
    assert!(taken.err.contains("name"), "{}", taken.err);
    world.end().await;
}

#[tokio::test]
async fn a_wrong_token_is_said_and_not_shown() {
    let world = World::new().await;
    let mut wrong = variables(&world, &world.nobody);
    wrong.push(("AJET_CHAT_TOKEN".into(), "ajet-canary-7f3a".into()));
    let ran = in_variables(wrong, &["whoami"], "").await;
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("ajet-chat login"), "{}", ran.err);
    assert!(!ran.err.contains("canary") && ran.out.is_empty(), "{}{}", ran.err, ran.out);
    let nobody = in_variables(variables(&world, &world.nobody), &["whoami"], "").await;
    assert_eq!(nobody.code, 3, "{}", nobody.err);
    world.end().await;
}

/// What can't be taken back waits for a `--yes`.
#[tokio::test]
async fn a_channel_is_deleted_only_when_it_is_meant() {
    let world = World::new().await;
    world.channel("old", Visibility::Public).await;
    let asked = ran(&world, &world.ann, &["channels", "delete", "old"]).await;
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    assert_eq!(ran(&world, &world.ann, &["channels", "show", "old"]).await.code, 0);
    ran(&world, &world.ann, &["channels", "delete", "old", "--yes"]).await.done();
    assert_eq!(ran(&world, &world.ann, &["channels", "show", "old"]).await.code, 4);
    world.end().await;
}

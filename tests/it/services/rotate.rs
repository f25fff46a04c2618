//! Keys follow one another.

use std::process::{Command, Output};

use ajet_chatd::app::Server;
use ajet_chatd::store::signing_keys::Former;
use ajet_tokens::{Refused, Service};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;

use super::beside::{Beside, key_of, minted};
use crate::support::{OTHER_SEALING_KEY, World, serve, sql};

/// A node that remembers nothing of the keys, as any node does after half a minute.
async fn fresh(world: &World) -> Server {
    serve(&world.config).await
}

async fn published(server: &Server) -> Vec<String> {
    let keys = server.app().context.signing_keys.published().await.expect("reads").keys;
    keys.into_iter().map(|key| key.kid).collect()
}

/// All keys become so much older.
async fn pass(world: &World, statement: &'static str) {
    assert!(sql(world, statement).await > 0);
}

/// SEC-T7.
#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_until_its_tokens_are_over() {
    let world = World::new().await;
    let tenant = world.community.id;
    let token = minted(&world.server, &world.bob, tenant).await.expect("signs");
    let old = key_of(&token);
    let new = world.server.app().context.signing_keys.rotate(Former::Kept).await.expect("follows");
    assert_eq!(published(&world.server).await, [new.clone(), old.clone()], "before it signs");
    let again = minted(&world.server, &world.bob, tenant).await.expect("signs");
    assert_eq!(key_of(&again), old);
    pass(&world, "update signing_keys set signs_from = signs_from - interval '11 minutes'").await;
    let later = fresh(&world).await;
    assert_eq!(key_of(&minted(&later, &world.bob, tenant).await.expect("signs")), new);
    assert_eq!(published(&later).await, [new.clone(), old], "what it signed may hold still");
    assert!(Beside::of(&world.server, Service::Agents).accept(&token).await.is_ok());
    later.app().context.signing_keys.keep_up().await.expect("looks");
    assert_eq!(sql(&world, "select from signing_keys").await, 2);
    pass(&world, "update signing_keys set signs_from = signs_from - interval '15 minutes'").await;
    let last = fresh(&world).await;
    assert_eq!(published(&last).await, [new]);
    last.app().context.signing_keys.keep_up().await.expect("looks");
    assert_eq!(sql(&world, "select from signing_keys").await, 1, "the old one is gone");
    later.stop().await;
    last.stop().await;
    world.end().await;
}

/// SEC-T7.
#[tokio::test]
async fn what_a_leaked_key_signed_is_worth_nothing() {
    let world = World::new().await;
    let token = minted(&world.server, &world.bob, world.community.id).await.expect("signs");
    let new = world.server.app().context.signing_keys.rotate(Former::Removed).await.expect("follows");
    assert_eq!(sql(&world, "select from signing_keys").await, 1);
    let service = Beside::of(&world.server, Service::Agents);
    assert_eq!(service.accept(&token).await, Err(Refused::UnknownKey));
    let token = minted(&world.server, &world.bob, world.community.id).await.expect("signs");
    assert_eq!(key_of(&token), new, "at once");
    world.end().await;
}

/// SEC-T7. However many nodes look at once.
#[tokio::test]
async fn the_schedule_has_a_key_followed_that_has_signed_for_a_month() {
    let world = World::new().await;
    let other = fresh(&world).await;
    let (here, there) = (&world.server.app().context.signing_keys, &other.app().context.signing_keys);
    let looks = async || {
        let (one, two) = tokio::join!(here.keep_up(), there.keep_up());
        one.and(two).expect("both look");
        sql(&world, "select from signing_keys").await
    };
    assert_eq!(looks().await, 1, "the first one");
    assert_eq!(looks().await, 1);
    pass(&world, "update signing_keys set signs_from = signs_from - interval '29 days'").await;
    assert_eq!(looks().await, 1);
    pass(&world, "update signing_keys set signs_from = signs_from - interval '2 days'").await;
    assert_eq!(looks().await, 2, "another one");
    assert_eq!(looks().await, 2, "whose moment has not come");
    other.stop().await;
    world.end().await;
}

/// Runs `ajet-chatd admin rotate-signing-key` on a world's database.
fn rotated(world: &World, arguments: &[&str]) -> Output {
    rotating(world, arguments).output().expect("runs")
}

fn rotating(world: &World, arguments: &[&str]) -> Command {
    let mut command = admin(world, "rotate-signing-key");
    command.args(arguments);
    command
}

/// A command of `ajet-chatd admin` on a world's database.
fn admin(world: &World, verb: &str) -> Command {
    let db = &world.config.db;
    let mut command = Command::new(env!("CARGO_BIN_EXE_ajet-chatd"));
    command.args(["admin", verb]);
    command.env("AJET_PROFILE", "test").env("AJET_DB_PORT", db.port.to_string());
    command.env("AJET_DB_USER", &db.user).env("AJET_DB_PASSWORD", db.password.expose_secret());
    command.env("AJET_DB_DBNAME", &db.dbname);
    command
}

/// SEC-T7. Else the nodes could open none of the keys that are left.
#[tokio::test]
async fn no_key_is_sealed_by_what_the_nodes_do_not_have() {
    let world = World::new().await;
    let old = key_of(&minted(&world.server, &world.bob, world.community.id).await.expect("signs"));
    let done = rotating(&world, &["--at-once"]).env("AJET_PROFILE", "prod").output().expect("runs");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && said.contains("secrets.key is not set"), "{done:?}");
    for arguments in [vec![], vec!["--at-once"]] {
        let done =
            rotating(&world, &arguments).env("AJET_SECRETS_KEY", OTHER_SEALING_KEY).output().expect("runs");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains("--force"), "{done:?}");
    }
    let next = fresh(&world).await;
    assert_eq!(published(&next).await, [old], "nothing changed");
    next.stop().await;
    let forced =
        rotating(&world, &["--at-once", "--force"]).env("AJET_SECRETS_KEY", OTHER_SEALING_KEY).output();
    assert!(forced.expect("runs").status.success());
    let world = world.restarted(|config| config.secrets.key = OTHER_SEALING_KEY.to_owned().into()).await;
    let kept = published(&world.server).await;
    assert_eq!(kept, [key_of(&minted(&world.server, &world.bob, world.community.id).await.expect("signs"))]);
    world.end().await;
}

/// SEC-T7.
#[tokio::test]
async fn an_operator_has_the_next_key_follow() {
    let world = World::new().await;
    let old = key_of(&minted(&world.server, &world.bob, world.community.id).await.expect("signs"));
    let done = rotated(&world, &[]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("after ten minutes"), "{done:?}");
    let next = fresh(&world).await;
    let keys = published(&next).await;
    assert!(keys.len() == 2 && keys[1] == old && said.contains(&keys[0]), "{keys:?}: {said}");
    let done = rotated(&world, &["--at-once"]);
    assert!(done.status.success(), "{done:?}");
    let last = fresh(&world).await;
    let token = minted(&last, &world.bob, world.community.id).await.expect("signs");
    let kept = published(&last).await;
    assert_eq!(kept, [key_of(&token)]);
    assert!(!keys.contains(&kept[0]), "both from before are gone");
    next.stop().await;
    last.stop().await;
    world.end().await;
}

/// Runs `ajet-chatd admin reseal` under another key than the nodes'.
fn resealed(world: &World, old: &str) -> Output {
    let mut command = admin(world, "reseal");
    command.env("AJET_SECRETS_KEY", OTHER_SEALING_KEY).env("AJET_SECRETS_OLD_KEYS", old);
    command.output().expect("runs")
}

#[tokio::test]
async fn an_operator_has_secrets_sealed_by_the_next_key() {
    let world = World::new().await;
    let kid = key_of(&minted(&world.server, &world.bob, world.community.id).await.expect("signs"));
    let done = admin(&world, "reseal").env("AJET_PROFILE", "prod").output().expect("runs");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && said.contains("secrets.key is not set"), "{done:?}");
    let nodes = STANDARD.encode(world.config.sealing_keys().0.expose_secret());
    let wrong = STANDARD.encode(b"another-key-that-sealed-nothing!");
    let done = resealed(&world, &wrong);
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(!done.status.success() && said.contains("secrets.old_keys"), "{}: {said}", done.status);
    for key in [nodes.as_str(), wrong.as_str(), OTHER_SEALING_KEY] {
        assert!(!said.contains(key), "{said}");
    }
    let next = fresh(&world).await;
    let by = key_of(&minted(&next, &world.bob, world.community.id).await.expect("signs"));
    assert_eq!(by, kid, "the nodes open what they sealed");
    next.stop().await;
    for told in ["1 sealed anew, 0 were", "0 sealed anew, 1 were"] {
        let done = resealed(&world, &nodes);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success() && said.contains(told), "{done:?}");
    }
    let world = world.restarted(|config| config.secrets.key = OTHER_SEALING_KEY.to_owned().into()).await;
    let by = key_of(&minted(&world.server, &world.bob, world.community.id).await.expect("signs"));
    assert_eq!(by, kid, "it opens without the former key");
    world.end().await;
}

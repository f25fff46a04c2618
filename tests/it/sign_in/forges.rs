//! Signing in at GitHub and Gitea.

use ajet_protocol::{Code, PageQuery, ProviderType};

use super::set_up::{browser, client, forge, me, refused};
use crate::support::forge::{Account, Forge};
use crate::support::requests::part_of;
use crate::support::{World, code as code_of};

const CAROL: Account = Account { id: 7, login: "carol", name: "Carol C", belongs: &[] };

async fn world(kind: ProviderType, at: &Forge, organizations: &str) -> World {
    let mut provider = forge(kind, at);
    provider.organizations = Some(organizations.into());
    World::with(|config| drop(config.oauth.insert("it".into(), provider))).await
}

#[tokio::test]
async fn somebody_is_their_number_there() {
    for kind in [ProviderType::Github, ProviderType::Gitea] {
        let at = Forge::new(kind).await;
        let world = world(kind, &at, "").await;
        at.seats(CAROL);
        let mut first = browser(&world);
        first.signs_in("it", "").await;
        let carol = me(&world, &first).await;
        assert_eq!((carol.user.username.as_str(), carol.user.display_name.as_str()), ("carol", "Carol C"));
        assert_eq!(carol.email, None);
        // A name that was given up there, and taken by somebody else.
        at.seats(Account { id: 8, ..CAROL });
        let mut second = browser(&world);
        second.signs_in("it", "").await;
        assert_ne!(me(&world, &second).await.user.id, carol.user.id, "{kind:?}");
        at.seats(Account { login: "carolyn", ..CAROL });
        let mut third = browser(&world);
        third.signs_in("it", "").await;
        assert_eq!(me(&world, &third).await.user, carol.user, "{kind:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn only_those_who_belong_are_let_in() {
    for kind in [ProviderType::Github, ProviderType::Gitea] {
        let at = Forge::new(kind).await;
        let world = world(kind, &at, "crew, other/core").await;
        for belongs in [&[][..], &["others"][..], &["other/crew", "another/core"][..], &["other"][..]] {
            at.seats(Account { belongs, ..CAROL });
            let mut carol = browser(&world);
            let answer = carol.signs_in("it", "").await;
            assert_eq!(refused(&carol, answer).await, 403, "{kind:?} {belongs:?}");
        }
        for belongs in [&["crew"][..], &["other/core"][..]] {
            at.seats(Account { belongs, ..CAROL });
            let mut carol = browser(&world);
            carol.signs_in("it", "").await;
            assert_eq!(me(&world, &carol).await.user.username, "carol", "{kind:?} {belongs:?}");
        }
        world.end().await;
    }
}

/// GitHub shows who was invited as well.
#[tokio::test]
async fn who_was_invited_and_did_not_come_yet_does_not_belong() {
    let at = Forge::new(ProviderType::Github).await;
    let world = world(ProviderType::Github, &at, "crew").await;
    at.seats(Account { belongs: &["crew?"], ..CAROL });
    let mut carol = browser(&world);
    let answer = carol.signs_in("it", "").await;
    assert_eq!(refused(&carol, answer).await, 403);
    world.end().await;
}

#[tokio::test]
async fn a_code_is_good_for_the_one_that_began_with_it() {
    for kind in [ProviderType::Github, ProviderType::Gitea] {
        let at = Forge::new(kind).await;
        let world = world(kind, &at, "").await;
        at.seats(CAROL);
        // A code that somebody else's sign-in was given: its challenge is that of another verifier.
        let mut carol = browser(&world);
        let address = carol.begin("it", "").await;
        let others = part_of(&carol.at_provider(&address).await, "code");
        let mut mallory = browser(&world);
        let address = mallory.begin("it", "").await;
        let back = mallory.at_provider(&address).await;
        let swapped = back.replace(&part_of(&back, "code"), &others);
        assert_ne!(swapped, back);
        let answer = mallory.get(&swapped, "cross-site").await;
        assert_eq!(refused(&mallory, answer).await, 403, "{kind:?}");
        carol.signs_in("it", "").await;
        assert_eq!(me(&world, &carol).await.user.username, "carol");
        world.end().await;
    }
}

/// Each forge counts its people from 1.
#[tokio::test]
async fn the_same_number_at_two_forges_is_two_people_until_one_of_them_links_both() {
    let (github, gitea) = (Forge::new(ProviderType::Github).await, Forge::new(ProviderType::Gitea).await);
    let (hub, tea) = (forge(ProviderType::Github, &github), forge(ProviderType::Gitea, &gitea));
    let world = World::with(|config| {
        config.oauth.insert("hub".into(), hub);
        config.oauth.insert("tea".into(), tea);
    })
    .await;
    github.seats(CAROL);
    gitea.seats(CAROL);
    let (mut first, mut second) = (browser(&world), browser(&world));
    first.signs_in("hub", "").await;
    second.signs_in("tea", "").await;
    let carol = me(&world, &first).await.user;
    let stranger = me(&world, &second).await.user;
    assert_ne!(stranger.id, carol.id, "by number and name the same");
    assert_eq!(first.links("tea").await, 409, "it is somebody's");
    gitea.seats(Account { id: 9, ..CAROL });
    assert_eq!(first.links("tea").await, 303);
    let mut third = browser(&world);
    third.signs_in("tea", "").await;
    assert_eq!(me(&world, &third).await.user.id, carol.id, "it was linked");
    let linked = client(&world, &first).accounts(&PageQuery::default()).await.expect("lists").items;
    let there: Vec<_> = linked.iter().map(|one| (one.provider.as_str(), one.kind)).collect();
    assert_eq!(there, [("hub", ProviderType::Github), ("tea", ProviderType::Gitea)]);
    client(&world, &first).unlink_account(linked[1].id).await.expect("unlinks");
    assert_eq!(code_of(client(&world, &third).me().await), Code::Unauthenticated, "it opened this session");
    let mut fourth = browser(&world);
    fourth.signs_in("tea", "").await;
    let newcomer = me(&world, &fourth).await.user.id;
    assert!(newcomer != carol.id && newcomer != stranger.id, "it is no one's any more");
    world.end().await;
}

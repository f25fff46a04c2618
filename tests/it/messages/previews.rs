//! What the links of messages show, and that it can be taken away.

use ajet_client::AuditQuery;
use ajet_protocol::{Code, Event, LinkPreview, Message, MessageId, PageQuery, UpdateSettings};
use serde_json::Value;

use crate::support::{Site, World, code, db, eventually, next_event, sql, text};

const HEAD: &str = r#"<title>plain</title><meta property="og:title" content="Cats &amp; dogs">
    <meta property="og:description" content="All about them"><meta property="og:site_name" content="Zoo">
    <meta property="og:image" content="/cat.png">"#;

/// What a link to [`HEAD`] shows.
fn zoo(site: &Site) -> LinkPreview {
    LinkPreview {
        url: site.url.clone(),
        title: Some("Cats & dogs".into()),
        description: Some("All about them".into()),
        site_name: Some("Zoo".into()),
        image_url: Some(site.url.replace("/page", "/cat.png")),
    }
}

async fn turn_on(world: &World) {
    let update = UpdateSettings { link_previews: Some(true), ..UpdateSettings::default() };
    assert!(world.ann.update_settings(&update).await.expect("changes").link_previews);
}

/// Waits until a message shows so many previews; the message.
async fn showing(world: &World, id: MessageId, previews: usize) -> Message {
    let message = async || world.bob.message(id).await.expect("is there");
    eventually("its links are looked at", async || message().await.previews.len() == previews).await;
    message().await
}

/// The message of the next `message.edited`.
async fn edited(live: &mut ajet_client::Live) -> Message {
    let Some(Event::MessageEdited(payload)) = next_event(live, "message.edited").await else {
        panic!("an edit")
    };
    payload.message.into()
}

/// How many jobs of previews there are.
async fn jobs(world: &World) -> i64 {
    let left = "select (select count(*) from job_requests where name = 'message:preview')
                     + (select count(*) from graphile_worker.jobs where task_identifier = 'message:preview')";
    sqlx::query_scalar(left).fetch_one(&mut db(world).await).await.expect("counts")
}

async fn all_looked_at(world: &World) {
    eventually("all links are looked at", async || jobs(world).await == 0).await;
}

#[tokio::test]
async fn links_show_what_their_pages_say() {
    let world = World::new().await;
    turn_on(&world).await;
    let (site, me) = (Site::of(HEAD).await, world.bob.me().await.expect("me").user);
    let mut live = world.bob.live(None).await.expect("opens");
    let body = format!("@<user:{}> see {}", me.id, site.url);
    let posted = world.ann.post(world.general.id, &text(&body)).await.expect("posts");
    assert!(posted.previews.is_empty(), "a post waits for no page");
    let told = edited(&mut live).await;
    assert_eq!((told.id, told.edited_at, told.previews), (posted.id, None, vec![zoo(&site)]));
    assert_eq!(told.body_html, posted.body_html, "with its names");
    let shown = showing(&world, posted.id, 1).await;
    assert_eq!((shown.edited_at, shown.previews), (None, vec![zoo(&site)]));
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("lists");
    assert!(page.items.iter().any(|one| one.id == posted.id && one.previews == [zoo(&site)]));
    let again = world.bob.post(world.general.id, &text(&site.url)).await.expect("posts");
    assert_eq!(showing(&world, again.id, 1).await.previews, [zoo(&site)]);
    assert_eq!(site.asked(), 1, "what a page said is remembered");
    world.end().await;
}

/// What a page said counts for a day, and that it said nothing for an hour.
#[tokio::test]
async fn a_page_is_asked_again_when_its_time_is_over() {
    let world = World::new().await;
    turn_on(&world).await;
    let (site, plain) = (Site::of(HEAD).await, Site::of("").await);
    let both = format!("{} and {}", site.url, plain.url);
    let posted = async || {
        let posted = world.ann.post(world.general.id, &text(&both)).await.expect("posts");
        showing(&world, posted.id, 1).await;
        all_looked_at(&world).await;
        (site.asked(), plain.asked())
    };
    assert_eq!(posted().await, (1, 1));
    let of_all = "update link_previews set fetched_at = fetched_at - interval '59 minutes'";
    assert_eq!(sql(&world, of_all).await, 2);
    assert_eq!(posted().await, (1, 1), "what they said is remembered");
    let of_all = "update link_previews set fetched_at = fetched_at - interval '2 minutes'";
    assert_eq!(sql(&world, of_all).await, 2);
    assert_eq!(posted().await, (1, 2), "that it said nothing, for an hour");
    let of_one =
        "update link_previews set fetched_at = fetched_at - interval '23 hours' where preview is not null";
    assert_eq!(sql(&world, of_one).await, 1);
    assert_eq!(posted().await, (2, 2), "what it said, for a day");
    assert_eq!(posted().await, (2, 2), "and it is remembered anew");
    world.end().await;
}

#[tokio::test]
async fn nothing_is_fetched_unless_the_settings_say_so() {
    let world = World::new().await;
    let (quiet, site) = (Site::of(HEAD).await, Site::of(HEAD).await);
    world.ann.post(world.general.id, &text(&quiet.url)).await.expect("posts");
    assert_eq!(jobs(&world).await, 0);
    turn_on(&world).await;
    let shown = world.ann.post(world.general.id, &text(&site.url)).await.expect("posts");
    showing(&world, shown.id, 1).await;
    assert_eq!(quiet.asked(), 0);
    world.end().await;
}

/// The same page, but where nothing private may be asked.
#[tokio::test]
async fn private_networks_show_nothing() {
    let world = World::with(|config| config.outgoing.allow_private = false).await;
    turn_on(&world).await;
    let site = Site::of(HEAD).await;
    let posted = world.ann.post(world.general.id, &text(&site.url)).await.expect("posts");
    let known = "select count(*) from link_previews where preview is null";
    eventually("its link is looked at", async || {
        sqlx::query_scalar::<_, i64>(known).fetch_one(&mut db(&world).await).await.expect("counts") == 1
    })
    .await;
    all_looked_at(&world).await;
    assert!(world.bob.message(posted.id).await.expect("is there").previews.is_empty());
    assert_eq!(site.asked(), 0);
    world.end().await;
}

#[tokio::test]
async fn an_edit_shows_what_its_own_links_lead_to() {
    let world = World::new().await;
    turn_on(&world).await;
    let (one, other) = (Site::of(HEAD).await, Site::of("<title>Other</title>").await);
    let posted = world.ann.post(world.general.id, &text(&one.url)).await.expect("posts");
    showing(&world, posted.id, 1).await;
    world.ann.edit(posted.id, &format!("{} and {}", other.url, one.url)).await.expect("edits");
    let shown = showing(&world, posted.id, 2).await;
    assert_eq!(shown.previews[0].title.as_deref(), Some("Other"), "in the order of the links");
    assert_eq!(shown.previews[1], zoo(&one));
    let edited = world.ann.edit(posted.id, "nothing to see").await.expect("edits");
    let shown = showing(&world, posted.id, 0).await;
    assert_eq!(shown.edited_at, edited.edited_at, "what goes by itself is no edit");
    world.end().await;
}

#[tokio::test]
async fn authors_and_moderators_take_previews_away() {
    let world = World::new().await;
    turn_on(&world).await;
    let (site, carol) = (Site::of(HEAD).await, world.join("carol").await);
    let posted = world.bob.post(world.general.id, &text(&site.url)).await.expect("posts");
    showing(&world, posted.id, 1).await;
    assert_eq!(code(carol.strip_previews(posted.id).await), Code::Forbidden);
    let mut live = carol.live(None).await.expect("opens");
    world.bob.strip_previews(posted.id).await.expect("is the author");
    world.bob.strip_previews(posted.id).await.expect("again changes nothing");
    let told = edited(&mut live).await;
    assert_eq!((told.id, told.edited_at, told.previews), (posted.id, None, vec![]));
    assert_eq!(told.body_html, posted.body_html);
    world.bob.edit(posted.id, &format!("again {}", site.url)).await.expect("edits");
    all_looked_at(&world).await;
    assert!(world.ann.message(posted.id).await.expect("is there").previews.is_empty(), "for good");
    let moderated = world.bob.post(world.general.id, &text(&site.url)).await.expect("posts");
    showing(&world, moderated.id, 1).await;
    world.ann.strip_previews(moderated.id).await.expect("the owner may");
    showing(&world, moderated.id, 0).await;
    let log = world.ann.audit(world.community.id, &AuditQuery::default()).await.expect("reads").items;
    let lines = log.iter().filter(|line| line.action == "message.strip_previews").count();
    assert_eq!(lines, 1, "what others wrote alone");
    let unknown = MessageId(uuid::Uuid::from_u128(1));
    assert_eq!(code(world.bob.strip_previews(unknown).await), Code::NotFound);
    world.end().await;
}

/// I19.
#[tokio::test]
async fn a_deleted_message_has_no_previews() {
    let world = World::new().await;
    turn_on(&world).await;
    let site = Site::of(HEAD).await;
    let posted = world.bob.post(world.general.id, &text(&site.url)).await.expect("posts");
    showing(&world, posted.id, 1).await;
    world.bob.delete(posted.id).await.expect("deletes");
    assert!(world.ann.message(posted.id).await.expect("keeps its place").previews.is_empty());
    let rows: Vec<Value> = sqlx::query_scalar("select previews from message_previews")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    assert!(rows.is_empty(), "{rows:?}");
    world.bob.strip_previews(posted.id).await.expect("there is nothing to take away");
    let kept: String = sqlx::query_scalar("select coalesce(string_agg(payload::text, ' '), '') from events")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    assert!(!kept.contains("Cats"), "the log keeps nothing of a page");
    world.end().await;
}

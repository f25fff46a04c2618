//! Options of reading and of searching, each by what it leaves out.

use ajet_protocol::{CreateCommunity, PostMessage, Visibility};

use super::ran::ran;
use crate::support::{World, text};

/// The texts that Ann's command shows, in its order.
async fn shown(world: &World, line: &[&str], template: &str) -> Vec<String> {
    let line = [line, &["--template", template][..]].concat();
    ran(world, &world.ann, &line).await.done().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_part_of_a_history_is_read() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(world.bob.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts").id);
    }
    let reply = PostMessage { parent_id: Some(ids[0]), ..text("a reply") };
    world.ann.post(world.general.id, &reply).await.expect("posts");
    let [root, middle] = [ids[0], ids[3]].map(|id| id.to_string());
    for (options, expected) in [
        (&["--limit", "2"][..], &["m6", "a reply"][..]),
        (&["--limit", "2", "--top-level"][..], &["m5", "m6"][..]),
        (&["-n", "2", "--before", &middle][..], &["m1", "m2"][..]),
        (&["-n", "2", "--after", &middle][..], &["m4", "m5"][..]),
        (&["-n", "3", "--around", &middle][..], &["m2", "m3", "m4"][..]),
        (&["--thread", &root][..], &["a reply"][..]),
        (&["--thread", &middle][..], &[][..]),
        (&["--since", "1h", "--top-level"][..], &["m0", "m1", "m2", "m3", "m4", "m5", "m6"][..]),
    ] {
        let line = [&["read", "general"][..], options].concat();
        assert_eq!(shown(&world, &line, "{{.body_md}}").await, expected, "{options:?}");
    }
    let part = ran(&world, &world.ann, &["read", "general", "-n", "2"]).await;
    assert!(part.err.contains("there are more"), "{}", part.err);
    let whole = ran(&world, &world.ann, &["read", "general"]).await;
    assert_eq!((whole.code, whole.err.as_str()), (0, ""), "there are no more");
    for both in [
        &["--since", "1h", "--limit", "2"][..],
        &["--around", &middle, "--before", &root][..],
        &["--before", &root, "--after", &middle][..],
        &["--thread", &root, "--around", &middle][..],
    ] {
        let line = [&["read", "general"][..], both].concat();
        let refused = ran(&world, &world.ann, &line).await;
        assert_eq!(refused.code, 2, "{both:?}: {}", refused.err);
        assert!(refused.err.contains(both[0]) && refused.err.contains(both[2]), "{both:?}: {}", refused.err);
    }
    world.end().await;
}

#[tokio::test]
async fn a_search_is_narrowed() {
    let world = World::new().await;
    let fresh = world.channel("fresh", Visibility::Public).await.id;
    let request = CreateCommunity { name: "Second".into(), slug: "second".into(), client_mutation_id: None };
    let second = world.ann.create_community(&request).await.expect("creates");
    let second = second.default_channel_id.expect("everybody comes into one");
    world.bob.post(world.general.id, &text("apple pie")).await.expect("posts");
    for (place, said) in [(fresh, "pie of apple"), (second, "apple pie elsewhere")] {
        world.ann.post(place, &text(said)).await.expect("posts");
    }
    let body = "{{.message.body_md}}";
    for (line, template, expected) in [
        (&["apple", "pie"][..], body, &["apple pie elsewhere", "pie of apple", "apple pie"][..]),
        (&["apple pie"][..], body, &["apple pie elsewhere", "apple pie"][..]),
        (&["apple", "--channel", "fresh"][..], body, &["pie of apple"][..]),
        (&["apple", "--author", "bob"][..], body, &["apple pie"][..]),
        (&["apple", "-c", "ferris"][..], body, &["pie of apple", "apple pie"][..]),
        (&["apple", "-n", "1"][..], body, &["apple pie elsewhere"][..]),
        (&["fresh", "--type", "channels"][..], "{{.channel.name}}", &["fresh"][..]),
        (&["bob", "--type", "users"][..], "{{.user.username}}", &["bob"][..]),
    ] {
        let line = [&["search"][..], line].concat();
        assert_eq!(shown(&world, &line, template).await, expected, "{line:?}");
    }
    let plain = ran(&world, &world.ann, &["search", "bob", "--type", "users"]).await.done();
    assert!(plain.contains("\tbob\t"), "its own columns: {plain}");
    for (option, value) in [("--type", "everything"), ("--sort", "oldest")] {
        let refused = ran(&world, &world.ann, &["search", "apple", option, value]).await;
        assert!(refused.code == 2 && refused.err.contains(option), "{}", refused.err);
    }
    world.end().await;
}

#[tokio::test]
async fn a_search_for_the_best_goes_on_by_what_the_last_page_said() {
    let world = World::new().await;
    for said in ["crab", "crab crab crab crab", "one crab among many other words"] {
        world.ann.post(world.general.id, &text(said)).await.expect("posts");
    }
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let mut line = vec!["search", "crab", "--sort", "best", "-n", "1", "--json"];
        line.extend(next.iter().flat_map(|next| ["--next", next.as_str()]));
        let page = ran(&world, &world.ann, &line).await;
        let told = page.err.clone();
        let page = page.json();
        found.extend(
            page["items"].as_array().expect("a list").iter().map(|one| one["message"]["body_md"].clone()),
        );
        next = page["next"].as_str().map(str::to_owned);
        let Some(next) = &next else { break };
        assert!(told.contains(&format!("--next {next}")), "{told}");
        assert!(found.len() < 3, "{found:?}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "crab crab crab crab");
    world.end().await;
}

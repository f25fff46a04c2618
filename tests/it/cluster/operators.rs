//! What operators see of a cluster, and what they tell it.

use ajet_client::Error;
use ajet_protocol::ops::{ClusterReport, EntityReport};
use ajet_protocol::{Code, Visibility};
use futures::future::join_all;
use reqwest::Method;

use crate::support::cluster::{Cluster, at};
use crate::support::{DEADLINE, OPS, World, next, text};

#[tokio::test]
async fn operators_are_told_the_same_of_a_session_everywhere() {
    let cluster = Cluster::of(2).await;
    let bob = cluster.everywhere(&cluster.world.bob);
    let path = format!("/ops/entities/user/{}", bob[0].me().await.expect("known").user.id);
    let told = async || {
        let asking = cluster.nodes().into_iter().map(|node| {
            let ops = at(node).with_token(OPS);
            let path = &path;
            async move { ops.get::<EntityReport>(path).await.expect("told") }
        });
        join_all(asking).await
    };
    let nowhere = told().await;
    assert!(nowhere.iter().all(|one| !one.active && one.owner == nowhere[0].owner), "{nowhere:?}");
    let mut live = bob[1].live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let report: ClusterReport =
        at(&cluster.others[0]).with_token(OPS).get("/ops/cluster").await.expect("reports");
    for one in told().await {
        assert!(one.active && one.owner == report.asked, "where the stream is: {one:?}");
    }
    cluster.end().await;
}

#[tokio::test]
async fn operators_see_kill_and_drain() {
    let cluster = Cluster::of(2).await;
    cluster.world.expects_crashes();
    let ops = cluster.world.nobody.with_token(OPS);
    let refused: Result<ClusterReport, Error> = cluster.world.ann.get("/ops/cluster").await;
    assert_eq!(refused.expect_err("a token of its own").code(), Some(Code::Unauthenticated));
    for n in 0..6 {
        let channel = cluster.world.channel(&format!("c{n}"), Visibility::Public).await;
        cluster.world.ann.post(channel.id, &text("one")).await.expect("posts");
        let before = cluster.owner(&channel).await;
        assert!(before.active && before.epoch == 1, "{before:?}");
        let path = format!("/ops/entities/channel/{}", channel.id);
        let death = if n % 2 == 0 { path.clone() } else { format!("{path}?mode=panic") };
        ops.send_empty(Method::DELETE, &death).await.expect("killed, wherever it lives");
        cluster.world.ann.post(channel.id, &text("two")).await.expect("accepted again");
        let after = cluster.owner(&channel).await;
        assert!(after.epoch > before.epoch && after.seq > before.seq, "{after:?}");
    }
    let nobody = format!("/ops/entities/channel/{}", uuid::Uuid::new_v4());
    assert_eq!(ops.get::<EntityReport>(&nobody).await.expect_err("no such").code(), Some(Code::NotFound));
    let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
    let other = report.nodes.iter().find(|node| node.id != report.asked).expect("two nodes");
    assert_eq!(
        (other.pid, other.addr.as_str()),
        (std::process::id(), cluster.others[0].addr().to_string().as_str())
    );
    ops.send_empty(Method::POST, &format!("/ops/nodes/{}/drain", other.id)).await.expect("taken");
    tokio::time::timeout(DEADLINE, cluster.others[0].drain_asked()).await.expect("told");
    cluster.end().await;
}

#[tokio::test]
async fn operators_have_a_page_of_their_own() {
    let world = World::new().await;
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let ops = format!("{}/ops", world.base());
    let form = http.get(&ops).send().await.expect("answers").text().await.expect("text");
    assert!(form.contains("name=\"token\"") && !form.contains("table"), "nothing is shown without the token");
    let sign_in = |token: &str, site: &str| {
        let form = [("token", token.to_owned())];
        http.post(&ops).header("sec-fetch-site", site.to_owned()).form(&form).send()
    };
    assert_eq!(sign_in("wrong", "same-origin").await.expect("answers").status().as_u16(), 401);
    assert_eq!(sign_in(OPS, "cross-site").await.expect("answers").status().as_u16(), 403, "csrf");
    let signed_in = sign_in(OPS, "same-origin").await.expect("answers");
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a value").to_owned();
    let live = http.get(format!("{ops}/live")).header("cookie", &cookie).send().await.expect("answers");
    let live = live.text().await.expect("text");
    assert!(
        live.contains(&world.server.addr().to_string()) && !live.contains("kill"),
        "no chaos unless enabled"
    );
    let drain = http.post(format!("{ops}/nodes/{}/drain", uuid::Uuid::new_v4())).header("cookie", &cookie);
    let forged = drain.header("sec-fetch-site", "cross-site").send().await.expect("answers");
    assert_eq!(forged.status().as_u16(), 403, "a cookie alone drains nothing");
    world.end().await;
}

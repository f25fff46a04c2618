//! I13: an invite lets in as many as it says, on whichever node they accept it.

use ajet_protocol::{Code, CreateInvite, PageQuery};
use futures::future::join_all;

use crate::support::cluster::Cluster;
use crate::support::code;

#[tokio::test]
async fn fifty_at_once_on_two_nodes_are_three() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let request = CreateInvite { max_uses: Some(3), ..CreateInvite::default() };
    let invite = world.ann.create_invite(world.community.id, &request).await.expect("invites");
    let nodes = cluster.everywhere(&world.nobody);
    let people = join_all((0..50).map(|n| {
        let nobody = nodes[n % nodes.len()].clone();
        async move { nobody.sign_in(&format!("p{n}")).await.expect("signs in").0 }
    }))
    .await;
    let answers = join_all(people.iter().map(|person| person.accept_invite(&invite.code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::Gone);
    }
    let listed = world.ann.invites(world.community.id, &PageQuery::default()).await.expect("lists").items;
    let used = listed.iter().find(|one| one.code == invite.code).map(|one| one.uses);
    assert_eq!(used, Some(3));
    cluster.end().await;
}

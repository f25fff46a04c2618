//! A command that crashes the entity which decides it, on whichever node that lives.

use ajet_protocol::ops::{ClusterReport, TRAP};
use ajet_protocol::{Code, PageQuery, PostMessage, Visibility};

use crate::support::cluster::Cluster;
use crate::support::{OPS, eventually, text};

/// Of this many channels one lives on the other of two nodes, as good as certainly.
const CHANNELS_TO_TRY: usize = 64;

/// I8.
#[tokio::test]
async fn poison_is_refused_and_told_wherever_the_channel_lives() {
    let cluster = Cluster::of(2).await;
    cluster.world.expects_crashes();
    let ops = cluster.world.nobody.with_token(OPS);
    let asked = ops.get::<ClusterReport>("/ops/cluster").await.expect("reports").asked;
    for n in 0..CHANNELS_TO_TRY {
        let channel = cluster.world.channel(&format!("c{n}"), Visibility::Public).await;
        if cluster.owner(&channel).await.owner == asked {
            continue;
        }
        let poison = PostMessage { client_mutation_id: Some(format!("{TRAP}{n}")), ..text("poison") };
        let refused =
            cluster.world.ann.post(channel.id, &poison).await.expect_err("crashes the actor that decides it");
        assert_eq!(refused.code(), Some(Code::Internal));
        cluster.world.ann.post(channel.id, &text("fine")).await.expect("the channel lives on");
        let page = cluster.world.ann.messages(channel.id, &PageQuery::default()).await.expect("reads");
        assert_eq!(page.items.len(), 1, "nothing of the poison is there");
        break;
    }
    let told = || async {
        let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
        report.notices.iter().any(|one| one.text.contains("crashed"))
    };
    eventually("the node that it happened on is heard", told).await;
    cluster.end().await;
}

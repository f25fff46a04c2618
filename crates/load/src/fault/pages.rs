//! Large pages of history that are asked for and never read.

use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::limits::{BODY_CHARS, PAGE_MAX};
use ajet_protocol::{ChannelId, CommunityId, CreateChannel, PostMessage, Visibility};
use anyhow::Context;
use futures::future::join_all;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::Findings;
use super::growth::Growth;
use super::unread::ask;
use crate::lab::Lab;

/// Connections that ask for a page.
const CONNECTIONS: usize = 40;
/// Messages posted at once.
const AT_ONCE: usize = 8;
/// A node may hold this much more memory than before, however many large pages are requested.
const GROWTH_MIB: u64 = 256;
/// A connection that its node closed ends within this time, once the rest in the kernel's buffers is read.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
/// More than the kernel buffers of an unread answer, at both ends.
const BUFFERED: usize = 6 * 1024 * 1024;
/// Bytes of an answer that are kept, to see its status.
const HEAD: usize = 12;

/// A room of the largest messages there can be, and connections that asked for them.
#[derive(Default)]
pub struct Pages {
    room: Option<ChannelId>,
    unread: Vec<TcpStream>,
    growth: Option<Growth>,
}

impl Pages {
    /// Asks for the room's history; before that, it is made and filled where it is not there yet.
    ///
    /// # Errors
    /// When the room can't be filled.
    pub async fn ask(
        &mut self,
        lab: &Lab,
        node: usize,
        owner: &Client,
        community: CommunityId,
    ) -> anyhow::Result<()> {
        let room = match self.room {
            Some(room) => room,
            None => fill(owner, community).await?,
        };
        self.room = Some(room);
        self.growth = Growth::of(lab, node);
        let (base, path) = (
            format!("http://{}", lab.nodes[node].addr),
            format!("/api/channels/{room}/messages?limit={PAGE_MAX}"),
        );
        let token = owner.token().context("the owner is not signed in")?;
        let asking = join_all((0..CONNECTIONS).map(|_| ask(&base, &path, token, None))).await;
        // A node that is not there has nothing to send.
        self.unread = asking.into_iter().flatten().collect();
        Ok(())
    }

    /// Reads what is left in the connections; their node must have ended them, and held little for them.
    pub async fn read(&mut self, findings: &mut Findings) {
        let grown = self.growth.take().map_or(0, |growth| growth.mib());
        let rests = join_all(self.unread.drain(..).map(rest)).await;
        let served = rests.iter().filter(|rest| rest.served).count();
        let endless = rests.iter().filter(|rest| rest.served && rest.goes_on).count();
        let refused = rests.len() - served;
        findings
            .note(format!("{served} pages begun, {refused} turned away; {grown} MiB more memory at most"));
        if endless > 0 {
            findings.problem("I12", format!("{endless} unread answers were not ended by their node"));
        }
        if grown > GROWTH_MIB {
            findings.problem("I12", format!("unread pages took {grown} MiB, {GROWTH_MIB} at most"));
        }
    }
}

/// Makes a room that only its owner sees, and fills one page of it with messages whose HTML is as long as possible: each
/// character opens a quote inside the one before.
async fn fill(owner: &Client, community: CommunityId) -> anyhow::Result<ChannelId> {
    let request = CreateChannel {
        name: "large".into(),
        kind: None,
        visibility: Some(Visibility::Public),
        topic: None,
        category_id: None,
        client_mutation_id: Some("large".into()),
    };
    let room = owner.create_channel(community, &request).await.context("making a room of large messages")?.id;
    let body = format!("{}x", ">".repeat(BODY_CHARS - 1));
    let posting = (0..PAGE_MAX).map(|n| {
        let key = format!("large-{n}");
        let request = PostMessage {
            body_md: body.as_str().into(),
            client_mutation_id: Some(key),
            ..PostMessage::default()
        };
        async move { owner.post(room, &request).await.map(drop) }
    });
    let posted = stream::iter(posting).buffer_unordered(AT_ONCE).try_collect::<()>().await;
    posted.context("filling a room with large messages")?;
    Ok(room)
}

/// How an unread connection ended.
struct Rest {
    /// It was answered 200, not 503.
    served: bool,
    /// More came than the kernel had buffered, so its node had not ended it.
    goes_on: bool,
}

async fn rest(mut connection: TcpStream) -> Rest {
    let (mut head, mut read, mut bytes) = (Vec::new(), 0, vec![0; 64 * 1024]);
    let reading = async {
        while let Ok(more @ 1..) = connection.read(&mut bytes).await {
            head.extend(bytes[..more].iter().copied().take(HEAD.saturating_sub(head.len())));
            read += more;
        }
    };
    // The number of bytes decides, not how it ends.
    let _ = tokio::time::timeout(ENDS_WITHIN, reading).await;
    Rest { served: head.ends_with(b" 200"), goes_on: read > BUFFERED }
}

//! What the lists of what is unread say, held against what a mirror counts.

use std::collections::HashMap;

use ajet_client::{Client, Error};
use ajet_protocol::{ChannelId, PageQuery, Sync, Unread, UnreadChannel};

/// Where `GET /api/unread` and `GET /api/notifications` say something else than a mirror shows.
///
/// A direct message that the person hides is in the first list and not in the mirror. A page of the second one may not be all of it.
pub async fn miscounts(client: &Client, shown: &Sync) -> Result<Vec<String>, Error> {
    let mut wrong = Vec::new();
    let listed = client.unread().await?.items.into_iter().map(|one| (one.channel_id, one));
    let listed: HashMap<ChannelId, UnreadChannel> = listed.collect();
    for place in shown.channels.iter().chain(&shown.dms) {
        let (id, unread) = (place.channel.id, place.channel.unread);
        let listed = listed.get(&id).map(|one| {
            let UnreadChannel { count, mentions, last_read_id, .. } = *one;
            (Unread { count, mentions }, last_read_id)
        });
        let shown = (unread.count > 0).then_some((unread, place.last_read_id));
        if listed != shown {
            wrong.push(format!("unread in {id} is shown as {shown:?}, and listed as {listed:?}"));
        }
    }
    let all = PageQuery { limit: Some(200), ..PageQuery::default() };
    let page = client.notifications(true, &all).await?;
    let (listed, shown) = (page.items.len() as i64, shown.notifications.unread);
    if shown < listed || shown > listed && !page.has_more {
        wrong.push(format!("{shown} notifications are shown as unread, and {listed} are listed"));
    }
    Ok(wrong)
}

//! Search.

use ajet_protocol::{SearchPage, SearchQuery};

use crate::{Client, Error, parts_of};

impl Client {
    /// A page of what one may see and looks for: messages, channels or people.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchPage, Error> {
        let mut parts = parts_of(&query.page);
        let encoded: String = query.q.bytes().map(|byte| format!("%{byte:02X}")).collect();
        parts.push(format!("q={encoded}"));
        parts.push(format!("type={}", query.kind.as_str()));
        parts.push(format!("sort={}", query.sort.as_str()));
        parts.extend(query.community_id.map(|id| format!("community_id={id}")));
        parts.extend(query.channel_id.map(|id| format!("channel_id={id}")));
        parts.extend(query.author_id.map(|id| format!("author_id={id}")));
        parts.extend(query.next.as_ref().map(|next| format!("next={next}")));
        self.get(&format!("/api/search?{}", parts.join("&"))).await
    }
}

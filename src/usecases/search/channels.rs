//! Channels of communities, by their names and topics.

use ajet_domain::Scope;
use ajet_protocol::{
    Channel, ChannelId, Code, PageQuery, SearchHit, SearchHitType, SearchPage, SearchQuery, UserId, limits,
};
use ajet_search::{Query, Snippet};

use super::sight::Sight;
use crate::store::search::ChannelWords;
use crate::usecases::reading::{Reading, belongs, of_seen};
use crate::usecases::{Context, Failure};

/// A channel that fits.
struct Fitting {
    id: ChannelId,
    scope: Scope,
    shown: Snippet,
}

/// A page of channels that fit, by their ids.
///
/// # Errors
/// [`Failure`]
pub async fn find(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<SearchPage, Failure> {
    let query = ajet_search::words(&asked.q);
    let sight = Sight::of(context, reader, asked).await?;
    let mut fitting = Vec::new();
    for (scope, seen) in sight.of_communities() {
        let words = words_in(context, reader, scope, &seen).await?;
        fitting.extend(words.into_iter().filter_map(|words| fit(&query, scope, words)));
    }
    fitting.sort_unstable_by_key(|one| one.id);
    let (page, has_more) = page_of(fitting, &asked.page);
    let mut items = Vec::with_capacity(page.len());
    for of_scope in page.chunk_by(|one, next| one.scope == next.scope) {
        let channels = channels_in(context, reader, of_scope).await?;
        for Fitting { id, shown, .. } in of_scope {
            let channel = channels.iter().find(|channel| channel.id == *id);
            items.extend(channel.map(|channel| hit(channel.clone(), shown.clone())));
        }
    }
    Ok(SearchPage { items, has_more, next: None })
}

fn fit(query: &Query, scope: Scope, words: ChannelWords) -> Option<Fitting> {
    let ChannelWords { id, name, topic } = words;
    let text = topic.map_or(name.clone(), |topic| format!("{name}\n{topic}"));
    let fits = query.fits(&text);
    fits.then(|| Fitting { id: ChannelId(id), scope, shown: ajet_search::snippet(&text, query) })
}

/// Those of a page, and whether there are more in its direction.
fn page_of(mut all: Vec<Fitting>, query: &PageQuery) -> (Vec<Fitting>, bool) {
    let size = usize::try_from(query.size()).unwrap_or(1);
    all.retain(|one| {
        query.after.is_none_or(|after| one.id.0 > after)
            && query.before.is_none_or(|before| one.id.0 < before)
    });
    let surplus = all.len().saturating_sub(size);
    if query.before.is_some() {
        all.drain(..surplus);
    } else {
        all.truncate(size);
    }
    (all, surplus > 0)
}

async fn words_in(
    context: &Context,
    reader: UserId,
    scope: Scope,
    of: &[ChannelId],
) -> Result<Vec<ChannelWords>, Failure> {
    let read = Reading::channels_of(context, reader, scope).answer(belongs, |fence| {
        of_seen(context, fence, move |fence, mut seen| async move {
            seen.retain(|channel| of.binary_search(channel).is_ok());
            context.store.channel_words(fence, &seen).await
        })
    });
    or_none(read.await)
}

async fn channels_in(context: &Context, reader: UserId, of: &[Fitting]) -> Result<Vec<Channel>, Failure> {
    let Some(scope) = of.first().map(|one| one.scope) else { return Ok(Vec::new()) };
    let all = PageQuery { limit: Some(i64::from(limits::PAGE_MAX)), ..PageQuery::default() };
    let read = Reading::channels_of(context, reader, scope).answer(belongs, |fence| {
        of_seen(context, fence, move |fence, mut seen| async move {
            seen.retain(|channel| of.iter().any(|one| one.id == *channel));
            Ok(context.store.channels_of(fence, &seen, &all).await?.map(|page| page.items))
        })
    });
    or_none(read.await)
}

/// Nothing of a community that the reader has left meanwhile.
fn or_none<T>(read: Result<Vec<T>, Failure>) -> Result<Vec<T>, Failure> {
    match read {
        Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
        found => found,
    }
}

fn hit(channel: Channel, shown: Snippet) -> SearchHit {
    SearchHit {
        kind: SearchHitType::Channel,
        message: None,
        channel: Some(Box::new(channel)),
        user: None,
        snippet_html: shown.html,
        ranges: shown.ranges,
    }
}

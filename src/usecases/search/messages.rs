//! Messages, by their words, authors, places, times, and what they have.

use std::collections::{BTreeMap, HashMap};

use ajet_domain::Scope;
use ajet_protocol::{
    ChannelId, Code, Message, MessageId, SearchHit, SearchHitType, SearchPage, SearchQuery, SearchSort,
    UserId, limits,
};
use ajet_search::{Misused, Place, Query, Who};
use futures::future::join_all;
use uuid::Uuid;

use super::engine::{self, Wanted};
use super::next::Next;
use super::sight::Sight;
use crate::usecases::reading::{Reading, belongs, of_seen};
use crate::usecases::reads::AT_ONCE;
use crate::usecases::{Context, Failure};

/// A message that was found, before it is read.
type Found = (MessageId, ChannelId);

/// A search under way.
struct Search<'a> {
    context: &'a Context,
    reader: UserId,
    query: &'a Query,
    sight: &'a Sight,
    size: usize,
}

/// A page of messages that fit.
///
/// # Errors
/// [`Failure`]
pub async fn find(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<SearchPage, Failure> {
    let query = ajet_search::parse(&asked.q).map_err(misused)?;
    let sight = Sight::of(context, reader, asked).await?;
    let authors = authors(context, reader, asked, &query).await?;
    let channels = channels(context, &query, &sight).await?;
    let by_no_one = authors.as_ref().is_some_and(Vec::is_empty);
    if query.finds_nothing() || by_no_one || channels.is_empty() {
        return Ok(SearchPage { items: Vec::new(), has_more: false, next: None });
    }
    let (above, below) = between(asked, &query);
    let wanted = Wanted { channels, terms: query.tsqueries(&authors.unwrap_or_default()), above, below };
    let size = usize::try_from(asked.page.size()).unwrap_or(1);
    let search = Search { context, reader, query: &query, sight: &sight, size };
    match asked.sort {
        SearchSort::Newest => search.by_time(wanted, asked.page.after.is_some()).await,
        SearchSort::Best => search.by_score(wanted, asked.next.as_deref()).await,
    }
}

fn misused(misused: Misused) -> Failure {
    let Misused { operator, takes } = misused;
    Failure::field("q", "bad_operator", &format!("has {operator}, which {takes}"))
}

/// Who may have written it: any of them; `None` for anybody.
async fn authors(
    context: &Context,
    reader: UserId,
    asked: &SearchQuery,
    query: &Query,
) -> Result<Option<Vec<Uuid>>, Failure> {
    let mut authors = None;
    if !query.from.is_empty() {
        let (mut ids, mut typed) = (Vec::new(), Vec::new());
        for who in &query.from {
            match who {
                Who::Me => ids.push(reader.0),
                Who::Id(id) => ids.push(*id),
                Who::Named(name) => typed.push(name.clone()),
            }
        }
        if !typed.is_empty() {
            ids.extend(context.store.accounts_named(&typed).await?.into_iter().map(|id| id.0));
        }
        authors = Some(ids);
    }
    if let Some(UserId(only)) = asked.author_id {
        let fits = authors.is_none_or(|ids| ids.contains(&only));
        authors = Some(if fits { vec![only] } else { Vec::new() });
    }
    Ok(authors)
}

/// The channels in which it may stand.
async fn channels(context: &Context, query: &Query, sight: &Sight) -> Result<Vec<Uuid>, Failure> {
    let seen: Vec<Uuid> = sight.channels().map(|id| id.0).collect();
    if query.within.is_empty() {
        return Ok(seen);
    }
    let (mut ids, mut typed) = (Vec::new(), Vec::new());
    for place in &query.within {
        match place {
            Place::Id(id) => ids.extend(sight.scope_of(ChannelId(*id)).map(|_| *id)),
            Place::Named(name) => typed.push(name.clone()),
        }
    }
    if !typed.is_empty() && !seen.is_empty() {
        ids.extend(context.store.channels_named(&seen, &typed).await?.into_iter().map(|id| id.0));
    }
    Ok(ids)
}

/// Between which ids it lies. Ids of messages begin with the time.
fn between(asked: &SearchQuery, query: &Query) -> (Uuid, Uuid) {
    let first_at = |millis: u64| Uuid::from_u128(u128::from(millis) << 80);
    let since = query.since.map(|millis| Uuid::from_u128(first_at(millis).as_u128().saturating_sub(1)));
    let above = [since, asked.page.after].into_iter().flatten().max();
    let below = [query.before.map(first_at), asked.page.before].into_iter().flatten().min();
    (above.unwrap_or_default(), below.unwrap_or(Uuid::max()))
}

impl Search<'_> {
    /// Newest first. What the reader lost sight of meanwhile is left out; a page is empty only at the end.
    async fn by_time(&self, mut wanted: Wanted, oldest: bool) -> Result<SearchPage, Failure> {
        loop {
            let mut found = engine::by_time(self.context, &wanted, oldest, self.one_more()).await?;
            let goes_on = found.len() > self.size;
            found.truncate(self.size);
            let mut items = self.hits(&found).await?;
            match found.last() {
                Some((last, _)) if goes_on && items.is_empty() => {
                    if oldest {
                        wanted.above = last.0;
                    } else {
                        wanted.below = last.0;
                    }
                }
                _ => {
                    let has_more = cut(&mut items) || goes_on;
                    if oldest {
                        items.reverse();
                    }
                    return Ok(SearchPage { items, has_more, next: None });
                }
            }
        }
    }

    /// Those first that fit best.
    async fn by_score(&self, mut wanted: Wanted, next: Option<&str>) -> Result<SearchPage, Failure> {
        let mut from = next.map(Next::read).transpose()?;
        loop {
            if let Some(Next { newest, .. }) = from {
                let behind = Uuid::from_u128(newest.0.as_u128().saturating_add(1));
                wanted.below = wanted.below.min(behind);
            }
            let after = from.map(|next| (next.score, next.id.0));
            let mut ranked = engine::by_score(self.context, &wanted, after, self.one_more()).await?;
            let goes_on = ranked.len() > self.size;
            ranked.truncate(self.size);
            let found: Vec<Found> = ranked.iter().map(|one| one.place).collect();
            let mut items = self.hits(&found).await?;
            let newest = from.map(|next| next.newest);
            let at = |one: &engine::Ranked| Next {
                score: one.score,
                id: one.place.0,
                newest: newest.unwrap_or(one.newest),
            };
            if goes_on && items.is_empty() {
                from = ranked.last().map(at);
                continue;
            }
            let is_cut = cut(&mut items);
            // Behind the last one that is shown; where the page is whole, behind all that was looked at.
            let shown = items.last().and_then(|hit| hit.message.as_ref()).map(|message| message.id);
            let last =
                if is_cut { ranked.iter().find(|one| Some(one.place.0) == shown) } else { ranked.last() };
            let has_more = is_cut || goes_on;
            let next = last.filter(|_| has_more).map(|one| at(one).told());
            return Ok(SearchPage { items, has_more, next });
        }
    }

    fn one_more(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// What was found as it is now, in its order: what is deleted meanwhile, or not to be seen, is left out.
    async fn hits(&self, found: &[Found]) -> Result<Vec<SearchHit>, Failure> {
        let mut by_scope: BTreeMap<Scope, Vec<Found>> = BTreeMap::new();
        for one in found {
            if let Some(scope) = self.sight.scope_of(one.1) {
                by_scope.entry(scope).or_default().push(*one);
            }
        }
        let (by_scope, mut hits) = (Vec::from_iter(by_scope), HashMap::new());
        for some in by_scope.chunks(AT_ONCE) {
            let reading = some.iter().map(|(scope, found)| self.hits_in(*scope, found));
            // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
            for read in join_all(reading).await {
                hits.extend(read?);
            }
        }
        Ok(found.iter().filter_map(|(id, _)| hits.remove(id)).collect())
    }

    /// Those of one community or direct message.
    async fn hits_in(&self, scope: Scope, found: &[Found]) -> Result<Vec<(MessageId, SearchHit)>, Failure> {
        let mut messages = self.messages_in(scope, found).await?;
        messages.retain(|message| !message.deleted);
        let texts = self.context.store.texts_of(&messages.iter().collect::<Vec<_>>()).await?;
        let hit = |(message, text): (Message, String)| {
            let shown = ajet_search::snippet(&text, self.query);
            let hit = SearchHit {
                kind: SearchHitType::Message,
                channel: None,
                user: None,
                snippet_html: shown.html,
                ranges: shown.ranges,
                message: Some(Box::new(message)),
            };
            hit.message.as_ref().map(|message| message.id).map(|id| (id, hit))
        };
        Ok(messages.into_iter().zip(texts).filter_map(hit).collect())
    }

    async fn messages_in(&self, scope: Scope, found: &[Found]) -> Result<Vec<Message>, Failure> {
        let Self { context, reader, .. } = *self;
        let reading = Reading::channels_of(context, reader, scope);
        let read = reading.answer(belongs, |fence| {
            of_seen(context, fence, move |fence, mut seen| async move {
                seen.retain(|channel| found.iter().any(|(_, place)| place == channel));
                let ids: Vec<MessageId> = found.iter().map(|(id, _)| *id).collect();
                context.store.messages_seen(fence, &seen, &ids).await
            })
        });
        match read.await {
            // They have left it meanwhile.
            Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
            found => found,
        }
    }
}

/// Cuts a page where its texts are long, but never its first item; whether it did.
fn cut(items: &mut Vec<SearchHit>) -> bool {
    let bytes = |hit: &SearchHit| hit.message.as_ref().map_or(0, |message| message.body_html.len());
    let most = usize::try_from(limits::PAGE_BYTES).unwrap_or(usize::MAX);
    let mut sum = 0;
    let fit = items.iter().take_while(|hit| {
        let fits = sum < most;
        sum += bytes(hit);
        fits
    });
    let fit = fit.count();
    let is_cut = fit < items.len();
    items.truncate(fit);
    is_cut
}

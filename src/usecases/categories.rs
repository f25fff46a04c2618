//! Categories: created, listed, changed, put in order, deleted.

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateCategory, DeleteCategory, OrderCategories, UpdateCategory};
use ajet_protocol::{
    Category, CategoryId, Code, CommunityId, FieldError, Page, PageQuery, Permission, UserId, limits,
};

use super::deletion::Deletion;
use super::reading::{Reading, belongs};
use super::{Context, Created, Failure, Found, GivenKey};

/// All categories of a community: it has no more than fit on a page.
pub(super) const ALL: PageQuery =
    PageQuery { before: None, after: None, limit: Some(limits::PAGE_MAX as i64) };
const _: () = assert!(limits::CATEGORIES <= limits::PAGE_MAX as usize);

/// Creates a category.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    category: CreateCategory,
    key: GivenKey,
) -> Result<Created<Category>, Failure> {
    let reader = by.id();
    let made = context.make(community, by, key.without_former(), category).await?;
    Created::of(made, Ok, async |id| {
        let (reading, id) = (Reading::of(context, reader, community), CategoryId(id));
        let read = reading.answer(belongs, |fence| context.store.category_for(fence, id));
        read.await?.or_not_found()
    })
    .await
}

/// The categories of a community.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Category>, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.categories_of(fence, query)).await
}

/// Changes a category; it as it is afterwards.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateCategory) -> Result<Category, Failure> {
    let community = context.store.community_of_category(update.category_id).await?.or_not_found()?;
    context.ask(community, by, update).await
}

/// Deletes a category; its channels stay.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, category_id: CategoryId) -> Result<(), Failure> {
    let deletion =
        Deletion { action: "category.delete", id: category_id.0, right: Some(Permission::ManageChannels) };
    let home = context.store.community_of_category(category_id).await?;
    deletion.ask(context, by, home, DeleteCategory { category_id }).await
}

/// Puts all categories of a community in order.
///
/// # Errors
/// [`Failure`]; of ids that are no categories, or are missing, each is named.
pub async fn order(
    context: &Context,
    by: Caller,
    community: CommunityId,
    ids: Vec<CategoryId>,
) -> Result<(), Failure> {
    let reader = by.id();
    match context.ask(community, by, OrderCategories { ids: ids.clone() }).await {
        Err(refused) if refused.code == Code::Invalid => {
            let all = list(context, reader, community, &ALL).await?.items;
            let errors = misnamed(&ids, &all);
            // They may have changed since the refusal.
            Err(if errors.is_empty() { refused } else { Failure::invalid(errors) })
        }
        answered => answered,
    }
}

/// What is wrong with a list that should name all of these.
fn misnamed(ids: &[CategoryId], all: &[Category]) -> Vec<FieldError> {
    let unknown = ids.iter().enumerate().filter(|(_, id)| all.iter().all(|one| one.id != **id));
    let unknown = unknown.map(|(place, _)| FieldError {
        field: format!("ids[{place}]"),
        code: "not_found".into(),
        message: "names no category of this community".into(),
    });
    let missing = all.iter().filter(|one| !ids.contains(&one.id)).map(|one| FieldError {
        field: "ids".into(),
        code: "incomplete".into(),
        message: format!("does not name {}", one.id),
    });
    unknown.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_wrong_with_an_order_is_named() {
        let id = |n| CategoryId(Uuid::from_u128(n));
        let community_id = CommunityId(Uuid::from_u128(9));
        let all = [1, 2].map(|n| Category { id: id(n), community_id, name: "c".into(), position: 0 });
        let said = |ids: &[CategoryId]| -> Vec<String> {
            misnamed(ids, &all).into_iter().map(|one| format!("{}:{}", one.field, one.code)).collect()
        };
        assert_eq!(said(&[id(2), id(1)]), Vec::<String>::new());
        assert_eq!(said(&[id(2), id(3)]), ["ids[1]:not_found", "ids:incomplete"]);
    }
}

//! Categories, and the order of categories and channels.

use ajet_protocol::{
    Category, CategoryId, ChannelPlace, CommunityId, CreateCategory, OrderCategories, OrderChannels, Page,
    PageQuery, UpdateCategory,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes a category.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_category(
        &self,
        community: CommunityId,
        request: &CreateCategory,
    ) -> Result<Category, Error> {
        self.create(&format!("/api/communities/{community}/categories"), request).await
    }

    /// A page of a community's categories.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn categories(
        &self,
        community: CommunityId,
        query: &PageQuery,
    ) -> Result<Page<Category>, Error> {
        self.get(&format!("/api/communities/{community}/categories?{}", parts_of(query).join("&"))).await
    }

    /// Changes a category.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_category(
        &self,
        category: CategoryId,
        update: &UpdateCategory,
    ) -> Result<Category, Error> {
        self.send(Method::PATCH, &format!("/api/categories/{category}"), Some(update), true).await
    }

    /// Deletes a category; its channels stay. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_category(&self, category: CategoryId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/categories/{category}")).await
    }

    /// Puts all categories of a community in order.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn order_categories(&self, community: CommunityId, ids: Vec<CategoryId>) -> Result<(), Error> {
        let path = format!("/api/communities/{community}/categories/order");
        self.tell(Method::PUT, &path, &OrderCategories { ids }).await
    }

    /// Puts channels in order, and into categories.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn order_channels(
        &self,
        community: CommunityId,
        channels: Vec<ChannelPlace>,
    ) -> Result<(), Error> {
        let path = format!("/api/communities/{community}/channels/order");
        self.tell(Method::PUT, &path, &OrderChannels { channels }).await
    }
}

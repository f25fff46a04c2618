//! Custom roles, and what channels allow and deny.

use std::fmt::Display;

use ajet_protocol::{
    ChannelId, CommunityId, CreateRole, CustomRole, Overwrite, Page, PageQuery, RoleId, SetOverwrite,
    UpdateRole,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes a custom role.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_role(
        &self,
        community: CommunityId,
        request: &CreateRole,
    ) -> Result<CustomRole, Error> {
        self.create(&format!("/api/communities/{community}/roles"), request).await
    }

    /// A page of a community's custom roles.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn roles(&self, community: CommunityId, query: &PageQuery) -> Result<Page<CustomRole>, Error> {
        self.get(&format!("/api/communities/{community}/roles?{}", parts_of(query).join("&"))).await
    }

    /// Changes a custom role.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_role(&self, role: RoleId, update: &UpdateRole) -> Result<CustomRole, Error> {
        self.send(Method::PATCH, &format!("/api/roles/{role}"), Some(update), true).await
    }

    /// Deletes a custom role. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_role(&self, role: RoleId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/roles/{role}")).await
    }

    /// A page of what a channel allows and denies.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn overwrites(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Overwrite>, Error> {
        self.get(&format!("/api/channels/{channel}/overwrites?{}", parts_of(query).join("&"))).await
    }

    /// Sets what a channel allows and denies a role, a member, or by the community's id everybody.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_overwrite(
        &self,
        channel: ChannelId,
        target: impl Display,
        request: &SetOverwrite,
    ) -> Result<Overwrite, Error> {
        self.send(Method::PUT, &overwrite(channel, target), Some(request), true).await
    }

    /// Removes what a channel allows and denies a role, a member or everybody; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_overwrite(&self, channel: ChannelId, target: impl Display) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &overwrite(channel, target)).await
    }
}

fn overwrite(channel: ChannelId, target: impl Display) -> String {
    format!("/api/channels/{channel}/overwrites/{target}")
}

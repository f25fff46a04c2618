//! The stages of verbs about the people of a community, their roles and invites, and the community itself.

use reqwest::Method;
use serde_json::json;

use super::call::Call;
use super::scene::{Person, Scene, Standing};

pub async fn create_invite(scene: &Scene, _: &Person) -> Call {
    scene.here(Method::POST, "invites", json!({})).differing("max_uses", 7)
}

pub async fn accept_invite(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::POST, format!("/api/invites/{}/accept", scene.invite))
}

async fn invite_of(scene: &Scene, maker: &Person) -> String {
    let maker = if maker.standing.is_inside() { maker } else { &scene.owner };
    let invite = scene.done(maker, Method::POST, &scene.path("invites"), json!({})).await;
    invite["code"].as_str().expect("a code").to_owned()
}

/// The owner's.
pub async fn revoke_invite(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/invites/{}", invite_of(scene, &scene.owner).await))
}

pub async fn revoke_own_invite(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/invites/{}", invite_of(scene, by).await))
}

pub async fn mute(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    scene.here(Method::PUT, &format!("mutes/{}", scene.subject.id), json!({ "seconds": 600 }))
}

pub async fn unmute(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let mute = format!("mutes/{}", scene.subject.id);
    scene.owner_does(Method::PUT, &scene.path(&mute), json!({})).await;
    scene.here(Method::DELETE, &mute, json!({}))
}

pub async fn ban(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    scene.here(Method::PUT, &format!("bans/{}", scene.subject.id), json!({ "reason": "spam" }))
}

pub async fn unban(scene: &Scene, _: &Person) -> Call {
    let ban = format!("bans/{}", scene.subject.id);
    scene.owner_does(Method::PUT, &scene.path(&ban), json!({})).await;
    scene.here(Method::DELETE, &ban, json!({}))
}

pub async fn kick(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    Call::new(Method::DELETE, scene.of_member(scene.subject.id), json!({ "reason": "noise" }))
}

pub async fn leave_community(scene: &Scene, by: &Person) -> Call {
    Call::new(Method::DELETE, scene.of_member(by.id), json!({}))
}

pub async fn nickname(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let path = scene.of_member(scene.subject.id);
    Call::new(Method::PATCH, path, json!({ "nickname": scene.name("Caz") }))
}

pub async fn own_nickname(scene: &Scene, by: &Person) -> Call {
    Call::new(Method::PATCH, scene.of_member(by.id), json!({ "nickname": scene.name("Me") }))
}

/// The subject becomes an admin.
pub async fn make_admin(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    Call::new(Method::PATCH, scene.of_member(scene.subject.id), json!({ "role": "admin" }))
}

async fn role(scene: &Scene) -> String {
    let role = json!({ "name": scene.name("crew"), "permissions": ["kick_members"], "position": 3 });
    scene.made(Method::POST, &scene.path("roles"), role).await
}

/// A role that opens a channel for those who hold it: all others do not see the channel.
async fn opening_role(scene: &Scene) -> String {
    let (role, room) = (role(scene).await, scene.room().await);
    for (target, overwrite) in [
        (scene.community.to_string(), json!({ "deny": ["view_channel"] })),
        (role.clone(), json!({ "allow": ["view_channel"] })),
    ] {
        let path = format!("/api/channels/{room}/overwrites/{target}");
        scene.owner_does(Method::PUT, &path, overwrite).await;
    }
    role
}

pub async fn give_role(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let role = opening_role(scene).await;
    Call::new(Method::PATCH, scene.of_member(scene.subject.id), json!({ "roles": [role] }))
}

/// One that the subject holds.
async fn held_role(scene: &Scene) -> String {
    scene.bring_back().await;
    let role = opening_role(scene).await;
    let path = scene.of_member(scene.subject.id);
    scene.owner_does(Method::PATCH, &path, json!({ "roles": [role] })).await;
    role
}

pub async fn take_role(scene: &Scene, _: &Person) -> Call {
    held_role(scene).await;
    Call::new(Method::PATCH, scene.of_member(scene.subject.id), json!({ "roles": [] }))
}

pub async fn create_role(scene: &Scene, _: &Person) -> Call {
    scene.here(Method::POST, "roles", json!({ "name": scene.name("crew") })).differing("name", "another")
}

pub async fn rename_role(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/roles/{}", role(scene).await);
    Call::new(Method::PATCH, path, json!({ "name": scene.name("deck"), "position": 4 }))
}

/// Of a role that the subject holds.
pub async fn change_permissions(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/roles/{}", held_role(scene).await);
    Call::new(Method::PATCH, path, json!({ "permissions": ["ban_members", "manage_messages"] }))
}

pub async fn delete_role(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/roles/{}", role(scene).await))
}

pub async fn delete_held_role(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/roles/{}", held_role(scene).await))
}

/// The path of what a new channel allows and denies the subject.
async fn overwrite(scene: &Scene) -> String {
    scene.bring_back().await;
    format!("/api/channels/{}/overwrites/{}", scene.room().await, scene.subject.id)
}

pub async fn set_overwrite(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PUT, overwrite(scene).await, json!({ "deny": ["send_messages"] }))
}

pub async fn remove_overwrite(scene: &Scene, _: &Person) -> Call {
    let path = overwrite(scene).await;
    scene.owner_does(Method::PUT, &path, json!({ "deny": ["send_messages"] })).await;
    Call::bare(Method::DELETE, path)
}

/// The path of what a new channel, which all have joined, allows and denies everybody.
async fn overwrite_for_all(scene: &Scene) -> String {
    scene.bring_back().await;
    let room = scene.room().await;
    for person in scene.inside() {
        scene.let_in(&room, person).await;
    }
    format!("/api/channels/{room}/overwrites/{}", scene.community)
}

pub async fn hide_by_overwrite(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PUT, overwrite_for_all(scene).await, json!({ "deny": ["view_channel"] }))
}

pub async fn show_by_overwrite(scene: &Scene, _: &Person) -> Call {
    let path = overwrite_for_all(scene).await;
    scene.owner_does(Method::PUT, &path, json!({ "deny": ["view_channel"] })).await;
    Call::bare(Method::DELETE, path)
}

pub async fn rename_community(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/communities/{}", scene.community);
    let name = scene.name("crabs");
    Call::new(Method::PATCH, path, json!({ "name": name, "slug": name }))
}

/// Back to the one that it was.
pub async fn set_default_channel(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/communities/{}", scene.community);
    let elsewhere = json!({ "default_channel_id": scene.room().await });
    scene.owner_does(Method::PATCH, &path, elsewhere).await;
    Call::new(Method::PATCH, path, json!({ "default_channel_id": scene.general }))
}

/// Of the owner another one, with all who are inside. Others are refused, and so can name the cast's own.
pub async fn delete_community(scene: &Scene, by: &Person) -> Call {
    if by.standing != Standing::Owner {
        return Call::bare(Method::DELETE, format!("/api/communities/{}", scene.community));
    }
    let name = scene.name("doomed");
    let founding = json!({ "name": name, "slug": name });
    let doomed = scene.made(Method::POST, "/api/communities", founding).await;
    let path = format!("/api/communities/{doomed}/invites");
    let invite = scene.owner_does(Method::POST, &path, json!({})).await;
    let code = invite["code"].as_str().expect("a code");
    for person in scene.inside() {
        person.client.accept_invite(code).await.expect("joins");
    }
    Call::bare(Method::DELETE, format!("/api/communities/{doomed}"))
}

/// Found a community.
pub async fn found(scene: &Scene, _: &Person) -> Call {
    let name = scene.name("town");
    Call::new(Method::POST, "/api/communities".into(), json!({ "name": name, "slug": name }))
        .differing("name", "another")
}

/// What others see of oneself.
pub async fn change_profile(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PATCH, "/api/me".into(), json!({ "status_text": scene.name("busy") }))
}

//! Posts a message with the client that openapi-generator's rust makes, and reads it back.

use openapi::apis::{channels_api, communities_api, configuration::Configuration, messages_api, sign_in_api};
use openapi::models::{CreateChannel, CreateCommunity, DevSignIn, PostMessage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().expect("BASE_URL USER NAME");
    let (base_path, user, name) = (argument(), argument(), argument());
    let mut client = Configuration { base_path, ..Configuration::default() };
    let signed_in = sign_in_api::auth_dev(&client, DevSignIn::new(user), None).await?;
    client.bearer_access_token = Some(signed_in.token);

    let found = communities_api::communities_list(&client, None, None, None, None).await?;
    let community = match found.items.into_iter().next() {
        Some(community) => community,
        None => {
            let new = CreateCommunity::new(name.clone(), name.clone());
            communities_api::communities_create(&client, new, None, None).await?
        }
    };
    let community = community.id.to_string();
    let channel =
        channels_api::channels_create(&client, &community, CreateChannel::new(name), None, None).await?;
    let new = PostMessage { body_md: Some("posted by **rust**".to_owned()), ..PostMessage::new() };
    let posted = messages_api::messages_post(&client, &channel.id.to_string(), new, None, None).await?;
    let read = messages_api::messages_get(&client, &posted.id.to_string(), None).await?;
    assert_eq!((read.body_md.as_str(), read.parent_id), ("posted by **rust**", None));
    Ok(())
}

//! `GET /media/{kind}/{id}/{size}`.

use crate::support::World;
use crate::support::forms::PNG;
use crate::support::requests::http;

/// What stands behind the address that an answer names: at the world's own server, whatever it is called in public.
fn here(world: &World, address: &str) -> String {
    address.replacen(world.server.public_url(), &world.base(), 1)
}

#[tokio::test]
async fn anybody_reads_a_picture_whose_address_they_have() {
    let world = World::new().await;
    let picture = world.ann.set_avatar(PNG).await.expect("sets").user.avatar_url.expect("a picture");
    let emoji = world.ann.add_emoji(world.community.id, "crab_dance", PNG, Some("e")).await.expect("adds");
    let of_ann = here(&world, &picture);
    let small = format!("{}64", of_ann.strip_suffix("256").expect("the larger size"));
    for (address, side) in [(&of_ann, 256), (&small, 64), (&here(&world, &emoji.url), 128)] {
        let answer = http().get(address).send().await.expect("answers");
        assert_eq!(answer.status().as_u16(), 200, "{address}");
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert!(["image/png", "image/jpeg"].contains(&header("content-type").as_str()));
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        let shown = image::load_from_memory(&answer.bytes().await.expect("bytes")).expect("a picture");
        assert_eq!((shown.width(), shown.height()), (side, side), "a square, though it was none: {address}");
    }
    // Who asks again is answered without the object store.
    let blobs = &world.server.app().blobs;
    let key = of_ann.split_once("/media/").expect("an address").1;
    blobs.delete(key).await.expect("deletes");
    assert_eq!(http().get(&of_ann).send().await.expect("answers").status().as_u16(), 200);
    let id = uuid::Uuid::new_v4();
    let wrong_size = of_ann.replace("/256", "/128");
    let wrong_kind = of_ann.replace("/avatars/", "/attachments/");
    let unknown = format!("{}/media/avatars/{id}/256", world.base());
    let no_id = format!("{}/media/avatars/x/256", world.base());
    for address in [wrong_size, wrong_kind, unknown, no_id] {
        let answer = http().get(&address).send().await.expect("answers");
        assert_eq!(answer.status().as_u16(), 404, "{address}");
    }
    let key = format!("avatars/{id}/256");
    blobs.put(&key, "image/png", PNG.into()).await.expect("stores");
    let unknown = format!("{}/media/{key}", world.base());
    let answer = http().get(&unknown).send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 404, "that there is none is remembered as well");
    world.end().await;
}

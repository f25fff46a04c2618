//! What a message that calls ten thousand people costs somebody who is named meanwhile.

use std::time::{Duration, Instant};

use ajet_client::{Client, News};
use ajet_protocol::{Channel, Event, PostMessage};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::beating::all_online;
use super::{Figure, Size, names, people, spread};
use crate::lab::Lab;
use crate::report::Spread;

/// Heartbeats a second by which the crowd comes online.
const RATE: usize = 1_667;
/// Mentions while nothing else is told.
const QUIET: usize = 200;
/// In which time a crowd is told, at the latest.
const TOLD_WITHIN: Duration = Duration::from_secs(120);
/// In which time one person is.
const HEARD_WITHIN: Duration = Duration::from_secs(60);

/// A person who is named, and what their stream tells.
struct Named {
    text: String,
    heard: UnboundedReceiver<Uuid>,
}

/// `@here` in a channel of people who are all online; and mentions of somebody in another channel, before it and until all are told.
///
/// # Errors
/// When a request fails, or somebody is not told.
pub async fn calls(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let crowd = size.of(10_000, 500);
    let people = people(lab, 2).await?;
    let [general, quiet] = people.rooms.as_slice() else { anyhow::bail!("two rooms were founded") };
    let readers = people.join(&lab.bases()[0], names("named", 1), |_| vec![quiet.clone()]).await?;
    let over = CancellationToken::new();
    let mut named = listen(&readers[0], over.clone()).await?;
    all_online(lab, crowd, size.of(RATE, 200)).await?;
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    come_in(&mut db, general).await?;

    let mut before = Spread::default();
    for _ in 0..size.of(QUIET, 20) {
        before.add(mention(&people.owner, quiet, &mut named).await?);
    }
    let began = Instant::now();
    let called = people.owner.post(general.id, &text("@<here> look")).await?;
    let mut meanwhile = Spread::default();
    while told(&mut db, called.id.0).await? < i64::try_from(crowd)? {
        meanwhile.add(mention(&people.owner, quiet, &mut named).await?);
        anyhow::ensure!(began.elapsed() < TOLD_WITHIN, "some who are here are not told");
    }
    let lasted = began.elapsed().as_secs_f64();
    over.cancel();

    let mut figures = spread("here", "a mention, sent to heard", &before, (None, None)).to_vec();
    let while_told = format!("a mention while {crowd} who are here are told");
    figures.extend(spread("here", &while_told, &meanwhile, (None, Some(1_000.0))));
    figures.push(
        Figure::new("here", format!("{while_told}, the longest"), meanwhile.ms(100.0), "ms").goal(1_000.0),
    );
    figures.push(Figure::new("here", format!("{crowd} who are here, all told after"), lasted, "s"));
    Ok(figures)
}

fn text(text: &str) -> PostMessage {
    PostMessage { body_md: text.into(), ..PostMessage::default() }
}

/// Everybody of the crowd is in the community and in the channel, as rows.
async fn come_in(db: &mut PgConnection, channel: &Channel) -> anyhow::Result<()> {
    for statement in [
        "insert into community_members (community_id, user_id, role, joined_at)
         select ch.community_id, u.id, 'member', now() from users u cross join channels ch
         where ch.id = $1 and u.username like 'person-%'",
        "insert into channel_members (channel_id, user_id, joined_at)
         select $1, u.id, now() from users u where u.username like 'person-%'",
    ] {
        sqlx::query(statement).bind(channel.id.0).execute(&mut *db).await?;
    }
    sqlx::query("analyze").execute(&mut *db).await?;
    Ok(())
}

/// Opens the stream of a person; returns when it is open.
async fn listen(client: &Client, over: CancellationToken) -> anyhow::Result<Named> {
    let person = client.me().await?.user.id;
    let (told, heard) = unbounded_channel();
    let mut events = client.events(None);
    let mut connected = events.connected();
    tokio::spawn(over.run_until_cancelled_owned(async move {
        while let Some(Ok(news)) = events.next().await {
            if let News::Event(envelope) = news
                && let Ok(Some(Event::NotificationNew(new))) = envelope.event()
                && told.send(new.notification.source_id).is_err()
            {
                break;
            }
        }
    }));
    connected.wait_for(|connected| *connected).await?;
    Ok(Named { text: format!("@<user:{person}> look"), heard })
}

/// How many microseconds it takes from the sending of a mention until the person hears of it.
async fn mention(owner: &Client, channel: &Channel, named: &mut Named) -> anyhow::Result<u64> {
    let began = Instant::now();
    let posted = owner.post(channel.id, &text(&named.text)).await?;
    let hears = async {
        while let Some(source) = named.heard.recv().await {
            if source == posted.id.0 {
                return Ok(());
            }
        }
        anyhow::bail!("the stream of the one who is named has ended")
    };
    tokio::time::timeout(HEARD_WITHIN, hears).await??;
    Ok(u64::try_from(began.elapsed().as_micros())?)
}

/// How many were told of a message.
async fn told(db: &mut PgConnection, message: Uuid) -> anyhow::Result<i64> {
    let told = sqlx::query_scalar("select count(*) from notifications where source_id = $1").bind(message);
    Ok(told.fetch_one(db).await?)
}

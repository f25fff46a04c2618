//! Decisions about what becomes of an incoming webhook that is there.

use super::*;
use crate::change::WebhookUpdate;
use crate::community::UpdateWebhook;
use crate::community::rights::Silenced;
use crate::community::update_webhook::Refused as NotChanged;
use crate::need::StandingOf;
use crate::verb::AuditTarget;

const ELSEWHERE: ChannelId = ChannelId(Uuid::from_u128(70));

/// Renames it and has it post elsewhere.
pub fn update() -> UpdateWebhook {
    UpdateWebhook {
        webhook_id: WEBHOOK,
        name: Some("CD".into()),
        avatar_url: None,
        channel_id: Some(ELSEWHERE),
    }
}

/// What stays as it is, but for this.
fn only(name: Option<&str>, avatar_url: Option<&str>, channel_id: Option<ChannelId>) -> UpdateWebhook {
    let (name, avatar_url) = (name.map(Into::into), avatar_url.map(Into::into));
    UpdateWebhook { webhook_id: WEBHOOK, name, avatar_url, channel_id }
}

/// What ann's command leads to who may do this in the webhook's channel and that elsewhere.
fn decided(verb: &UpdateWebhook, here: Standing, there: Standing) -> Result<Vec<Change>, NotChanged> {
    let (by, mut facts) = (Caller::session(user(ANN)), Facts::default());
    let mut core = CommunityCore::new(CommunityId(Uuid::from_u128(50)), Mint::above(1, None));
    let mut needs = Needs::default();
    verb.needs(&core, &by, &mut needs);
    let webhook = WebhookFacts { channel: CHANNEL, standing: here };
    needs.webhooks.iter().for_each(|one| facts.put(*one, (one.webhook == WEBHOOK).then_some(webhook)));
    let of = |one: &StandingOf| if one.channel == Some(ELSEWHERE) { there } else { here };
    needs.standings.iter().for_each(|one| facts.put(*one, of(one)));
    let mut universe = Still;
    let mut turn =
        Turn { by: &by, key: None, facts: &facts, seq: 3, now: universe.now(), universe: &mut universe };
    let decided = verb.decide(&mut core, &mut turn);
    assert!(!facts.take_unasked(), "a verb reads only what it asked for");
    decided.map(|decision| {
        assert!(decision.events.is_empty() && decision.raises.is_empty());
        decision.changes
    })
}

#[test]
fn a_webhook_is_moved_by_those_who_manage_webhooks_in_both_channels() {
    let admin = town(Some(Role::Admin)).standing;
    let member = town(Some(Role::Member)).standing;
    let hidden = Standing { sees_channel: false, ..admin };
    let forbidden = NotChanged::Denied(Denied::Forbidden);
    for (here, there, refusal) in [
        (admin, admin, None),
        (admin, member, Some(forbidden)),
        (admin, hidden, Some(NotChanged::ChannelUnknown)),
        (member, admin, Some(forbidden)),
        (hidden, admin, Some(NotChanged::Denied(Denied::NotFound))),
    ] {
        let moved = decided(&only(None, None, Some(ELSEWHERE)), here, there);
        assert_eq!(moved.err(), refusal, "{here:?} {there:?}");
        let renamed = decided(&only(Some("CD"), None, None), here, there).err();
        let is_refused = refusal.filter(|_| here != admin);
        assert_eq!(renamed, is_refused, "elsewhere does not matter to a name");
    }
    let unknown = UpdateWebhook { webhook_id: WebhookId(Uuid::nil()), ..update() };
    assert_eq!(decided(&unknown, admin, admin).err(), Some(NotChanged::Denied(Denied::NotFound)));
}

#[test]
fn what_is_not_named_stays_and_an_empty_address_takes_the_picture_away() {
    let admin = town(Some(Role::Admin)).standing;
    let picture = "https://p.example/1.png";
    let whole = WebhookUpdate { id: WEBHOOK, name: None, avatar_url: None, channel_id: None };
    for (verb, expected) in [
        (only(None, None, None), None),
        (only(None, None, Some(CHANNEL)), None),
        (
            only(Some("CD"), None, Some(CHANNEL)),
            Some(WebhookUpdate { name: Some("CD".into()), ..whole.clone() }),
        ),
        (only(None, Some(""), None), Some(WebhookUpdate { avatar_url: Some(None), ..whole.clone() })),
        (
            only(None, Some(picture), None),
            Some(WebhookUpdate { avatar_url: Some(Some(picture.into())), ..whole.clone() }),
        ),
        (only(None, None, Some(ELSEWHERE)), Some(WebhookUpdate { channel_id: Some(ELSEWHERE), ..whole })),
    ] {
        let changes: Vec<_> = expected.map(Change::UpdateWebhook).into_iter().collect();
        assert_eq!(decided(&verb, admin, admin), Ok(changes), "{verb:?}");
    }
}

#[test]
fn who_is_muted_names_none_and_may_take_a_picture_away() {
    let admin = town(Some(Role::Admin)).standing;
    let muted = Standing { muted_until: Some(Timestamp::from_unix_millis(NOW + 1)), ..admin };
    for (verb, refusal) in [
        (only(Some("CD"), None, None), Some(Silenced::Muted)),
        (only(None, Some("https://p.example/1.png"), None), Some(Silenced::Muted)),
        (only(None, None, Some(ELSEWHERE)), Some(Silenced::Muted)),
        (only(None, Some(""), None), None),
    ] {
        assert_eq!(decided(&verb, muted, muted).err(), refusal.map(NotChanged::from), "{verb:?}");
    }
}

#[test]
fn the_log_says_what_was_changed() {
    let verb = update();
    let audit = verb.audit().expect("is audited");
    assert_eq!((audit.action, audit.target), ("webhook.update", AuditTarget::Webhook(WEBHOOK)));
    let details: Vec<_> = audit.details.iter().map(|(name, value)| (*name, value.to_string())).collect();
    assert_eq!(details, [("name", "CD".to_owned()), ("channel_id", ELSEWHERE.to_string())]);
}

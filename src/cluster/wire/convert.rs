//! Commands and their answers as frames, and back.

use ajet_cluster::Kind;
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::{Asked, Caller, Key, Via};
use ajet_domain::verb::{AnswerOf, RefusedOf, Verbs};
use ajet_domain::writer::Core;
use ajet_protocol::{Permissions, UserId};
use uuid::Uuid;

use super::codec::{Bincode, Json};
use super::frame::{CallerFrame, KeyFrame, Reply, UnavailableFrame, VerbFrame, ViaFrame};

/// A command as it travels.
#[must_use]
pub fn verb_frame<V: Verbs>(kind: Kind, id: Uuid, asked: &Asked<V>) -> Option<VerbFrame> {
    let caller = CallerFrame {
        user: serde_json::to_string(&asked.by.user).ok()?,
        via: via_frame(asked.by.via),
        scopes: asked.by.scopes.map(Permissions::bits),
    };
    let key = asked.key.as_ref().map(|key| KeyFrame {
        text: key.text.clone(),
        fingerprint: key.fingerprint,
        former: key.former,
    });
    let fields = asked.verb.encode(&Bincode)?;
    Some(VerbFrame { kind: kind as u8, id, caller, key, verb: asked.verb.tag(), fields })
}

/// The command in a frame; `None` where this version does not know the verb, or can't read it.
#[must_use]
pub fn asked_of<V: Verbs>(frame: &VerbFrame) -> Option<Asked<V>> {
    let by = Caller {
        user: serde_json::from_str(&frame.caller.user).ok()?,
        via: via_of(frame.caller.via),
        scopes: frame.caller.scopes.map(Permissions::from_bits),
    };
    let key = frame.key.clone();
    let key = key.map(|KeyFrame { text, fingerprint, former }| Key { text, fingerprint, former });
    Some(Asked { by, key, verb: V::decode(frame.verb, &frame.fields, &Bincode)? })
}

/// What an entity said, as it travels.
#[must_use]
pub fn answer_frame<E: Core>(told: Result<AnswerOf<E>, AskError<RefusedOf<E>>>) -> Option<Reply> {
    Some(match told {
        Ok(answer) => Reply::Answer(E::Command::encode_answer(&answer, &Json)?),
        Err(AskError::Refused(refused)) => Reply::Refused(E::Command::refusal_name(refused).into()),
        Err(AskError::KeyReused) => Reply::KeyReused,
        Err(AskError::TooLarge) => Reply::TooLarge,
        Err(AskError::NoSuchEntity) => Reply::NoSuchEntity,
        Err(AskError::Poison) => Reply::Poison,
        Err(AskError::Unavailable(why)) => Reply::Unavailable(unavailable_frame(why)),
    })
}

/// What an entity said to the verb of this number; `None` for a reply of another kind, or one that can't be read.
#[must_use]
pub fn answered<E: Core>(verb: u16, reply: Reply) -> Option<Result<AnswerOf<E>, AskError<RefusedOf<E>>>> {
    Some(match reply {
        Reply::Answer(json) => Ok(E::Command::decode_answer(verb, &json, &Json)?),
        Reply::Refused(name) => Err(AskError::Refused(E::Command::refusal_named(verb, &name)?)),
        Reply::KeyReused => Err(AskError::KeyReused),
        Reply::TooLarge => Err(AskError::TooLarge),
        Reply::NoSuchEntity => Err(AskError::NoSuchEntity),
        Reply::Poison => Err(AskError::Poison),
        Reply::Unavailable(why) => Err(AskError::Unavailable(unavailable_of(why))),
        Reply::Moved(_) | Reply::Done(_) | Reply::Report(_) | Reply::NotUnderstood | Reply::Again => {
            return None;
        }
    })
}

fn via_frame(via: Via) -> ViaFrame {
    match via {
        Via::Session => ViaFrame::Session,
        Via::Token => ViaFrame::Token,
        Via::Webhook { maker } => ViaFrame::Webhook(maker.0),
        Via::Slash => ViaFrame::Slash,
        Via::System => ViaFrame::System,
    }
}

fn via_of(via: ViaFrame) -> Via {
    match via {
        ViaFrame::Session => Via::Session,
        ViaFrame::Token => Via::Token,
        ViaFrame::Webhook(maker) => Via::Webhook { maker: UserId(maker) },
        ViaFrame::Slash => Via::Slash,
        ViaFrame::System => Via::System,
    }
}

fn unavailable_frame(why: Unavailable) -> UnavailableFrame {
    match why {
        Unavailable::Busy => UnavailableFrame::Busy,
        Unavailable::NoAnswer => UnavailableFrame::NoAnswer,
        Unavailable::Elsewhere => UnavailableFrame::Elsewhere,
        Unavailable::Resting => UnavailableFrame::Resting,
        Unavailable::StoreAway => UnavailableFrame::StoreAway,
        Unavailable::TooOld => UnavailableFrame::TooOld,
    }
}

fn unavailable_of(why: UnavailableFrame) -> Unavailable {
    match why {
        UnavailableFrame::Busy => Unavailable::Busy,
        UnavailableFrame::NoAnswer => Unavailable::NoAnswer,
        UnavailableFrame::Elsewhere => Unavailable::Elsewhere,
        UnavailableFrame::Resting => Unavailable::Resting,
        UnavailableFrame::StoreAway => Unavailable::StoreAway,
        UnavailableFrame::TooOld => Unavailable::TooOld,
    }
}

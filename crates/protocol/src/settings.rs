//! Settings of the whole system, which its owner changes while it runs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{DayCount, DomainText, EditSeconds, UploadSize};
use crate::{json, limits, shape};

/// Who may found communities, after the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreateCommunities {
    /// The system owner alone.
    Owner,
    /// Everybody who is signed in.
    Everybody,
}

/// Who may have an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Everybody who signs in at one of the providers.
    Open,
    /// Who has an e-mail address that their provider has verified, of one of the domains in `sign_up_domains`.
    Domains,
    /// Who comes by an invite.
    Invite,
}

/// The settings of the system: `GET /api/system/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SystemSettings {
    /// Who may found communities, after the first one.
    pub create_communities: CreateCommunities,
    /// Who may have an account; those who have one keep it. It holds from the first community on: until then everybody may.
    pub sign_up: SignUp,
    /// The domains of e-mail addresses that count for `sign_up` `domains`; while there is none, that lets no one in.
    pub sign_up_domains: Vec<String>,
    /// For how many seconds an author may edit a message; 0: not at all.
    #[schema(minimum = 0, maximum = 31536000)]
    pub edit_window_s: i64,
    /// Bytes of an attachment at most.
    #[schema(minimum = 1, maximum = 104857600)]
    pub upload_max_bytes: i64,
    /// Whether messages show what the pages say that they link to: then the server fetches these pages.
    pub link_previews: bool,
    /// For how many days messages are kept; null for ever.
    #[schema(minimum = 1, maximum = 36500)]
    pub message_retention_days: Option<i64>,
    /// For how many days lines of audit logs are kept; null for as long as their community.
    #[schema(minimum = 1, maximum = 36500)]
    pub audit_retention_days: Option<i64>,
}

impl Default for SystemSettings {
    fn default() -> Self {
        Self {
            create_communities: CreateCommunities::Owner,
            sign_up: SignUp::Invite,
            sign_up_domains: Vec::new(),
            edit_window_s: limits::EDIT_WINDOW_SECONDS.cast_signed(),
            upload_max_bytes: UPLOAD_BYTES,
            link_previews: false,
            message_retention_days: None,
            audit_retention_days: None,
        }
    }
}

/// [`limits::ATTACHMENT_BYTES`], which is small.
const UPLOAD_BYTES: i64 = limits::ATTACHMENT_BYTES as i64;

/// What is to be changed of the settings: `PATCH /api/system/settings`. What is absent stays as it is; null counts as absent, but for
/// the retention, where it stands for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "kept_for"))]
pub struct UpdateSettings {
    /// Who may found communities, after the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_communities: Option<CreateCommunities>,
    /// Who may have an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUp>,
    /// All domains of e-mail addresses that count for `sign_up` `domains`, in lower case, 100 at most. A domain stands for itself, and not
    /// for those below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "domains"))]
    #[schema(value_type = Option<Vec<DomainText>>, max_items = 100)]
    pub sign_up_domains: Option<Vec<String>>,
    /// For how many seconds an author may edit a message, up to a year; 0: not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "edit_seconds"))]
    #[schema(value_type = Option<EditSeconds>)]
    pub edit_window_s: Option<i64>,
    /// Bytes of an attachment at most, up to 100 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "upload_size"))]
    #[schema(value_type = Option<UploadSize>)]
    pub upload_max_bytes: Option<i64>,
    /// Whether messages show what the pages say that they link to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_previews: Option<bool>,
    /// For how many days messages are kept, up to 100 years; null for ever.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DayCount>)]
    pub message_retention_days: Option<Option<i64>>,
    /// For how many days lines of audit logs are kept, up to 100 years; null for as long as their community.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DayCount>)]
    pub audit_retention_days: Option<Option<i64>>,
}

fn domains(domains: &[String]) -> Result<(), ValidationError> {
    if domains.len() > limits::SIGN_UP_DOMAINS {
        return Err(ValidationError::new("too_many").with_message("names more than 100 domains".into()));
    }
    domains.iter().try_for_each(|domain| shape::domain(domain))
}

fn edit_seconds(count: i64) -> Result<(), ValidationError> {
    within(count, 0, limits::EDIT_WINDOW_MOST)
}

fn upload_size(count: i64) -> Result<(), ValidationError> {
    within(count, 1, limits::UPLOAD_BYTES_MOST)
}

/// Days that something may be kept for. Of a field that holds an option in an option no rule of its own is asked.
fn kept_for(update: &UpdateSettings) -> Result<(), ValidationError> {
    let given = [
        ("message_retention_days", update.message_retention_days),
        ("audit_retention_days", update.audit_retention_days),
    ];
    let is_wrong = |days: i64| !(1..=limits::RETENTION_DAYS).contains(&days);
    let wrong: Vec<&'static str> = given
        .into_iter()
        .filter(|(_, days)| days.flatten().is_some_and(is_wrong))
        .map(|(name, _)| name)
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(shape::of_fields(&wrong, "out_of_range", format!("must be between 1 and {}", limits::RETENTION_DAYS)))
}

fn within(count: i64, least: i64, most: i64) -> Result<(), ValidationError> {
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let message = format!("must be between {least} and {most}");
    Err(ValidationError::new("out_of_range").with_message(message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> UpdateSettings {
        serde_json::from_str(text).expect("reads")
    }

    #[test]
    fn null_takes_a_retention_away_and_is_no_other_setting() {
        let update = read(r#"{"audit_retention_days":null,"message_retention_days":7,"link_previews":null}"#);
        assert_eq!((update.audit_retention_days, update.message_retention_days), (Some(None), Some(Some(7))));
        assert_eq!(update.link_previews, None);
        let written = serde_json::to_value(&update).expect("writes");
        assert_eq!(written, serde_json::json!({"audit_retention_days": null, "message_retention_days": 7}));
        assert_eq!(read("{}"), UpdateSettings::default());
    }

    #[test]
    fn numbers_and_domains_have_their_limits() {
        for good in [
            r#"{"edit_window_s":0}"#,
            r#"{"upload_max_bytes":1}"#,
            r#"{"audit_retention_days":36500}"#,
            r#"{"sign_up_domains":[]}"#,
            r#"{"sign_up":"domains","sign_up_domains":["example.org","xn--mller-kva.example"]}"#,
        ] {
            assert!(read(good).validate().is_ok(), "{good}");
        }
        for bad in [
            r#"{"edit_window_s":-1}"#,
            r#"{"edit_window_s":31536001}"#,
            r#"{"upload_max_bytes":0}"#,
            r#"{"message_retention_days":0}"#,
            r#"{"audit_retention_days":36501}"#,
            r#"{"sign_up_domains":["Example.org"]}"#,
            r#"{"sign_up_domains":["example.org","@example.org"]}"#,
            r#"{"sign_up_domains":["*.example.org"]}"#,
            r#"{"sign_up_domains":["localhost"]}"#,
            r#"{"sign_up_domains":[""]}"#,
        ] {
            assert!(read(bad).validate().is_err(), "{bad}");
        }
        let many = vec!["example.org".to_owned(); 101];
        let update = UpdateSettings { sign_up_domains: Some(many), ..UpdateSettings::default() };
        assert!(update.validate().is_err(), "more than 100 domains");
    }
}

//! What is wrong with a command, as its caller is told: by the name of the argument, and with how the command is written.

use ajet_domain::slash::{Misuse, Spec};
use ajet_protocol::{Code, FieldError};

use crate::usecases::Failure;

/// The arguments that stand for the fields of requests.
const ARGUMENTS: [(&str, &str); 10] = [
    ("user_id", "person"),
    ("addressee", "person"),
    ("seconds", "duration"),
    ("body_md", "text"),
    ("topic", "text"),
    ("status_text", "text"),
    ("nickname", "name"),
    ("bot_id", "name"),
    ("poll", "option"),
    ("user_ids", "person"),
];

impl From<Misuse> for Failure {
    fn from(misuse: Misuse) -> Self {
        let Misuse { argument, rule, message, usage } = misuse;
        told(vec![FieldError { field: argument.to_owned(), code: rule, message }], &usage)
    }
}

fn told(errors: Vec<FieldError>, usage: &str) -> Failure {
    let failure = Failure::invalid(errors);
    let detail = format!("{} Usage: {usage}", failure.detail);
    Failure { detail, ..failure }
}

/// An argument that names nothing that the caller may know of.
pub(super) fn unknown(argument: &str, message: &str) -> Failure {
    Failure::field(argument, "not_found", message)
}

/// What is not there, or not for the caller to know of, as the fault of the argument that named it.
pub(super) fn or_unknown<T>(found: Result<T, Failure>, argument: &str, message: &str) -> Result<T, Failure> {
    found.map_err(|failure| if failure.code == Code::NotFound { unknown(argument, message) } else { failure })
}

/// What a use case refuses, in the words of the command: a field of a request is told by its argument.
pub(super) fn blamed(failure: Failure, spec: &Spec) -> Failure {
    if failure.code != Code::Invalid {
        return failure;
    }
    let errors = failure.errors.into_iter().map(|error| {
        // A field within another one, or an item of a list, is told by the whole.
        let field = error.field.split(['.', '[']).next().unwrap_or_default();
        let argument = ARGUMENTS.iter().find(|(known, _)| *known == field).map(|(_, argument)| *argument);
        FieldError { field: argument.map_or(error.field.clone(), str::to_owned), ..error }
    });
    told(errors.collect(), &spec.usage())
}

#[cfg(test)]
mod tests {
    use ajet_domain::slash::{SPECS, parse};

    use super::*;

    #[test]
    fn what_is_wrong_names_the_argument_and_how_the_command_is_written() {
        let failure = Failure::from(parse("/mute @ann soon").expect_err("no time"));
        assert_eq!((failure.code, failure.errors[0].field.as_str()), (Code::Invalid, "duration"));
        assert!(failure.detail.ends_with("Usage: /mute @person [duration]"), "{}", failure.detail);
    }

    #[test]
    fn what_a_use_case_refuses_is_told_by_the_argument() {
        let spec = SPECS.iter().find(|spec| spec.name == "kick").expect("is there");
        for (field, argument) in [("user_id", "person"), ("user_ids[0]", "person"), ("other", "other")] {
            let told = blamed(Failure::field(field, "yourself", "is you"), spec);
            assert_eq!(told.errors[0].field, argument);
            assert!(told.detail.ends_with("Usage: /kick @person [reason]"), "{}", told.detail);
        }
        let kept = blamed(Failure::new(Code::Forbidden, "no"), spec);
        assert_eq!((kept.code, kept.detail.as_str()), (Code::Forbidden, "no"));
        let unknown = or_unknown::<()>(Err(Failure::not_found()), "id", "names nothing");
        assert_eq!(unknown.expect_err("is unknown").errors[0].field, "id");
    }
}

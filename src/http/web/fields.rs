//! The fields of a form, some of which may be there more than once, as the boxes of a list are.

use std::str::FromStr;

use ajet_protocol::Trimmed;
use serde::Deserialize;

use crate::http::error::ApiError;

/// All fields as they were sent. One that is missing is empty: a browser sends no box that is not ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field, or the empty text.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// The first value of a field, if it holds anything.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim()).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A text that is stored.
    pub fn trimmed(&self, name: &str) -> Trimmed {
        self.text(name).into()
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// A number, an id, or one of several names; `None` where the field is empty.
    ///
    /// # Errors
    /// 422 that names the field
    pub fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let parse = |text: String| {
            text.parse().map_err(|_| ApiError::field(name, "bad_format", "has a value that does not fit"))
        };
        self.given(name).map(parse).transpose()
    }

    /// The same, which must be there.
    ///
    /// # Errors
    /// 422 that names the field
    pub fn needed<T: FromStr>(&self, name: &str) -> Result<T, ApiError> {
        self.parsed(name)?.ok_or_else(|| ApiError::field(name, "required", "is missing"))
    }

    /// All values of a list of names or ids.
    ///
    /// # Errors
    /// 422 that names the field
    pub fn list<T: FromStr>(&self, name: &str) -> Result<Vec<T>, ApiError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| ApiError::field(name, "bad_format", "has a value that does not fit"))
        };
        self.all(name).map(parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(encoded: &str) -> Fields {
        serde_urlencoded::from_str(encoded).expect("a form")
    }

    #[test]
    fn boxes_of_a_list_are_all_read() {
        let form = fields("roles=1&name=a&roles=2&on=on");
        assert_eq!(form.list::<u8>("roles").expect("numbers"), [1, 2]);
        assert_eq!(form.list::<u8>("none").expect("no numbers"), [0_u8; 0]);
        assert!(form.list::<u8>("name").is_err());
        assert!(form.is_on("on") && !form.is_on("name") && !form.is_on("off"));
    }

    #[test]
    fn an_empty_field_is_as_if_it_were_missing() {
        let form = fields("n=&m=+3+&x=three");
        assert_eq!((form.parsed::<u8>("n").ok(), form.parsed::<u8>("m").ok()), (Some(None), Some(Some(3))));
        assert!(form.parsed::<u8>("x").is_err() && form.needed::<u8>("n").is_err());
        assert_eq!(form.given("n"), None);
    }
}

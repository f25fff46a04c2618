//! How well what was typed fits a name: its letters stand in the name in their order, better together and at the beginnings of words.

/// How well it fits, the more the better; `None` where it does not. Case makes no difference.
#[must_use]
pub fn score(typed: &str, name: &str) -> Option<u32> {
    let mut typed = typed.chars().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).peekable();
    let (mut score, mut run, mut before) = (0_u32, 0_u32, None::<char>);
    for c in name.chars() {
        let Some(wanted) = typed.peek() else { break };
        let is_start = before.is_none_or(|before| !before.is_alphanumeric());
        if c.to_lowercase().next() == Some(*wanted) {
            typed.next();
            run += 1;
            score += 4 + run * 2 + if is_start { 8 } else { 0 } + if before.is_none() { 6 } else { 0 };
        } else {
            run = 0;
        }
        before = Some(c);
    }
    if typed.peek().is_some() {
        return None;
    }
    // Of two names that hold it alike the shorter one is meant.
    let length = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
    Some((score * 8).saturating_sub(length.min(64)) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(typed: &str, names: &[&'a str]) -> Option<&'a str> {
        names.iter().filter_map(|name| Some((score(typed, name)?, *name))).max().map(|(_, name)| name)
    }

    #[test]
    fn letters_stand_in_their_order() {
        assert!(score("gnl", "general").is_some());
        assert!(score("lng", "general").is_none());
        assert!(score("", "general").is_some(), "nothing fits everything");
        assert!(score("GEN", "general").is_some() && score("gen", "General").is_some());
        assert!(score("ä", "Ärger").is_some());
    }

    #[test]
    fn what_was_meant_comes_first() {
        assert_eq!(best("gen", &["angenehm", "general", "green-tea"]), Some("general"));
        assert_eq!(best("ops", &["shops", "ops", "ops-alerts"]), Some("ops"));
        assert_eq!(best("oa", &["ocean", "ops-alerts"]), Some("ops-alerts"));
    }
}

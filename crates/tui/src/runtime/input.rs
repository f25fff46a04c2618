//! The terminal's events as the client's messages.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::keys::press::{Code, Press};
use crate::message::{Message, Mouse};

/// What an event says; `None` for what means nothing here.
#[must_use]
pub fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => press(key).map(Message::Key),
        Event::Key(_) => None,
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, lines) => Some(Message::Resized(columns, lines)),
        Event::FocusGained => Some(Message::Focus(true)),
        Event::FocusLost => Some(Message::Focus(false)),
        Event::Mouse(mouse) => {
            let (column, line) = (mouse.column, mouse.row);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(Message::Mouse(Mouse::Pressed(column, line))),
                MouseEventKind::ScrollUp => Some(Message::Mouse(Mouse::ScrolledUp(column, line))),
                MouseEventKind::ScrollDown => Some(Message::Mouse(Mouse::ScrolledDown(column, line))),
                _ => None,
            }
        }
    }
}

fn press(key: KeyEvent) -> Option<Press> {
    let mut shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(Press { code, ctrl, alt, shift }.normal())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        press(KeyEvent::new(code, modifiers)).map(|press| press.to_string())
    }

    #[test]
    fn keys_are_those_of_the_users_file() {
        for (code, modifiers, text) in [
            (KeyCode::Char('G'), KeyModifiers::SHIFT, "G"),
            (KeyCode::Char('x'), KeyModifiers::CONTROL, "C-x"),
            (KeyCode::Enter, KeyModifiers::ALT, "A-Enter"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "S-Tab"),
            (KeyCode::BackTab, KeyModifiers::NONE, "S-Tab"),
            (KeyCode::F(1), KeyModifiers::NONE, "F1"),
            (KeyCode::Char(' '), KeyModifiers::NONE, "Space"),
        ] {
            assert_eq!(written(code, modifiers).as_deref(), Some(text));
        }
        assert_eq!(written(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }
}

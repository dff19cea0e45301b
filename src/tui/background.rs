//! Finding out which background the terminal has, and whether it draws pictures as kitty does. The questions go out
//! before the first frame, and nobody waits for the answers: they come among the keys, as what a terminal would send for
//! Alt+] and so on, are told apart from them here, and nothing of them reaches the screens.

use crossterm::event::{Event, KeyCode, KeyModifiers};

use super::kitty;
use crate::config::Rgb;

/// OSC 11 of xterm: which colour is the background?
pub(super) const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";

/// What was asked for, and what came of it so far.
#[derive(Debug, Default)]
pub(super) struct Listener {
    /// What the answers begin with, behind Escape.
    asked: Vec<char>,
    text: String,
    held: Vec<Event>,
}

/// What an event turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// These, no answer.
    Events(Vec<Event>),
    /// The colour of the background.
    Background(Rgb),
    /// That it draws pictures as kitty does.
    Kitty,
}

impl Listener {
    /// Listens for the answers to questions that are asked now.
    pub(super) fn asked(&mut self, questions: &[&str]) {
        let begins = |question: &&str| question.chars().nth(1).filter(|begin| BEGINS.contains(begin));
        self.asked = questions.iter().filter_map(begins).collect();
    }

    /// Takes an event in; holds it back while it may be a part of an answer.
    pub(super) fn hear(&mut self, event: Event) -> Heard {
        let Event::Key(key) = &event else { return Heard::Events(vec![event]) };
        let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match (key.code, key.modifiers) {
            (KeyCode::Char(c), KeyModifiers::ALT) if self.held.is_empty() && self.asked.contains(&c) => {
                self.text.push(c)
            }
            _ if self.held.is_empty() => return Heard::Events(vec![event]),
            (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL) => {
                let Some(heard) = read(&self.text) else { return self.give_up(Some(event)) };
                self.asked.retain(|begin| !self.text.starts_with(*begin));
                self.text.clear();
                self.held.clear();
                return heard;
            }
            (KeyCode::Char(c), _) if plain && begins_well(&format!("{}{c}", self.text)) => self.text.push(c),
            _ => return self.give_up(Some(event)),
        }
        self.held.push(event);
        Heard::Events(vec![])
    }

    /// Gives back what was held: it was no answer after all.
    pub(super) fn give_up(&mut self, last: Option<Event>) -> Heard {
        self.text.clear();
        Heard::Events(self.held.drain(..).chain(last).collect())
    }
}

/// What questions and their answers begin with that crossterm takes for keys.
const BEGINS: [char; 2] = [']', '_'];
/// What stands before the colour in an answer.
const KINDS: [&str; 2] = ["]11;rgb:", "]11;rgba:"];

/// Whether a text is the beginning of an answer.
fn begins_well(text: &str) -> bool {
    let parts = |rest: &str| rest.len() <= 19 && rest.chars().all(|c| c.is_ascii_hexdigit() || c == '/');
    kitty::ANSWER.starts_with(text)
        || KINDS.iter().any(|kind| kind.starts_with(text) || text.strip_prefix(kind).is_some_and(parts))
}

fn read(text: &str) -> Option<Heard> {
    if text == kitty::ANSWER { Some(Heard::Kitty) } else { color(text).map(Heard::Background) }
}

/// The colour of an answer: its parts have one to four digits each, of which the most stand for all of it.
fn color(text: &str) -> Option<Rgb> {
    let rest = KINDS.iter().find_map(|kind| text.strip_prefix(kind))?;
    let part = |digits: &str| {
        let most = [0xf, 0xff, 0xfff, 0xffff].get(digits.len().checked_sub(1)?)?;
        u8::try_from(u32::from_str_radix(digits, 16).ok()? * 255 / most).ok()
    };
    let mut parts = rest.split('/').map(part);
    Some(Rgb(parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    fn key(code: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(code), modifiers))
    }

    fn typed(text: &str) -> Vec<Event> {
        text.chars().map(|c| key(c, KeyModifiers::NONE)).collect()
    }

    fn all(listener: &mut Listener, events: Vec<Event>) -> Vec<Heard> {
        events.into_iter().map(|event| listener.hear(event)).filter(|heard| *heard != Heard::Events(vec![])).collect()
    }

    #[test]
    fn an_answer_is_taken_out_of_the_keys() {
        let begin = || key(']', KeyModifiers::ALT);
        for end in [key('\\', KeyModifiers::ALT), key('g', KeyModifiers::CONTROL)] {
            let mut listener = Listener::default();
            listener.asked(&[QUESTION, kitty::QUESTION]);
            let keys = [typed("j"), vec![begin()], typed("11;rgb:1c1c/2D2D/ffff"), vec![end], typed("]11")].concat();
            let heard = all(&mut listener, keys);
            let one = |c| Heard::Events(typed(c));
            assert_eq!(heard, [one("j"), Heard::Background(Rgb(0x1c, 0x2d, 0xff)), one("]"), one("1"), one("1")]);
        }
    }

    #[test]
    fn that_pictures_are_drawn_is_heard_before_and_behind_the_background() {
        let alt = |c| key(c, KeyModifiers::ALT);
        let drawn = [vec![alt('_')], typed("Gi=31;OK"), vec![alt('\\')]].concat();
        let color = [vec![alt(']')], typed("11;rgb:0/0/0"), vec![alt('\\')]].concat();
        let mut listener = Listener::default();
        listener.asked(&[QUESTION, kitty::QUESTION]);
        let heard = all(&mut listener, [color.clone(), drawn.clone()].concat());
        assert_eq!(heard, [Heard::Background(Rgb(0, 0, 0)), Heard::Kitty]);
        assert_eq!(all(&mut listener, drawn.clone()).len(), drawn.len(), "nothing more is awaited");
        listener.asked(&[QUESTION, kitty::QUESTION]);
        assert_eq!(all(&mut listener, [drawn, color].concat()), [Heard::Kitty, Heard::Background(Rgb(0, 0, 0))]);
    }

    #[test]
    fn what_is_no_answer_stays_keys() {
        let begin = key(']', KeyModifiers::ALT);
        let end = key('\\', KeyModifiers::ALT);
        for text in ["x", "11;?", "11;rgb:zz", "11;rgb:1/2", "11;rgb:", "11;rgb:11111/2/3"] {
            let keys = [vec![begin.clone()], typed(text), vec![end.clone()]].concat();
            let mut listener = Listener::default();
            listener.asked(&[QUESTION, kitty::QUESTION]);
            let events: Vec<Event> = all(&mut listener, keys.clone())
                .into_iter()
                .flat_map(|heard| match heard {
                    Heard::Events(events) => events,
                    other => panic!("{text} is {other:?}"),
                })
                .collect();
            assert_eq!(events, keys, "{text}");
        }
        let mut nobody_asked = Listener::default();
        assert_eq!(nobody_asked.hear(begin.clone()), Heard::Events(vec![begin.clone()]));
        let mut listener = Listener::default();
        listener.asked(&[QUESTION, kitty::QUESTION]);
        assert_eq!(listener.hear(begin.clone()), Heard::Events(vec![]));
        assert_eq!(listener.give_up(None), Heard::Events(vec![begin]));
    }

    #[test]
    fn parts_of_any_length_are_scaled() {
        for (text, color) in [
            ("11;rgb:f/0/8", Some(Rgb(255, 0, 136))),
            ("11;rgb:ff/00/80", Some(Rgb(255, 0, 128))),
            ("11;rgba:0000/ffff/8080/ffff", Some(Rgb(0, 255, 128))),
            ("11;rgb:fff//8", None),
            ("11;#ffffff", None),
        ] {
            assert_eq!(super::color(&format!("]{text}")), color, "{text}");
        }
    }
}

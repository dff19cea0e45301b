//! Text fields, and the composer with what it replies to and the completion of a word. It knows nothing of how they are
//! drawn or stored.

use tui_textarea::{Input, Key, TextArea, WrapMode};

use crate::model::{Audience, OpenDraft, Post, Purpose, UserId};
use crate::text::pluralize;

/// A text field of one or several lines.
#[derive(Debug, Clone)]
pub struct Editor(pub TextArea<'static>);

impl Editor {
    /// Makes a field with a text, and the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::from(text.lines().map(str::to_owned).collect::<Vec<_>>());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::new());
        // The terminal's own cursor is at the insertion point.
        area.set_cursor_style(ratatui::style::Style::new());
        area.move_cursor(tui_textarea::CursorMove::Bottom);
        area.move_cursor(tui_textarea::CursorMove::End);
        Self(area)
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }

    /// Types into a field of one line, which takes no line breaks.
    pub fn type_in_line(&mut self, input: Input) {
        let breaks = matches!(input.key, Key::Enter | Key::Tab) || (input.ctrl && input.key == Key::Char('m'));
        if !breaks {
            self.type_in(input);
        }
    }

    /// Types into the field; returns whether that changed its text. The keys are those of a shell: Ctrl-U deletes to the
    /// start of the line, Ctrl-W a word, Ctrl-A and Ctrl-E go to the ends of the line, Ctrl-_ undoes.
    pub fn type_in(&mut self, input: Input) -> bool {
        match input {
            Input { key: Key::Char('u'), ctrl: true, alt: false, .. } => self.0.delete_line_by_head(),
            Input { key: Key::Char('_' | '7' | '/'), ctrl: true, alt: false, .. } => self.0.undo(),
            input => self.0.input(input),
        }
    }
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}

/// The post in the composer.
#[derive(Debug, Clone, PartialEq)]
pub struct Compose {
    /// Its author.
    pub author: UserId,
    /// The post that it replies to.
    pub reply_to: Option<Post>,
    /// Its text.
    pub editor: Editor,
    /// The draft that it is saved in.
    pub draft: OpenDraft,
    /// Whether the text differs from the saved draft.
    pub unsaved: bool,
    /// The post that is edited; `None` for a new post.
    pub editing: Option<Box<Editing>>,
    /// Whether the user was warned that the server shows such a post to more people than it should.
    pub is_warned: bool,
    /// The completions of the word at the cursor.
    pub completion: Option<Completion>,
}

impl Compose {
    /// Returns the content warning of the post.
    #[must_use]
    pub fn content_warning(&self) -> Option<&str> {
        match &self.editing {
            Some(editing) => editing.post.origin.as_ref()?.warning.as_deref(),
            None => self.draft.details.warning.as_deref(),
        }
    }

    /// Returns whether there is more than what the composer was opened with.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.unsaved || !self.draft.saved.is_empty()
    }

    /// Returns in words what the post has besides its text: for an account always its visibility, the rest if it is there.
    #[must_use]
    pub fn details_label(&self, is_account: bool) -> String {
        let details = &self.draft.details;
        let audience = match details.audience {
            _ if self.editing.is_some() => None,
            Audience::Public => is_account.then_some("public"),
            Audience::Unlisted => Some("unlisted"),
            Audience::Followers => Some("for followers"),
            Audience::Direct => Some("direct"),
        };
        let files = match details.attachments.len() {
            0 => None,
            count => Some(pluralize(count as u64, "file")),
        };
        let warning = details.warning.as_ref().map(|warning| format!("warning: {warning}"));
        let parts = [audience.map(str::to_owned), files, details.language.clone(), warning];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Returns what the text is written for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match &self.editing {
            Some(editing) => Purpose::Edit { post: editing.post.id, edits: editing.post.edits },
            None => Purpose::replying_to(self.reply_to.as_ref().map(|post| post.id)),
        }
    }
}

/// The completions of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The word as typed, with its sign.
    pub word: String,
    /// What it can become.
    pub found: Vec<Suggestion>,
    /// The index of the selected suggestion.
    pub at: usize,
}

/// What a word can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text that replaces the word.
    pub text: String,
    /// A description beside it; may be empty.
    pub description: String,
}

/// A post that is being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    /// The post as it was last loaded.
    pub post: Post,
    /// Whether another process edited it in the meantime.
    pub meanwhile: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, keys: &str) -> (String, usize) {
        let mut field = Editor::new(text);
        for key in keys.chars() {
            field.type_in_line(Input { key: Key::Char(key), ctrl: true, alt: false, shift: false });
        }
        (field.text(), field.0.cursor().1)
    }

    #[test]
    fn control_keys_of_a_shell_work_in_text_fields() {
        assert_eq!(typed("one two three", "u"), (String::new(), 0), "to the start");
        assert_eq!(typed("one two three", "w"), ("one two ".to_owned(), 8), "a word");
        assert_eq!(typed("one two three", "a").1, 0);
        assert_eq!(typed("one two three", "ae").1, 13);
        assert_eq!(typed("one two three", "wu_"), ("one two ".to_owned(), 8), "undone");
    }
}

//! What is being written: fields of text, a post with what it answers, and what is offered to complete a word.
//! It knows nothing of how that is drawn or stored.

use tui_textarea::{TextArea, WrapMode};

use crate::model::{Post, Purpose, UserId};

/// A field or pane of text that is being written.
#[derive(Debug, Clone)]
pub struct Editor(pub TextArea<'static>);

impl Editor {
    /// A text, with the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::from(text.lines().map(str::to_owned).collect::<Vec<_>>());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::new());
        area.move_cursor(tui_textarea::CursorMove::Bottom);
        area.move_cursor(tui_textarea::CursorMove::End);
        Self(area)
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}

/// The post being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Compose {
    /// Who writes it.
    pub author: UserId,
    /// What it answers.
    pub reply_to: Option<Post>,
    /// Its text.
    pub editor: Editor,
    /// The text differs from the draft in the store.
    pub unsaved: bool,
    /// The post of one's own that is given another text; none for a new one.
    pub editing: Option<Box<Editing>>,
    /// What is offered to complete the word at the cursor.
    pub completion: Option<Completion>,
}

impl Compose {
    /// What it is written for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match &self.editing {
            Some(editing) => Purpose::Edit { post: editing.post.id, edits: editing.post.edits },
            None => Purpose::replying_to(self.reply_to.as_ref().map(|post| post.id)),
        }
    }
}

/// What is offered to complete a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The word as typed, with its sign.
    pub word: String,
    /// What it may become.
    pub found: Vec<Suggestion>,
    /// Which of them is chosen.
    pub at: usize,
}

/// What a word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is put in its place.
    pub text: String,
    /// What is told beside it; may be empty.
    pub says: String,
}

/// A post that is given another text.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    /// The post as it was last read.
    pub post: Post,
    /// It was edited elsewhere while it was edited here.
    pub meanwhile: bool,
}

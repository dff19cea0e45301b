//! The screens: the loop reads what is ready, turns it into messages, updates the state, runs the
//! effects and draws once.

pub mod layout;
pub mod list;
pub mod state;

//! The commands on settings.

use super::args::ConfigCommand;
use super::{CliError, Context};
use crate::config::{self, ConfigError};
use crate::tui::keys::Keymap;

pub(super) fn run(context: &mut Context, keymap: &Keymap, command: ConfigCommand) -> Result<(), CliError> {
    match command {
        ConfigCommand::Path => {
            let path = context.config.path.as_ref().ok_or(ConfigError::NoSettings)?;
            let path = path.display().to_string();
            Ok(context.out.clean_line(&path)?)
        }
        ConfigCommand::Show => {
            let settings = &context.config.settings;
            let text = format!("{}{}", config::show(settings), keymap.show(&settings.keys.preset));
            Ok(context.out.bytes(text.as_bytes())?)
        }
    }
}

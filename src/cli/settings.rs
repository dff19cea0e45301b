//! The commands on settings.

use super::args::ConfigCommand;
use super::{CliError, Context};
use crate::config::{self, ConfigError};

pub(super) fn run(context: &mut Context, command: ConfigCommand) -> Result<(), CliError> {
    match command {
        ConfigCommand::Path => {
            let path = context.config.path.as_ref().ok_or(ConfigError::NoSettings)?;
            let path = path.display().to_string();
            Ok(context.out.say(&path)?)
        }
        ConfigCommand::Show => {
            let text = config::show(&context.config.settings);
            Ok(context.out.bytes(text.as_bytes())?)
        }
    }
}

//! What a server allows.

use super::client::Client;
use super::error::ApiError;

/// Most characters of a status where a server does not say.
const USUAL_LIMIT: u32 = 500;

/// What a server says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its version, such as `4.3.0`.
    pub version: String,
    /// Most characters of a status.
    pub character_limit: u32,
    /// How many characters each link counts as, whatever its length; none if it counts as it is.
    pub characters_per_link: Option<u32>,
    /// Most files that a status can have.
    pub media_limit: u32,
}

impl Client {
    /// Returns what the server allows.
    ///
    /// # Errors
    /// When the call fails.
    pub fn instance(&self) -> Result<Instance, ApiError> {
        let json = match self.get(&["api", "v2", "instance"], &[]) {
            Err(ApiError::Gone { .. } | ApiError::Refused { .. } | ApiError::Unavailable { .. }) => {
                self.get(&["api", "v1", "instance"], &[])?
            }
            found => found?,
        };
        let statuses = &json["configuration"]["statuses"];
        let number = |name: &str| statuses[name].as_u64().and_then(|number| u32::try_from(number).ok());
        let pleroma = json["max_toot_chars"].as_u64().and_then(|number| u32::try_from(number).ok());
        Ok(Instance {
            version: json["version"].as_str().unwrap_or_default().chars().take(64).collect(),
            character_limit: number("max_characters").or(pleroma).filter(|limit| *limit > 0).unwrap_or(USUAL_LIMIT),
            characters_per_link: number("characters_reserved_per_url"),
            media_limit: number("max_media_attachments").unwrap_or(4),
        })
    }
}

//! Arguments of the `db` commands.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DbCommand {
    /// Print the path of the database
    Path,
    /// Print the schema version
    Version,
    /// Upgrade the schema to the newest version
    Upgrade,
    /// Downgrade the schema by one version, or to the version you name
    Downgrade {
        /// Version to downgrade to
        #[arg(long, value_name = "N")]
        to: Option<usize>,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Copy the database to a new file while it is in use, and verify the copy
    Backup {
        /// New file [default: beside the database, named by the time]
        file: Option<PathBuf>,
        /// Only compare size and version of the copy, which takes a fraction of the time
        #[arg(long)]
        no_verify: bool,
    },
    /// Restore a backup; the current database is saved first
    Restore {
        /// Backup file
        file: PathBuf,
    },
    /// Check the database for damage
    Check {
        /// Only check the schema, and that tables and indexes can be read and match, in a fraction of the time
        #[arg(long)]
        quick: bool,
    },
    /// Rebuild indexes and counts; from a damaged file, save the rows that can be read
    Repair {
        /// New file for the rows saved from a damaged file [default: beside it]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Show the size of the database and what it contains
    Stats {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Shrink the file by the space of deleted posts
    Vacuum,
    /// Let a system group read and write the database, which must be in a directory of its own
    #[cfg(unix)]
    Share {
        /// Group of the system whose members use the database
        #[arg(value_name = "GROUP")]
        group: String,
    },
    /// Record a migration from a schema change, in the program's source folder
    #[command(hide = true)]
    Migrate {
        /// Name of the migration
        #[arg(value_name = "NAME")]
        name: String,
    },
}

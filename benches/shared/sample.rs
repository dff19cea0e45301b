//! Sample databases for benchmarks, created once under `target/`.

use std::path::{Path, PathBuf};

use microblog::demo::{self, Size};
use microblog::store::Store;

/// Returns the path of a sample database with this many posts, at the newest schema version.
pub fn sample_database(posts: usize) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(format!("sample-{posts}.db"));
    let is_new = !path.exists();
    let (mut store, _) = Store::open(&path).unwrap();
    if is_new {
        let size = Size { posts, users: (posts / 10).clamp(20, 2_000) };
        demo::fill(&mut store, size, demo::END, &mut |_| {}).unwrap();
    }
    path
}

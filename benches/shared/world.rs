//! The sample worlds that are measured, made once and kept under `target/`.

use std::path::{Path, PathBuf};

use microblog::demo::{self, Size};
use microblog::store::Store;

/// A world of that many posts, of the newest version.
pub fn world(posts: usize) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(format!("world-{posts}.db"));
    let fresh = !path.exists();
    let (mut store, _) = Store::open(&path).unwrap();
    if fresh {
        let size = Size { posts, users: (posts / 10).clamp(20, 2_000) };
        demo::fill(&mut store, size, demo::END, &mut |_| {}).unwrap();
    }
    path
}

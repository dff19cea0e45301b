//! Reads the program's source files as syntax trees, for the tests that check what may import what and which words occur.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all files below `folder` with this extension, sorted by path.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// One source file of the program.
pub struct Source {
    /// Its path below `src`, with slashes.
    pub name: String,
    /// Its module path in the crate; `["main"]` for the binary.
    pub module: Vec<String>,
    pub text: String,
    pub syntax: syn::File,
    /// Whether it is compiled for tests only.
    pub is_test: bool,
}

/// Parses every file below `src`.
pub fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut sources: Vec<Source> = files(&src, "rs")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("src/{name}: {error}"));
            let stem = name.trim_end_matches(".rs").trim_end_matches("/mod");
            let module = if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() };
            Source { name, module, text, syntax, is_test: false }
        })
        .collect();
    assert!(sources.len() > 100, "only {} source files were found", sources.len());
    let test_modules: Vec<Vec<String>> = sources
        .iter()
        .flat_map(|source| {
            source.syntax.items.iter().filter_map(|item| match item {
                syn::Item::Mod(child) if child.content.is_none() && is_for_tests(&child.attrs) => {
                    Some([source.module.as_slice(), &[child.ident.to_string()]].concat())
                }
                _ => None,
            })
        })
        .collect();
    for source in &mut sources {
        source.is_test = test_modules.iter().any(|module| source.module.starts_with(module));
    }
    sources
}

/// Whether an item is compiled for tests only: `#[cfg(test)]` or `#[test]`.
pub fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// Where a path leads: the file that defines the item, and what the item is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The file's path below `src`.
    pub file: String,
    /// The item's name; empty for the module itself.
    pub item: String,
    pub is_function: bool,
}

/// One mention of an item of this crate.
#[derive(Debug, Clone)]
pub struct Mention {
    pub from: String,
    pub to: Target,
}

/// A path as it is written in a file.
struct Written {
    /// The module that it is written in.
    module: Vec<String>,
    segments: Vec<String>,
    /// `pub use`: the file hands the item on and need not use it.
    is_reexport: bool,
    /// Its last segment is `*`.
    is_glob: bool,
}

#[derive(Default)]
struct Module {
    file: String,
    /// Items that are defined here, and whether each is a function.
    items: BTreeMap<String, bool>,
    /// Names that `use` declarations bring into scope, and their paths.
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// The modules of the program, and all paths that its files write down, without the tests.
pub struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
    written: Vec<(String, Written)>,
}

impl Crate {
    pub fn read(sources: &[Source]) -> Self {
        let mut program = Self { modules: BTreeMap::new(), written: Vec::new() };
        for source in sources.iter().filter(|source| !source.is_test) {
            let mut reader = Reader { program: &mut program, file: source.name.clone(), module: source.module.clone() };
            reader.enter();
            reader.visit_file(&source.syntax);
        }
        program
    }

    /// Returns every path that a file writes down, resolved no further than to `crate::…`; paths of other crates as they are.
    pub fn paths(&self) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<_> = self
            .written
            .iter()
            .map(|(file, path)| {
                (file.clone(), self.absolute(&path.module, &path.segments).unwrap_or(path.segments.clone()))
            })
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Returns every mention of an item that another file defines.
    pub fn mentions(&self) -> Vec<Mention> {
        let mut found = Vec::new();
        for (file, path) in self.written.iter().filter(|(_, path)| !path.is_reexport) {
            if let Some(to) = self.target(path).filter(|to| to.file != *file) {
                found.push(Mention { from: file.clone(), to });
            }
        }
        found.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        found.dedup_by(|a, b| a.from == b.from && a.to == b.to);
        found
    }

    fn target(&self, path: &Written) -> Option<Target> {
        // A module's name alone uses nothing of it yet; `module::item` and `use module::*` do.
        self.resolve(&path.module, &path.segments, 0).filter(|target| !target.item.is_empty() || path.is_glob)
    }

    /// Returns the path from the root of the crate; `None` for a path into another crate or to something local.
    fn absolute(&self, module: &[String], segments: &[String]) -> Option<Vec<String>> {
        let scope = self.modules.get(module)?;
        let (first, rest) = segments.split_first()?;
        let start = match first.as_str() {
            "crate" => Vec::new(),
            "microblog" if module == ["main"] => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            name => {
                if let Some(path) = scope.imports.get(name)
                    && path != segments
                    && path.first() != Some(first)
                {
                    return self.absolute(module, &[path.as_slice(), rest].concat());
                }
                let child = [module, &[name.to_owned()]].concat();
                if self.modules.contains_key(&child) {
                    child
                } else if scope.items.contains_key(name) && !rest.is_empty() {
                    [module, &[name.to_owned()]].concat()
                } else {
                    return None;
                }
            }
        };
        let supers = rest.iter().take_while(|segment| *segment == "super").count();
        let start = start[..start.len().checked_sub(supers)?].to_vec();
        Some([start.as_slice(), &rest[supers..]].concat())
    }

    /// Follows a path, through re-exports, to the file that defines its item.
    fn resolve(&self, module: &[String], segments: &[String], depth: usize) -> Option<Target> {
        let path = self.absolute(module, segments)?;
        self.follow(&[], &path, depth)
    }

    fn follow(&self, from: &[String], path: &[String], depth: usize) -> Option<Target> {
        if depth > 16 {
            return None;
        }
        let module = self.modules.get(from)?;
        let here = |item: &str, is_function| Target { file: module.file.clone(), item: item.to_owned(), is_function };
        let Some((name, rest)) = path.split_first() else { return Some(here("", false)) };
        let child = [from, std::slice::from_ref(name)].concat();
        if self.modules.contains_key(&child) {
            return self.follow(&child, rest, depth);
        }
        if let Some(is_function) = module.items.get(name) {
            return Some(here(name, *is_function));
        }
        if let Some(import) = module.imports.get(name) {
            let path = [import.as_slice(), rest].concat();
            return self.resolve(from, &path, depth + 1);
        }
        module.globs.iter().find_map(|glob| {
            let path = [glob.as_slice(), path].concat();
            self.resolve(from, &path, depth + 1).filter(|target| !target.item.is_empty())
        })
    }
}

/// Collects the items and the paths of one file.
struct Reader<'a> {
    program: &'a mut Crate,
    file: String,
    module: Vec<String>,
}

impl Reader<'_> {
    fn enter(&mut self) {
        let module = self.program.modules.entry(self.module.clone()).or_default();
        module.file.clone_from(&self.file);
    }

    fn here(&mut self) -> &mut Module {
        self.program.modules.entry(self.module.clone()).or_default()
    }

    fn define(&mut self, name: &syn::Ident, is_function: bool) {
        let name = name.to_string();
        self.here().items.insert(name, is_function);
    }

    fn write(&mut self, segments: Vec<String>) {
        let path = Written { module: self.module.clone(), segments, is_reexport: false, is_glob: false };
        self.program.written.push((self.file.clone(), path));
    }

    fn read_use(&mut self, tree: &syn::UseTree, mut prefix: Vec<String>, is_reexport: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.read_use(&path.tree, prefix, is_reexport);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_use(tree, prefix.clone(), is_reexport);
                }
            }
            syn::UseTree::Name(name) => {
                let name = name.ident.to_string();
                let bound = if name == "self" { prefix.last().cloned().unwrap_or_default() } else { name.clone() };
                if name != "self" {
                    prefix.push(name);
                }
                self.bind(Some(bound), prefix, is_reexport);
            }
            syn::UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    prefix.push(rename.ident.to_string());
                }
                self.bind(Some(rename.rename.to_string()), prefix, is_reexport);
            }
            syn::UseTree::Glob(_) => self.bind(None, prefix, is_reexport),
        }
    }

    fn bind(&mut self, name: Option<String>, segments: Vec<String>, is_reexport: bool) {
        let is_glob = name.is_none();
        match name {
            Some(name) => _ = self.here().imports.insert(name, segments.clone()),
            None => self.here().globs.push(segments.clone()),
        }
        let path = Written { module: self.module.clone(), segments, is_reexport, is_glob };
        self.program.written.push((self.file.clone(), path));
    }

    /// Collects the paths in the argument of a macro, which is no syntax tree.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end_path(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.end_path(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.read_tokens(group.stream());
                    }
                }
            }
        }
        self.end_path(&mut path);
    }

    fn end_path(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.write(std::mem::take(path));
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        use syn::Item;
        let attributes = match item {
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if is_for_tests(attributes) {
            return;
        }
        match item {
            Item::Const(item) => self.define(&item.ident, false),
            Item::Enum(item) => self.define(&item.ident, false),
            Item::Fn(item) => self.define(&item.sig.ident, true),
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    self.define(name, false);
                }
            }
            Item::Static(item) => self.define(&item.ident, false),
            Item::Struct(item) => self.define(&item.ident, false),
            Item::Trait(item) => self.define(&item.ident, false),
            Item::Type(item) => self.define(&item.ident, false),
            Item::Union(item) => self.define(&item.ident, false),
            Item::Use(item) => {
                let is_reexport = !matches!(item.vis, syn::Visibility::Inherited);
                self.read_use(&item.tree, Vec::new(), is_reexport);
                return;
            }
            Item::Mod(item) if item.content.is_some() => {
                self.module.push(item.ident.to_string());
                self.enter();
                visit::visit_item_mod(self, item);
                self.module.pop();
                return;
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.write(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.read_tokens(list.tokens.clone());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.read_tokens(call.tokens.clone());
    }
}
